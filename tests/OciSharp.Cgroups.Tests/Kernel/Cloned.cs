using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>A process made by clone3(2) with CLONE_INTO_CGROUP, that waits until it is disposed of.</summary>
internal sealed unsafe class Cloned : IDisposable
{
    private Cloned(int pid) => Pid = pid;

    public int Pid { get; }

    public static Cloned Into(int cgroup)
    {
        // The child runs in a copy of one thread of a managed process: what it calls must be compiled before.
        byte byteRead;
        RawSyscall.read(-1, &byteRead, 1);
        var arguments = new clone_args { flags = Sched.CLONE_INTO_CGROUP, exit_signal = 17, cgroup = (ulong)cgroup };
        Wait(0);

        nint pid = RawSyscall.clone3(&arguments);
        if (pid == 0)
        {
            while (true)
                Wait(-1);
        }

        Assert.That(pid, Is.GreaterThan((nint)0), "clone3 with CLONE_INTO_CGROUP");
        return new Cloned((int)pid);
    }

    public void Dispose()
    {
        RawSyscall.kill(Pid, 9);
        int status;
        RawSyscall.wait4(Pid, &status, 0);
    }

    private static void Wait(long milliseconds)
    {
        var time = new timespec { tv_nsec = milliseconds };
        RawSyscall.ppoll(null, 0, milliseconds < 0 ? null : &time);
    }
}
