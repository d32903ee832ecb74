using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;

namespace OciSharp.Runtime.Tests.Failures;

/// <summary>Why a program is not executed: the kernel's own reasons, found again in files that may be anything.</summary>
public sealed class ProgramFailureTests
{
    private TemporaryDirectory _tree = null!;

    [SetUp]
    public void SetUp() => _tree = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _tree.Dispose();

    [TestCase("#!", "OCI2108", "its first line has no interpreter behind #!")]
    [TestCase("#!   \t\n/bin/sh", "OCI2108", "its first line has no interpreter behind #!")]
    [TestCase("#!/bin/sh\r\n", "OCI2108", "its first line ends with a carriage return, as on Windows, and so names the interpreter \"/bin/sh\\r\"")]
    [TestCase("#! sh -e\n", "OCI2108", "its first line names the interpreter sh by a path that is not absolute")]
    [TestCase("#! /bin/perl -w\n", "OCI2107", "its first line names /bin/perl, which is not there: there is no /bin")]
    [TestCase("#!/bin/perl", "OCI2107", "its first line names /bin/perl, which is not there: there is no /bin")]
    [TestCase("", "OCI2110", "it is empty")]
    [TestCase("a", "OCI2110", "it is a text without a #! line")]
    [TestCase("MZ\0", "OCI2110", "it is a program for Windows")]
    [TestCase("\0\0\0", "OCI2110", "it is in no format that the kernel executes")]
    [TestCase("\u007fELF", "OCI2110", "it is an ELF file that is cut off or damaged")]
    [TestCase("\ufeff#!/bin/sh\n", "OCI2108", "it begins with a byte order mark, behind which the kernel finds no #!")]
    public void Of_a_file(string content, string id, string why) => Check(Encoding.UTF8.GetBytes(content), id, why);

    [TestCase(183, "Arm, 64 bits (arm64)")]
    [TestCase(243, "RISC-V (riscv64)")]
    [TestCase(21, "PowerPC (ppc64)")]
    [TestCase(4660, "machine 4660 of elf.h")]
    public void Of_a_program_for_another_machine(int machine, string name) =>
        Check(ExampleImage.Elf((ushort)machine, null), "OCI2109", $"it is a program for {name}, and this machine is {ElfFile.Ours}");

    [Test]
    public void Of_a_loader_that_is_for_another_machine()
    {
        Add("ld.so", ExampleImage.Elf(22, null));
        Check(ExampleImage.Elf(62, "/ld.so"), "OCI2109", $"its loader is /ld.so, which is a program for IBM Z (s390x), and this machine is {ElfFile.Ours}");
    }

    [Test]
    public void Of_interpreters_in_a_circle()
    {
        Finding found = Find("#!/app\n"u8.ToArray())!.Value;
        Assert.That(found.Class.Id, Is.EqualTo("OCI2112"));
        Assert.That(found.Why, Does.EndWith("its first line names /app, and so on: the kernel follows five interpreters"));
    }

    [Test]
    public void Nothing_is_wrong_with_a_program() => Assert.That(Find(ExampleImage.Elf(62, null)), Is.Null);

    [Test]
    public void Any_header_is_survived()
    {
        var random = new Random(1);
        byte[] elf = ExampleImage.Elf(62, "/ld.so");
        for (int i = 0; i < 2000; i++)
        {
            byte[] broken = [.. elf.AsSpan(0, random.Next(elf.Length + 1))];
            for (int j = random.Next(8); j >= 0 && broken.Length > 4; j--)
                broken[random.Next(4, broken.Length)] = (byte)random.Next(256);
            Assert.That(() => Find(broken), Throws.Nothing);
        }
    }

    private void Check(byte[] content, string id, string why)
    {
        Finding found = Find(content)!.Value;
        Assert.That((found.Class.Id, found.Why), Is.EqualTo((id, why)));
    }

    private Finding? Find(byte[] content)
    {
        Add("app", content);
        using var view = new ContainerView(Syscall.Open(Fcntl.AT_FDCWD, _tree.Path, Fcntl.O_PATH | Fcntl.O_DIRECTORY), new Asker((uint)RawSyscall.geteuid(), 0, [], 0));
        return ProgramFailure.Find(view, "/app", "/", null);
    }

    private void Add(string name, byte[] content)
    {
        string path = $"{_tree.Path}/{name}";
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
