using OciSharp.Spec;

namespace OciSharp.Runtime.Seccomp;

/// <summary>What a profile says about the calls of one architecture, by number.</summary>
/// <remarks>
/// Where the specification says nothing, it is as libseccomp and runc have it: of the rules for a call, one without conditions goes before all others;
/// else the first that holds counts. A rule with two conditions on one argument is several rules with one condition each. A rule
/// whose action is the default one is passed over.
/// </remarks>
internal sealed class RuleTable
{
    // 32-bit x86 makes the calls of sockets and of System V IPC through one call each, whose first argument tells which is meant.
    private const uint SocketCall = 102;
    private const uint Ipc = 117;

    private readonly Architecture _architecture;
    private readonly List<Alternative> _alternatives = [];
    private readonly List<ulong> _entries = new(512); // number << 32 | index into _alternatives

    private RuleTable(Architecture architecture) => _architecture = architecture;

    /// <summary>The largest number that the profile names, or −1: what is larger came after the profile.</summary>
    public long Largest { get; private set; } = -1;

    /// <summary>Reads the rules of a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="defaultAction">The value of its default action.</param>
    /// <param name="architecture">The architecture.</param>
    /// <param name="numbers">The numbers of all its names, in their order.</param>
    public static RuleTable Of(LinuxSeccomp profile, uint defaultAction, Architecture architecture, ReadOnlySpan<SyscallNumbers> numbers)
    {
        var table = new RuleTable(architecture);
        int name = 0;
        foreach (LinuxSyscall rule in profile.Syscalls.AsSpan())
        {
            uint action = FilterAction.Of(rule.Action, rule.ErrnoRet);
            int first = table._alternatives.Count;
            if (action != defaultAction)
                table.AddAlternatives(action, rule.Args.AsSpan());
            int end = table._alternatives.Count;
            foreach (string call in rule.Names.AsSpan())
                table.Add(call, architecture.NumberOf(numbers[name++]), first, end);
        }

        table._entries.Sort();
        return table;
    }

    /// <summary>Appends what the calls from <see cref="Architecture.First"/> to <see cref="Architecture.End"/> lead to, in the order of their numbers.</summary>
    /// <param name="ranges">Where to append.</param>
    /// <param name="defaultAction">The action for calls without a rule.</param>
    /// <param name="beyond">The action for those larger than <see cref="Largest"/>.</param>
    public void AppendTo(List<FilterRange> ranges, uint defaultAction, uint beyond)
    {
        ulong next = _architecture.First;
        for (int i = 0; i < _entries.Count;)
        {
            ulong number = _entries[i] >> 32;
            int end = i + 1;
            while (end < _entries.Count && _entries[end] >> 32 == number)
                end++;
            if (next < number)
                Gap(ranges, next, number, defaultAction, beyond);
            FilterRange.Append(ranges, number, Decide(i, end));
            next = number + 1;
            i = end;
        }

        if (next < _architecture.End)
            Gap(ranges, next, _architecture.End, defaultAction, beyond);
    }

    /// <summary>Numbers without a rule: those up to the largest one that the profile names, new ones, and what can be no new call.</summary>
    private void Gap(List<FilterRange> ranges, ulong from, ulong to, uint defaultAction, uint beyond)
    {
        ulong newFirst = Largest < 0 ? to : (ulong)Largest + 1;
        if (from < newFirst)
            FilterRange.Append(ranges, from, new Decision(defaultAction));
        if (newFirst < to && from < _architecture.NewEnd)
            FilterRange.Append(ranges, Math.Max(from, newFirst), new Decision(beyond));
        if (to > _architecture.NewEnd)
            FilterRange.Append(ranges, Math.Max(from, _architecture.NewEnd), new Decision(defaultAction));
    }

    private Decision Decide(int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            Alternative alternative = _alternatives[(int)(uint)_entries[i]];
            if (alternative.Conditions.Length == 0)
                return new Decision(alternative.Action);
        }

