using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace OciSharp.Linux;

/// <summary>
/// posix_spawn(3): the C library's clone(CLONE_VM | CLONE_VFORK) and execve(2), the one sound way to start a program from a
/// process with a managed runtime.
/// </summary>
public static unsafe class PosixSpawn
{
    private const short POSIX_SPAWN_SETPGROUP = 0x02;
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;

    /// <summary>
    /// Starts a program as the leader of a process group of its own, with default actions and nothing blocked for all signals,
    /// and with no descriptor but 0, 1 and 2.
    /// </summary>
    /// <param name="path">The executable.</param>
    /// <param name="arguments">argv.</param>
    /// <param name="environment">The whole environment.</param>
    /// <param name="directory">The working directory; <see langword="null"/> hands on our own.</param>
    /// <param name="input">Becomes the standard input.</param>
    /// <param name="output">Becomes the standard output.</param>
    /// <param name="errors">Becomes the standard error.</param>
    /// <returns>The pid of the child, which the caller reaps.</returns>
    /// <exception cref="LinuxException">There is no process to be had, or the program cannot be executed.</exception>
    /// <exception cref="ArgumentException">A path holds a NUL.</exception>
    public static int Start(string path, CStringArray arguments, CStringArray environment, string? directory, int input, int output, int errors)
    {
        Syscall.CloseOnExecFrom(3);
        posix_spawn_file_actions_t actions;
        Check(posix_spawn_file_actions_init(&actions), path);
        try
        {
            Check(posix_spawn_file_actions_adddup2(&actions, input, 0), path);
            Check(posix_spawn_file_actions_adddup2(&actions, output, 1), path);
            Check(posix_spawn_file_actions_adddup2(&actions, errors, 2), path);
            if (directory is not null)
            {
                fixed (byte* name = CString.Of(directory))
                    Check(posix_spawn_file_actions_addchdir_np(&actions, name), path);
            }

            return Spawn(path, arguments, environment, &actions);
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(&actions);
        }
    }

    private static int Spawn(string path, CStringArray arguments, CStringArray environment, posix_spawn_file_actions_t* actions)
    {
        posix_spawnattr_t attributes;
        sigset_t none = default;
        sigset_t all = new() { signals = ~0ul };
        Check(posix_spawnattr_init(&attributes), path);
        Check(posix_spawnattr_setpgroup(&attributes, 0), path);
        Check(posix_spawnattr_setsigmask(&attributes, &none), path);
        Check(posix_spawnattr_setsigdefault(&attributes, &all), path);
        Check(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF), path);

        nint[] argv = new nint[arguments.PointerCount];
        nint[] envp = new nint[environment.PointerCount];
        int pid;
        fixed (byte* name = CString.Of(path), argumentText = arguments.Text, environmentText = environment.Text)
        fixed (nint* argvStart = argv, envpStart = envp)
        {
            arguments.Fill(argumentText, (byte**)argvStart);
            environment.Fill(environmentText, (byte**)envpStart);
            Check(posix_spawn(&pid, name, actions, &attributes, (byte**)argvStart, (byte**)envpStart), path);
        }

        return pid;
    }

    /// <summary>These functions return an errno, not negated.</summary>
    private static void Check(int errno, string path)
    {
        if (errno != 0)
            throw new LinuxException($"run {path}", (Errno)errno, (Errno)errno == Errno.EAGAIN ? ErrorText.NoProcess : null);
    }

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawn(
        int* pid, byte* path, posix_spawn_file_actions_t* actions, posix_spawnattr_t* attributes, byte** argv, byte** envp);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawnattr_init(posix_spawnattr_t* attributes);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawnattr_setflags(posix_spawnattr_t* attributes, short flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawnattr_setpgroup(posix_spawnattr_t* attributes, int group);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawnattr_setsigdefault(posix_spawnattr_t* attributes, sigset_t* signals);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawnattr_setsigmask(posix_spawnattr_t* attributes, sigset_t* signals);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int fd, int newFd);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions, byte* path);

    /// <summary>The C library's posix_spawnattr_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 336)]
    private struct posix_spawnattr_t
    {
        private readonly long _opaque;
    }

    /// <summary>The C library's posix_spawn_file_actions_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 80)]
    private struct posix_spawn_file_actions_t
    {
        private readonly long _opaque;
    }

    /// <summary>The C library's sigset_t, whose first 64 bits are the kernel's.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct sigset_t
    {
        public ulong signals;
    }
}
