using OciSharp.Init;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>The end of children that were made for a launch.</summary>
internal static unsafe class ChildReaper
{
    /// <summary>Kills the helper, if there is one, and what it made. Both are our children and not reaped, so nobody else can have these pids.</summary>
    public static void KillAll()
    {
        if (Helper.Socket <= 0)
            return;
        Kill(Helper.Pid);
        if (Helper.InitPid != 0)
            Kill(Helper.InitPid);
    }

    /// <summary>Kills a child and takes its exit status, so that it is gone when this returns.</summary>
    public static void Kill(int pid)
    {
        RawSyscall.kill(pid, Signal.SIGKILL);
        int status;
        while (RawSyscall.wait4(pid, &status, 0) == -(int)Errno.EINTR)
        {
        }
    }
}
