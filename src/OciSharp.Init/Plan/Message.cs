using System.Runtime.InteropServices;

namespace OciSharp.Init.Plan;

/// <summary>
/// The words between parent and child, over a SOCK_SEQPACKET pair; some carry descriptors.
/// </summary>
/// <remarks>
/// <code>
///  parent                                    helper                      init
///    │ Go  (unified cgroup, socket of start)   │
///    ├────────────────────────────────────────►│
///    │                            Settled {pid}│   only with a user namespace: the helper is another process now
///    │◄────────────────────────────────────────┤
///    │                                  MapUser│   only with a new user namespace
///    │◄────────────────────────────────────────┤
///    │ Done                                    │
///    ├────────────────────────────────────────►│ clone3(CLONE_PARENT)
///    │ makes the cgroups meanwhile             ├───────────────────────────►│
///    │ Cgroups {unified}  (file of each)       │                            │ mounts …
///    ├─────────────────────────────────────────┼───────────────────────────►│ joins them where the plan needs them
///    │                        Loopback (socket)│                            │   only with a new network namespace that was foreseen
///    │◄────────────────────────────────────────┤                            │
///    │                InitPid {pid} (executable)│                            │
///    │◄────────────────────────────────────────┘                            │
///    │ Recorded                                                             │   the state knows init's pid; its filter is ready
///    ├─────────────────────────────────────────────────────────────────────►│
///    │                                                       NetworkDevices │   only with linux.netDevices
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │ moves them, Done                                                     │
///    ├─────────────────────────────────────────────────────────────────────►│
///    │                                                                Hooks │   only with hooks before pivot_root
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │ Done  (descriptors for the output of hooks)                          │
///    ├─────────────────────────────────────────────────────────────────────►│
///    │                                                     Console (master) │   only with a terminal
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │                                                              Created │
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │ Start, by `start` over a connection of its own (run does without)    │
///    ├─────────────────────────────────────────────────────────────────────►│
///    │                                           SeccompGate (end of a pipe) │   only with SCMP_ACT_NOTIFY
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │                                             SeccompListener {number} │   the filter is in force
///    │◄─────────────────────────────────────────────────────────────────────┤
///    │ takes the descriptor, serves the agent, empties the pipe             │
///    ├─────────────────────────────────────────────────────────────────────►│ execve
///    │                                                     end of the stream│
///    │◄─────────────────────────────────────────────────────────────────────┘
/// </code>
/// <c>Failed {op, errno}</c> may take the place of any word of the child, which waits then until the parent hangs up, for it to look at what
/// failed; and <c>Unforeseen</c> that of the first: it asks for another helper, to which the parent says all of it again.
/// </remarks>
public enum MessageKind
{
#pragma warning disable CS1591 // The picture above tells.
    None,
    Go,
    Done,
    Start,
    Settled,
    MapUser,
    Loopback,
    InitPid,
    Cgroups,
    Recorded,
    NetworkDevices,
    Hooks,
    Console,
    Created,
    SeccompGate,
    SeccompListener,
    Failed,
    Unforeseen,
#pragma warning restore CS1591
}

/// <summary>One word of the protocol.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Message
{
    /// <summary>Which word.</summary>
    public MessageKind Kind;

    /// <summary>
    /// A process id, a descriptor of the child's, the index of the step that failed, with Go whether the first descriptor is a cgroup,
    /// with Cgroups the position of the unified one's file among the descriptors or -1, with Start whether the last descriptor is the
    /// memory of a <see cref="TraceLog"/>.
    /// </summary>
    public int A;

    /// <summary>The errno of a failure.</summary>
    public int B;

    /// <summary>What the handler adds to a failure: a wait status, a position.</summary>
    public int C;

    /// <summary>The step that failed: <c>start</c> does not have the plan. Behind the message follows the text that explains it.</summary>
    public OpCode Op;
}
