using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Failures;

/// <summary>A root file system with a program in it for each way of not being one.</summary>
internal sealed class ExampleImage : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ExampleImage()
    {
        foreach (string name in (string[])["bin", "private/web", "closed"])
            Directory.CreateDirectory($"{_directory.Path}/{name}");
        Add("/bin/text", "echo hello\n");
        Add("/bin/plain", "echo hello\n", UnixFileMode.UserRead);
        Add("/bin/script", "#!/usr/bin/perl\n");
        Add("/bin/windows", "#!/bin/sh\r\necho hello\r\n");
        Add("/closed/app", "#!/bin/sh\n");
        Write("/bin/dynamic", Elf(62, "/lib64/ld-linux-x86-64.so.2"));
        Write("/bin/foreign", Elf(22, null));
        File.CreateSymbolicLink($"{_directory.Path}/bin/circle", "circle");
        File.SetUnixFileMode($"{_directory.Path}/closed", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode($"{_directory.Path}/private", UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Whose it is: the ids of the process.</summary>
    public string Owner { get; } = $"{RawSyscall.geteuid()}:{RawSyscall.getegid()}";

    /// <summary>What of it fails how.</summary>
    public IEnumerable<(OpCode Step, Errno Errno, string Path)> Programs { get; } =
    [
        (OpCode.FindExecutable, Errno.ENOENT, "/opt/app"),
        (OpCode.FindExecutable, Errno.EACCES, "/bin/plain"),
        (OpCode.FindExecutable, Errno.EACCES, "/closed/app"),
        (OpCode.Execute, Errno.ENOENT, "/bin/dynamic"),
        (OpCode.Execute, Errno.ENOENT, "/bin/script"),
        (OpCode.Execute, Errno.ENOENT, "/bin/windows"),
        (OpCode.Execute, Errno.ENOEXEC, "/bin/foreign"),
        (OpCode.Execute, Errno.ENOEXEC, "/bin/text"),
        (OpCode.FindExecutable, Errno.ELOOP, "/bin/circle"),
    ];

    /// <summary>Looks at it as a process that owns it, and has no capabilities.</summary>
    public ContainerView View() => new(
        Syscall.Open(Fcntl.AT_FDCWD, _directory.Path, Fcntl.O_PATH | Fcntl.O_DIRECTORY),
        new Asker((uint)RawSyscall.geteuid(), (uint)RawSyscall.getegid(), [], 0));

    public void Dispose()
    {
        foreach (string name in (string[])["closed", "private"])
            File.SetUnixFileMode($"{_directory.Path}/{name}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _directory.Dispose();
    }

    /// <summary>The header of an ELF file of 64 bits with one segment.</summary>
    /// <param name="machine">e_machine of elf.h.</param>
    /// <param name="loader">Its PT_INTERP; null for none.</param>
    public static byte[] Elf(ushort machine, string? loader)
    {
        byte[] name = loader is null ? [] : [.. System.Text.Encoding.UTF8.GetBytes(loader), 0];
        byte[] file = new byte[120 + name.Length];
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file, 0);
        file[16] = 2;
        file[18] = (byte)machine;
        file[19] = (byte)(machine >> 8);
        file[32] = 64;
        file[54] = 56;
        file[56] = 1;
        file[64] = (byte)(loader is null ? 1 : 3);
        file[72] = 120;
        file[96] = (byte)name.Length;
        name.CopyTo(file, 120);
        return file;
    }

    private void Add(string path, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute) =>
        Write(path, System.Text.Encoding.UTF8.GetBytes(text), mode);

    private void Write(string path, byte[] content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute)
    {
        File.WriteAllBytes(_directory.Path + path, content);
        File.SetUnixFileMode(_directory.Path + path, mode);
    }
}
