using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;
using Mount = OciSharp.Spec.Mount;

namespace OciSharp.Runtime.Failures;

/// <summary>
/// Why a program is not executed. The kernel has one errno for a missing file, a missing interpreter and a missing loader; what it found, this
/// finds again.
/// </summary>
internal static class ProgramFailure
{
    private const int HeadSize = 256; // of a script, the kernel reads as much
    private const int MaxDepth = 6;
    private const long ST_NOEXEC = 8;

    /// <summary>Looks at a program, and at those that it needs to run.</summary>
    /// <param name="view">The container.</param>
    /// <param name="program">Its path; one that is relative begins at <paramref name="directory"/>.</param>
    /// <param name="directory">The working directory.</param>
    /// <param name="mounts">The configuration's, for the one that has noexec.</param>
    /// <returns>Null if nothing is wrong with them.</returns>
    public static Finding? Find(ContainerView view, string program, string directory, IReadOnlyList<Mount>? mounts) =>
        Find(view, program, directory, mounts, "", null, 0);

    /// <summary>The class of a failure that has to do with no file, or with what cannot be looked at.</summary>
    public static FailureClass ClassOf(Errno errno) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => FailureClasses.ProgramMissing,
        Errno.EACCES => FailureClasses.NotExecutable,
        Errno.EISDIR or Errno.ENOEXEC or Errno.EINVAL or Errno.ELIBBAD => FailureClasses.NotAProgram,
        Errno.ETXTBSY => FailureClasses.ProgramBusy,
        Errno.ELOOP => FailureClasses.ProgramLoop,
        Errno.E2BIG => FailureClasses.ArgumentsTooLong,
        Errno.EPERM or Errno.ENOSYS => FailureClasses.ExecutionRefused,
        _ => FailureClasses.StepRefused,
    };

    // What leads to this file stands in "needs", ended with a blank, and the class of it being missing in "missing"; the program itself has neither.
    private static Finding? Find(
        ContainerView view, string path, string directory, IReadOnlyList<Mount>? mounts, string needs, FailureClass? missing, int depth)
    {
        if (depth == MaxDepth)
            return new Finding(FailureClasses.ProgramLoop, $"{needs}and so on: the kernel follows five interpreters");
        using PathWalk walk = view.Walk(path, directory);
        string file = needs.Length == 0 ? "it" : "which";
        switch (walk.Obstacle)
        {
            case Obstacle.None:
                break;
            case Obstacle.Missing or Obstacle.NoDirectory when missing is { } itself:
                return new Finding(itself, $"{needs}which is not there{Behind(walk.Why(path))}");
            case Obstacle.Missing or Obstacle.NoDirectory:
                return new Finding(FailureClasses.ProgramMissing, walk.Why(path));
            case Obstacle.Unsearchable:
                return new Finding(FailureClasses.ProgramUnreachable, needs + walk.Why(path));
            case Obstacle.Loop:
                return new Finding(FailureClasses.ProgramLoop, needs + walk.Why(path));
            default:
                return null;
        }

        uint kind = walk.Stat.stx_mode & Stat.S_IFMT;
        if (kind != Stat.S_IFREG)
            return new Finding(FailureClasses.NotAProgram, $"{needs}{file} is {PathWalk.Kind(walk.Stat.stx_mode)}");
        if (!view.Asker.MayExecute(walk.Stat))
            return new Finding(FailureClasses.NotExecutable, $"{needs}{file} may not be executed ({view.Asker.Compare(walk.Stat)})");
        if (IsNoexec(walk.File!))
            return Noexec(walk.Place, needs, file, mounts);
        return FileHead.Open(walk.File!, walk.Stat) is { } opened ? FindInside(view, opened, directory, mounts, needs, file, depth) : null;
    }

    private static Finding? FindInside(
        ContainerView view, OwnedFd opened, string directory, IReadOnlyList<Mount>? mounts, string needs, string file, int depth)
    {
        using OwnedFd content = opened;
        Span<byte> buffer = stackalloc byte[HeadSize];
        ReadOnlySpan<byte> head = buffer[..FileHead.Read(content, buffer, 0)];
        if (head.StartsWith("#!"u8))
        {
            if (Interpreter(head, out string interpreter) is { } broken)
                return new Finding(FailureClasses.ScriptLineBroken, $"{needs}{broken}");
            string next = $"{needs}its first line names {interpreter}, ";
            return Find(view, interpreter, directory, mounts, next, FailureClasses.InterpreterMissing, depth + 1);
        }

        if (!head.StartsWith("\u007fELF"u8))
            return WhatElse(head) is { } what ? new Finding(what.Class, $"{needs}{file} {what.Why}") : null;
        if (ElfFile.Read(content) is not { } elf)
            return new Finding(FailureClasses.NotAProgram, $"{needs}{file} is an ELF file that is cut off or damaged");
        if (!elf.IsForUs)
            return new Finding(FailureClasses.WrongArchitecture, $"{needs}{file} is a program for {elf.Machine}, and this machine is {ElfFile.Ours}");
        if (!elf.IsProgram)
            return new Finding(FailureClasses.NotAProgram, $"{needs}{file} is an ELF file that is no program (an object file, or a core dump)");
        return elf.Interpreter is { } loader
            ? Find(view, loader, directory, mounts, $"{needs}its loader is {loader}, ", FailureClasses.LoaderMissing, depth + 1)
            : null;
    }

    /// <summary>Reads the first line of a script as the kernel does.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    private static string? Interpreter(ReadOnlySpan<byte> head, out string interpreter)
    {
        int end = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? head : head[..end])[2..].TrimStart(" \t"u8);
        int space = line.IndexOfAny(" \t\0"u8);
        ReadOnlySpan<byte> name = space < 0 ? line : line[..space];
        interpreter = Encoding.UTF8.GetString(name);
        if (name.IsEmpty)
            return "its first line has no interpreter behind #!";
        if (end < 0 && space < 0 && head.Length == HeadSize)
            return $"its first line is longer than the {HeadSize - 1} bytes that the kernel reads";
        if (name[^1] == '\r')
            return $"its first line ends with a carriage return, as on Windows, and so names the interpreter \"{interpreter[..^1]}\\r\"";
        return name[0] == '/' ? null : $"its first line names the interpreter {interpreter} by a path that is not absolute";
    }

    /// <summary>What a file that the kernel has no loader for is instead; null for what binfmt_misc may know.</summary>
    private static (FailureClass Class, string Why)? WhatElse(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            return (FailureClasses.NotAProgram, "is empty");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
            return (FailureClasses.ScriptLineBroken, "begins with a byte order mark, behind which the kernel finds no #!");
        if (head.StartsWith("MZ"u8))
            return (FailureClasses.NotAProgram, "is a program for Windows");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xcf, 0xfa, 0xed, 0xfe]) || head.StartsWith((ReadOnlySpan<byte>)[0xca, 0xfe, 0xba, 0xbe]))
            return (FailureClasses.NotAProgram, "is a program for macOS, or a Java class");
        return head.Contains((byte)0)
            ? (FailureClasses.NotAProgram, "is in no format that the kernel executes")
            : (FailureClasses.NotAProgram, "is a text without a #! line");
    }

    private static unsafe bool IsNoexec(OwnedFd file)
    {
        statfs_t system;
        return RawSyscall.fstatfs(file.Value, &system) >= 0 && (system.f_flags & ST_NOEXEC) != 0;
    }

    private static Finding Noexec(string place, string needs, string file, IReadOnlyList<Mount>? mounts)
    {
        int found = MountNames.Covering(place, mounts);
        return found < 0
            ? new Finding(FailureClasses.NoexecMount, $"{needs}{file} lies on the mount of the host that the root is on, which has noexec", "$.root.path")
            : new Finding(FailureClasses.NoexecMount, $"{needs}{file} lies on the mount at {mounts![found].Destination}, which has noexec", $"$.mounts[{found}].options");
    }

    private static string Behind(string? more) => more is null ? "" : $": {more}";
}
