using System.Text.RegularExpressions;
using OciSharp.Runtime.Seccomp;
using Architecture = OciSharp.Runtime.Seccomp.Architecture;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>Our table of system calls is that of the kernel's headers, and that of libseccomp.</summary>
[TestFixture]
public sealed partial class SyscallNumbersTests
{
    private static readonly Architecture[] Architectures = [Architecture.X86_64, Architecture.X32, Architecture.X86, Architecture.Aarch64, Architecture.Arm];

    [Test]
    public void A_name_that_no_kernel_has() => Assert.That(SyscallNumbers.Of("no_such_call"), Is.EqualTo(SyscallNumbers.None));

    [TestCaseSource(nameof(Architectures))]
    public void As_libseccomp_has_them(object of)
    {
        if (LibSeccompFilter.Obstacle is { } obstacle)
            Assert.Ignore(obstacle);
        Architecture architecture = (Architecture)of;
        List<string> differences = [];
        foreach (int number in Enumerable.Range(0, 1000).Concat(Enumerable.Range(0xf0000, 16)))
        {
            int call = (int)architecture.First | number;
            if (LibSeccompFilter.NameOf(architecture, call) is { } name && architecture.NumberOf(SyscallNumbers.Of(name)) != call)
                differences.Add($"{name} is {call}, here {architecture.NumberOf(SyscallNumbers.Of(name))}");
        }

        Assert.That(differences, Is.Empty);
    }

    [TestCase("unistd_64.h")]
    [TestCase("unistd_x32.h")]
    [TestCase("unistd_32.h")]
    public void As_the_headers_have_them(string file)
    {
        string? path = ((string[])["/usr/include/x86_64-linux-gnu/asm/", "/usr/include/asm/"]).Select(folder => folder + file).FirstOrDefault(File.Exists);
        if (path is null)
            Assert.Ignore($"there is no asm/{file}: install linux-libc-dev");
        List<string> differences = [];
        foreach (Match call in Definition().Matches(File.ReadAllText(path!)))
        {
            SyscallNumbers found = SyscallNumbers.Of(call.Groups[1].Value);
            int number = file switch { "unistd_64.h" => found.X86_64, "unistd_x32.h" => found.X32, _ => found.X86 };
            if (number.ToString(System.Globalization.CultureInfo.InvariantCulture) != call.Groups[2].Value)
                differences.Add($"{call.Value}, here {number}");
        }

        Assert.That(differences, Is.Empty);
    }

    [GeneratedRegex(@"^#define __NR_([a-z0-9_]+) (?:\(__X32_SYSCALL_BIT \+ )?([0-9]+)", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
