using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>Runs the plan, step by step, in the helper and then in the container's init.</summary>
internal static unsafe class Executor
{
    /// <summary>Waits for the parent's word, then runs the plan. Does not return: the last step executes the user's program.</summary>
    /// <param name="arena">The shared memory.</param>
    /// <param name="socket">The connection to the parent.</param>
    /// <param name="executable">What this process executes (<see cref="SealedExecutable"/>).</param>
    /// <param name="foreseen">The CLONE_NEW* flags of what <see cref="Foresight"/> has made.</param>
    /// <param name="auxiliary">The auxiliary vector.</param>
    public static void Run(byte* arena, int socket, int executable, ulong foreseen, ulong* auxiliary)
    {
        ChildState state = default;
        state.Arena = arena;
        state.Socket = socket;
        state.Foreseen = foreseen;
        state.Auxiliary = auxiliary;

        RawSyscall.umask(0);
        Message go;
        int* descriptors = stackalloc int[RawSyscall.MaxFds];
        int received;
        if (RawSyscall.ReceiveWithFds(socket, &go, (nuint)sizeof(Message), descriptors, &received) != sizeof(Message) || go.Kind != MessageKind.Go)
            RawSyscall.exit_group(0); // The parent found nothing to launch.
        if ((foreseen & ~state.Header->NewNamespaces) != 0)
            Sync.Withdraw(&state);
        if (state.Header->Times.Forks != 0)
        {
            state.Header->Times.Foreseen = foreseen;
            state.Header->Times.Goes = RawSyscall.Now(Clock.CLOCK_MONOTONIC);
        }

        state.Trace = (TraceLog*)state.Text(state.Header->Trace);
        state.Set(Slot.Executable, executable);
        int next = 0;
        if (go.A != 0)
            state.Set(Slot.Cgroup, descriptors[next++]);
        if (next < received)
            state.Set(Slot.Given, descriptors[next]);

        Op* ops = (Op*)(arena + state.Header->Ops);
        uint count = state.Header->OpCount;
        for (uint i = 0; i < count; i++)
        {
            state.Detail = 0;
            state.Header->ErrorText[0] = 0;
            nint result = state.Trace is null ? Execute(&state, &ops[i]) : Tracing.Execute(&state, &ops[i], i);
            if (result < 0)
                Sync.Fail(&state, (int)i, ops[i].Code, (int)-result);
        }

        RawSyscall.exit_group(0); // A plan without a process ends when start says so.
    }

