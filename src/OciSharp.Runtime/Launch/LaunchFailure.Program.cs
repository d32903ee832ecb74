using OciSharp.Init.Plan;
using OciSharp.Runtime.Failures;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

internal static partial class LaunchFailure
{
    /// <summary>The fragments that engines look for: "executable file not found in", "no such file or directory", "permission denied".</summary>
    private static (string What, Finding Finding) Program(OpCode code, Errno errno, string text, string reason, LaunchScene scene)
    {
        if (code == OpCode.FindExecutable && errno == Errno.ENOENT && !text.Contains('/'))
            return ($"exec: \"{text}\": executable file not found in $PATH", new Finding(FailureClasses.NotInPath, WhyNotInPath(text, scene)));
        if (errno == Errno.EISDIR)
            return ($"exec: \"{text}\": is a directory, permission denied", new Finding(FailureClasses.NotAProgram));
        string what = code == OpCode.FindExecutable && errno is Errno.ENOENT or Errno.ENOTDIR ? $"exec: \"{text}\": stat {text}: {reason}"
            : code == OpCode.Execute ? $"exec {text}: {reason}"
            : $"exec: \"{text}\": {reason}";
        return (what, Look(errno, text, scene) ?? new Finding(ProgramFailure.ClassOf(errno), WhyNotExecuted(code, errno, text)));
    }

    private static Finding? Look(Errno errno, string program, LaunchScene scene)
    {
        if (errno is not (Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES or Errno.ENOEXEC or Errno.EINVAL or Errno.ELIBBAD or Errno.ELOOP))
            return null;
        using ContainerView? view = scene.View();
        Finding? found = view is null ? null : ProgramFailure.Find(view, program, scene.Config?.Process?.Cwd ?? "/", scene.Config?.Mounts);
        return found is null && view is not null && errno == Errno.EACCES
            ? new Finding(FailureClasses.ExecutionRefused, "the permissions of the file and of the way to it allow it, so a security module does not")
            : found;
    }

    private static string? WhyNotInPath(string name, LaunchScene scene)
    {
        if (name.Contains(' '))
            return "it has a space in it: in process.args, each argument is an element of its own";
        if (scene.Config?.Process is not { } process)
            return null;
        for (int i = (process.Env?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (process.Env![i].StartsWith("PATH=", StringComparison.Ordinal))
                return process.Env[i].Length == 5 ? "PATH is empty" : $"PATH is {process.Env[i][5..]}";
        }

        return "process.env has no PATH";
    }

    /// <summary>What there is to say without having seen the file.</summary>
    private static string? WhyNotExecuted(OpCode code, Errno errno, string text) => errno switch
    {
        Errno.ENOENT when code == OpCode.Execute => "the file is there, so its interpreter is not: the #! line, or the loader of a dynamic program, names what the image lacks",
        Errno.ENOENT when text.Contains(' ') => "it has a space in it: in process.args, each argument is an element of its own",
        Errno.ENOEXEC => "it is a program for another architecture, or a script without a #! line",
        Errno.ETXTBSY => "somebody has it open for writing",
        Errno.EPERM or Errno.ENOSYS when code == OpCode.Execute => "execve is refused by a security module, or by a seccomp profile that does not allow it",
        _ => null,
    };

    private static (string What, Finding Finding) Directory(Errno errno, string text, string reason, LaunchScene scene)
    {
        if (errno == Errno.EXDEV)
        {
            return (
                "the working directory lies outside of the container: current working directory is outside of container mount namespace root",
                new Finding(FailureClasses.DirectoryOutside));
        }

        using ContainerView? view = scene.View();
        using PathWalk? walk = view?.Walk(text, "/");
        FailureClass found = errno switch
        {
            Errno.ENOENT => FailureClasses.DirectoryMissing,
            Errno.ENOTDIR or Errno.ELOOP => FailureClasses.DirectoryIsNone,
            Errno.EACCES or Errno.EPERM => FailureClasses.DirectoryUnreachable,
            _ => FailureClasses.StepRefused,
        };
        string? why = walk?.Obstacle == Obstacle.None ? WhyNotEntered(view!, walk) : walk?.Why(text);
        return ($"chdir to cwd (\"{text}\") set in config.json failed: {reason}", new Finding(found, why));
    }

    private static string? WhyNotEntered(ContainerView view, PathWalk walk)
    {
        if ((walk.Stat.stx_mode & Linux.Stat.S_IFMT) != Linux.Stat.S_IFDIR)
            return $"{walk.Place} is {PathWalk.Kind(walk.Stat.stx_mode)}, not a directory";
        return view.Asker.MaySearch(walk.Stat) ? null : $"the directory {walk.Place} may not be searched ({view.Asker.Compare(walk.Stat)})";
    }
}