        var rules = new Alternative[end - first];
        for (int i = first; i < end; i++)
            rules[i - first] = _alternatives[(int)(uint)_entries[i]];
        return new Decision(0, rules, _architecture.Is32Bit);
    }

    private void AddAlternatives(uint action, ReadOnlySpan<LinuxSeccompArg> conditions)
    {
        if (conditions.IsEmpty)
        {
            _alternatives.Add(new Alternative(action, []));
            return;
        }

        uint seen = 0;
        bool repeated = false;
        foreach (LinuxSeccompArg condition in conditions)
        {
            repeated |= (seen & (1u << (int)condition.Index)) != 0;
            seen |= 1u << (int)condition.Index;
        }

        if (!repeated)
        {
            _alternatives.Add(new Alternative(action, [.. conditions]));
            return;
        }

        foreach (LinuxSeccompArg condition in conditions)
            _alternatives.Add(new Alternative(action, [condition]));
    }

    /// <summary>Gives a call the alternatives from <paramref name="first"/> on; its number is negative if this architecture does not have it.</summary>
    private void Add(string name, int number, int first, int end)
    {
        if (number >= 0)
            Add((uint)number, first, end);
        if (_architecture.Audit == Linux.Seccomp.AUDIT_ARCH_I386)
            AddMultiplexed(name, first, end);
    }

    private void Add(uint number, int first, int end)
    {
        if (number < _architecture.NewEnd)
            Largest = Math.Max(Largest, number);
        for (int i = first; i < end; i++)
            _entries.Add(((ulong)number << 32) | (uint)i);
    }

    /// <summary>The arguments lie in memory, where a filter cannot look: conditions on them do not count.</summary>
    private void AddMultiplexed(string name, int first, int end)
    {
        (uint multiplexer, uint which) = Multiplexed(name);
        if (which == 0)
            return;
        if (first == end)
        {
            Largest = Math.Max(Largest, multiplexer);
            return;
        }

        int added = _alternatives.Count;
        LinuxSeccompArg isMeant = new() { Index = 0, Op = SeccompOperators.SCMP_CMP_EQ, Value = which };
        _alternatives.Add(new Alternative(_alternatives[first].Action, [isMeant]));
        Add(multiplexer, added, added + 1);
    }

    /// <summary>What 32-bit x86 makes a call of that name through (linux/net.h, linux/ipc.h); Which is 0 if nothing.</summary>
    public static (uint Multiplexer, uint Which) Multiplexed(string name) => name switch
    {
        "socket" => (SocketCall, 1),
        "bind" => (SocketCall, 2),
        "connect" => (SocketCall, 3),
        "listen" => (SocketCall, 4),
        "accept" => (SocketCall, 5),
        "getsockname" => (SocketCall, 6),
        "getpeername" => (SocketCall, 7),
        "socketpair" => (SocketCall, 8),
        "send" => (SocketCall, 9),
        "recv" => (SocketCall, 10),
        "sendto" => (SocketCall, 11),
        "recvfrom" => (SocketCall, 12),
        "shutdown" => (SocketCall, 13),
        "setsockopt" => (SocketCall, 14),
        "getsockopt" => (SocketCall, 15),
        "sendmsg" => (SocketCall, 16),
        "recvmsg" => (SocketCall, 17),
        "accept4" => (SocketCall, 18),
        "recvmmsg" => (SocketCall, 19),
        "sendmmsg" => (SocketCall, 20),
        "semop" => (Ipc, 1),
        "semget" => (Ipc, 2),
        "semctl" => (Ipc, 3),
        "semtimedop" => (Ipc, 4),
        "msgsnd" => (Ipc, 11),
        "msgrcv" => (Ipc, 12),
        "msgget" => (Ipc, 13),
        "msgctl" => (Ipc, 14),
        "shmat" => (Ipc, 21),
        "shmdt" => (Ipc, 22),
        "shmget" => (Ipc, 23),
        "shmctl" => (Ipc, 24),
        _ => (0, 0),
    };
}
