using OciSharp.Linux;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Tests.State;

namespace OciSharp.Runtime.Tests.Verbs;

/// <summary>The directory of a container whose init is a shell of the host, without cgroup or namespaces.</summary>
internal sealed class FakeContainer : IDisposable
{
    private readonly int _pid;
    private bool _reaped;

    public FakeContainer(RuntimeContext context, string id, string script, Func<ContainerRecord, ContainerRecord>? change = null)
    {
        using OwnedFd stdio = Syscall.Open(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDWR);
        CStringArray arguments = CStringArray.Of(["sh", "-c", script]);
        _pid = PosixSpawn.Start("/bin/sh", arguments, CStringArray.Of(["PATH=/usr/bin:/bin"]), null, stdio.Value, stdio.Value, stdio.Value);
        Record = Records.Sample(id) with
        {
            Pid = _pid,
            StartTime = ProcessIdentity.Of(_pid)!.Value.StartTime,
            CgroupPaths = new Dictionary<string, string>(),
        };
        Record = change?.Invoke(Record) ?? Record;
        using StateDirectory directory = StateDirectory.Create(context, id);
        directory.Save(Record);
        Path = directory.Path;
    }

    public ContainerRecord Record { get; }

    public string Path { get; }

    public bool Alive => InitProcess.IsAlive(Record);

    /// <summary>Makes it <c>created</c>.</summary>
    public FakeContainer Waiting()
    {
        File.WriteAllText(Path + "/" + StateDirectory.StartSocket, "");
        return this;
    }

    /// <summary>How init ended.</summary>
    public unsafe ExitStatus Reap()
    {
        siginfo_t info = default;
        Syscall.Check(RawSyscall.waitid(Wait.P_PID, _pid, &info, Wait.WEXITED), "waitid");
        _reaped = true;
        return ExitStatus.Of(info);
    }

    public void Dispose()
    {
        if (_reaped)
            return;
        _ = RawSyscall.kill(-_pid, Signal.SIGKILL);
        Reap();
    }
}
