using System.Runtime.InteropServices;

namespace OciSharp.Init.Plan;

/// <summary>What one step of the plan does. Which operands it takes stands beside its handler in <c>OciSharp.Init.Child</c>.</summary>
public enum OpCode : ushort
{
#pragma warning disable CS1591 // Each is described beside its handler.
    None,

    // Namespaces (Child/Namespaces.cs)
    WriteSelf,
    Settle,
    JoinNamespace,
    JoinProcess,
    Affinity,
    AnyProcessor,
    UnshareUser,
    BecomeRoot,
    Unshare,
    CloneInit,

    // Talking to the parent (Child/Sync.cs)
    Ask,
    JoinCgroups,
    AwaitRecord,
    AwaitStart,

    // The mount tree (Child/Mounts.cs, Child/Root.cs)
    OpenTree,
    MakeIdMap,
    PropagateHostRoot,
    AttachRoot,
    AttachRootOnHost,
    OpenRoot,
    Target,
    MountPoint,
    MountFileSystem,
    MountClassic,
    AttachTree,
    KeepMount,
    ChangeMount,
    CopyUp,
    PivotRoot,
    MoveRoot,
    ChangeRoot,
    PropagateRoot,
    RootReadonly,
    OpenNull,
    MaskPath,
    ReadonlyPath,

    // Devices and terminal (Child/Devices.cs, Child/Console.cs)
    MakeDevice,
    MakeSymlink,
    OpenConsole,

    // The system (Child/Host.cs, Child/Loopback.cs)
    RaiseLoopback,
    Hostname,
    Domainname,
    Sysctl,
    SessionKeyring,

    // Hooks in the container (Child/Hooks.cs)
    RunHook,

    // The process (Child/Process.cs, Child/Credentials.cs, Child/Seccomp.cs, Child/Program.cs)
    NewSession,
    ChangeDirectory,
    RaiseHardLimit,
    ResourceLimit,
    Scheduler,
    IoPriority,
    MemoryPolicy,
    Personality,
    FileMode,
    NoNewPrivileges,
    Label,
    BoundCapabilities,
    User,
    Capabilities,
    CheckDirectory,
    Home,
    FindExecutable,
    UnblockSignals,
    Descriptors,
    SeccompGate,
    Seccomp,
    Execute,
#pragma warning restore CS1591
}

/// <summary>
/// One step, of fixed size. Strings and arrays are offsets into the arena that holds the plan; 0 is none.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct Op
{
    /// <summary>What to do.</summary>
    public OpCode Code;

    /// <summary>The descriptor slot that is read or filled.</summary>
    public ushort Slot;

    /// <summary>Flags of the operation.</summary>
    public uint Flags;

    /// <summary>First number.</summary>
    public ulong X;

    /// <summary>Second number.</summary>
    public ulong Y;

    /// <summary>First string.</summary>
    public uint S;

    /// <summary>Second string.</summary>
    public uint T;

    /// <summary>An array, or a block of bytes.</summary>
    public uint Data;

    /// <summary>Its length in elements.</summary>
    public uint Count;
}

/// <summary>What begins the arena.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct PlanHeader
{
    /// <summary>Room for <see cref="ErrorText"/>.</summary>
    public const int ErrorTextSize = 512;

    /// <summary>Room for <see cref="Processors"/>: 1,024 of them, as in cpu_set_t.</summary>
    public const int ProcessorWords = 16;

    /// <summary>Number of descriptor slots.</summary>
    public uint SlotCount;

    /// <summary>The slots: an array of int that the child fills.</summary>
    public uint Slots;

    /// <summary>Number of steps.</summary>
    public uint OpCount;

    /// <summary>The steps: an array of <see cref="Op"/>.</summary>
    public uint Ops;

    /// <summary>The CLONE_NEW* flags of the namespaces that <see cref="Foresight"/> may make before the plan is there.</summary>
    public ulong NewNamespaces;

    /// <summary>Size of <see cref="Processors"/> in bytes; 0 if the child's are the parent's.</summary>
    public uint ProcessorsSize;

    /// <summary>Offset of the <see cref="TraceLog"/>; 0: nobody wants to know how long the steps take.</summary>
    public uint Trace;

    /// <summary>The processors that the parent may run on, which the child leaves to it until <see cref="OpCode.AnyProcessor"/>.</summary>
    public fixed ulong Processors[ProcessorWords];

    /// <summary>The pid of the init that the helper makes, in the parent's pid namespace; the kernel writes it before init runs.</summary>
    public int InitPid;

    /// <summary>What the helper did before it had the plan.</summary>
    public HelperTimes Times;

    /// <summary>What the step at work is about: a path, or the kernel's words. It goes with the report if the step fails. NUL-terminated.</summary>
    public fixed byte ErrorText[ErrorTextSize];
}

/// <summary>Descriptor slots with a meaning of their own; those from <see cref="First"/> on are the planner's.</summary>
public static class Slot
{
    /// <summary>The container's root directory.</summary>
    public const ushort Root = 1;

    /// <summary>The mount point that <see cref="OpCode.Target"/> resolved.</summary>
    public const ushort Target = 2;

    /// <summary>The mount made last, attached or not.</summary>
    public const ushort Mount = 3;

    /// <summary>A private procfs of the container's namespaces.</summary>
    public const ushort Proc = 4;

    /// <summary>The host's /dev/null.</summary>
    public const ushort Null = 5;

    /// <summary>The empty read-only tmpfs that masks directories, where it is mounted first.</summary>
    public const ushort Empty = 6;

    /// <summary>The container's /dev.</summary>
    public const ushort Dev = 7;

    /// <summary>The slave side of the terminal.</summary>
    public const ushort Console = 8;

    /// <summary>What came with Go: the listening socket on which <c>start</c> calls, or, for <c>exec</c>, a pidfd of the container's init.</summary>
    public const ushort Given = 9;

    /// <summary>Where the output of a hook in the container goes.</summary>
    public const ushort HookOutput = 10;

    /// <summary>Where its errors go, if not there too: the slot behind, as the two come together.</summary>
    public const ushort HookErrors = 11;

    /// <summary>The directory of the container's cgroup in the unified hierarchy, for init to be born in.</summary>
    public const ushort Cgroup = 12;

    /// <summary>The full pipe at which init waits until the parent has its seccomp listener.</summary>
    public const ushort Gate = 13;

    /// <summary>What the helper executes, kept open until somebody has time to close it.</summary>
    public const ushort Executable = 14;

    /// <summary>The first slot without a fixed meaning.</summary>
    public const ushort First = 16;
}