    /// <summary>Runs one step.</summary>
    public static nint Execute(ChildState* state, Op* op)
    {
        switch (op->Code)
        {
            case OpCode.WriteSelf: return Namespaces.WriteSelf(state, op);
            case OpCode.Settle: return Namespaces.Settle(state);
            case OpCode.JoinNamespace: return Namespaces.Join(state, op);
            case OpCode.JoinProcess: return Namespaces.JoinProcess(state, op);
            case OpCode.Affinity: return RawSyscall.sched_setaffinity(0, op->Count, (ulong*)(state->Arena + op->Data));
            case OpCode.AnyProcessor: return Processors.GiveBack(state->Header);
            case OpCode.UnshareUser: return Namespaces.UnshareUser(state);
            case OpCode.BecomeRoot: return Namespaces.BecomeRoot();
            case OpCode.Unshare: return RawSyscall.unshare(op->X & ~state->Foreseen);
            case OpCode.CloneInit: return Namespaces.CloneInit(state, op);
            case OpCode.Ask: return Sync.Ask(state, op);
            case OpCode.JoinCgroups: return Sync.JoinCgroups(state);
            case OpCode.AwaitRecord: return Sync.AwaitRecord(state);
            case OpCode.AwaitStart: return Sync.AwaitStart(state);
            case OpCode.OpenTree: return Mounts.OpenTree(state, op);
            case OpCode.MakeIdMap: return IdMaps.Make(state, op);
            case OpCode.PropagateHostRoot: return Root.PropagateHost(op);
            case OpCode.AttachRoot: return Root.Attach(state, op);
            case OpCode.AttachRootOnHost: return Root.AttachOnHost(state, op);
            case OpCode.OpenRoot: return Root.Open(state);
            case OpCode.Target: return Mounts.Target(state, op);
            case OpCode.MountPoint: return Mounts.MountPoint(state, op);
            case OpCode.MountFileSystem: return Mounts.FileSystem(state, op);
            case OpCode.MountClassic: return Mounts.Classic(state, op);
            case OpCode.AttachTree: return Mounts.AttachTree(state, op);
            case OpCode.KeepMount: return Mounts.Keep(state, op);
            case OpCode.ChangeMount: return Mounts.Change(state, op);
            case OpCode.CopyUp: return CopyUp.Run(state, op);
            case OpCode.PivotRoot: return Root.Pivot(state);
            case OpCode.MoveRoot: return Root.Move(state);
            case OpCode.ChangeRoot: return Root.Change(state, op);
            case OpCode.PropagateRoot: return Root.Propagate(op);
            case OpCode.RootReadonly: return Root.Readonly();
            case OpCode.OpenNull: return Masks.OpenNull(state);
            case OpCode.MaskPath: return Masks.Mask(state, op);
            case OpCode.ReadonlyPath: return Masks.Readonly(state, op);
            case OpCode.MakeDevice: return Devices.Make(state, op);
            case OpCode.MakeSymlink: return Devices.Symlink(state, op);
            case OpCode.OpenConsole: return Terminal.Open(state, op);
            case OpCode.Hostname: return RawSyscall.sethostname(state->Text(op->S), op->Count);
            case OpCode.Domainname: return RawSyscall.setdomainname(state->Text(op->S), op->Count);
            case OpCode.Sysctl: return Host.Sysctl(state, op);
            case OpCode.RaiseLoopback: return Loopback.Raise(state);
            case OpCode.SessionKeyring: return Host.SessionKeyring(state, op);
            case OpCode.RunHook: return Hooks.Run(state, op);
            case OpCode.NewSession: return Process.NewSession(state, op);
            case OpCode.ChangeDirectory: return Process.ChangeDirectory(state, op);
            case OpCode.CheckDirectory: return Process.CheckDirectory(state);
            case OpCode.RaiseHardLimit: return Process.RaiseHardLimit(op);
            case OpCode.ResourceLimit: return Process.ResourceLimit(state, op);
            case OpCode.Scheduler: return RawSyscall.sched_setattr(0, (sched_attr*)(state->Arena + op->Data), 0);
            case OpCode.IoPriority: return RawSyscall.ioprio_set(1, 0, (int)op->X);
            case OpCode.MemoryPolicy: return RawSyscall.set_mempolicy((int)op->X, (ulong*)state->Text(op->Data), (nuint)op->Y);
            case OpCode.Personality: return RawSyscall.personality((uint)op->X);
            case OpCode.FileMode: return RawSyscall.umask((uint)op->X);
            case OpCode.NoNewPrivileges: return RawSyscall.prctl(Prctl.PR_SET_NO_NEW_PRIVS, 1);
            case OpCode.Label: return Host.Label(state, op);
            case OpCode.BoundCapabilities: return Credentials.Bound(op);
            case OpCode.User: return Credentials.User(state, op);
            case OpCode.Capabilities: return Credentials.Capabilities(state, op);
            case OpCode.Home: return Process.Home(state, op);
            case OpCode.FindExecutable: return Program.Find(state, op);
            case OpCode.UnblockSignals: return Process.UnblockSignals();
            case OpCode.Descriptors: return Process.Descriptors(state, op);
            case OpCode.SeccompGate: return Seccomp.Gate(state, op);
            case OpCode.Seccomp: return Seccomp.Load(state, op);
            case OpCode.Execute: return Program.Execute(state, op);
            default: return -(int)Errno.ENOSYS;
        }
    }
}
