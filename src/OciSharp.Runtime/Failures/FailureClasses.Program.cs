namespace OciSharp.Runtime.Failures;

/// <summary>The classes of failures, in the order of their ids. <c>docs/errors.md</c> shows each.</summary>
internal static partial class FailureClasses
{
    // The program: found, and executed.
    public static FailureClass NotInPath => new("OCI2101", "config.md#process", "install it in the image, correct PATH in process.env, or write its absolute path");

    public static FailureClass ProgramMissing => new("OCI2102", "execve(2)", "install it in the image, or write the path that it has there");

    public static FailureClass NotExecutable => new("OCI2103", "execve(2)", "give it the permission (chmod +x) in the image, or run as a user who has it");

    public static FailureClass ProgramUnreachable => new("OCI2104", "path_resolution(7)", "give the permission to search the directory (chmod +x) in the image, or run as a user who has it");

    public static FailureClass NoexecMount => new("OCI2105", "mount(8)", "leave noexec out of the mount's options, or put the program elsewhere");

    public static FailureClass LoaderMissing => new("OCI2106", "ld.so(8)", "use a program that was built for this image's C library, install that library in the image, or link the program statically");

    public static FailureClass InterpreterMissing => new("OCI2107", "execve(2)", "install the interpreter in the image, or correct the script's first line");

    public static FailureClass ScriptLineBroken => new("OCI2108", "execve(2)", "correct the script's first line: #!, the absolute path of the interpreter, a newline, in 255 bytes");

    public static FailureClass WrongArchitecture => new("OCI2109", "execve(2)", "use the image for this machine, or register an emulator with binfmt_misc (qemu-user-static)");

    public static FailureClass NotAProgram => new("OCI2110", "execve(2)", "name a program or, for a script, begin it with #! and its interpreter");

    public static FailureClass ProgramBusy => new("OCI2111", "execve(2)", "start it when nobody has it open for writing any more, or copy it and run the copy");

    public static FailureClass ProgramLoop => new("OCI2112", "path_resolution(7)", "have the links, or the interpreters of scripts, end at a program");

    public static FailureClass ArgumentsTooLong => new("OCI2113", "execve(2)", "pass less in process.args and process.env, or raise the limit of the stack, of which they may take a quarter");

    public static FailureClass ExecutionRefused => new("OCI2114", "execve(2)", "allow execve in the seccomp profile, and the program in the security module's policy (its log: dmesg, audit.log)");

    // Its working directory.
    public static FailureClass DirectoryMissing => new("OCI2201", "config.md#process", "make the directory in the image, or write another process.cwd (exec: --cwd)");

    public static FailureClass DirectoryIsNone => new("OCI2202", "config.md#process", "write a directory as process.cwd (exec: --cwd)");

    public static FailureClass DirectoryUnreachable => new("OCI2203", "path_resolution(7)", "give the permission to search the directory (chmod +x), or run as a user who has it");

    public static FailureClass DirectoryOutside => new("OCI2204", "config.md#process", "write a path that leads to a directory of the container, not through /proc/PID/fd to one of the host");

    public static FailureClass DirectoryNotMade => new("OCI2205", "config.md#process", "make the directory in the image, or write another process.cwd");
}
