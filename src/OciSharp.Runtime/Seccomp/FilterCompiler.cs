using OciSharp.Linux;
using OciSharp.Spec;
using static OciSharp.Linux.Seccomp;
using static OciSharp.Linux.SocketFilter;

namespace OciSharp.Runtime.Seccomp;

/// <summary>
/// Compiles a profile (<c>config-linux.md#seccomp</c>) into the program that seccomp(2) loads: the architecture is looked at, then the number of the call
/// is looked for in a binary tree of ranges. Why not by libseccomp, and where the numbers come from: docs/adr/0005-seccomp.md.
/// </summary>
internal static class FilterCompiler
{
    // Of struct seccomp_data.
    private const int Number = 0;
    private const int Arch = 4;

    /// <summary>A call of an architecture that the profile does not cover ends the thread, as libseccomp has it.</summary>
    private const uint Uncovered = SECCOMP_RET_KILL_THREAD;

    /// <summary>Compiles a profile for the architectures of this machine.</summary>
    /// <param name="profile">The profile, which has passed validation.</param>
    /// <param name="machine">See <see cref="Architecture.OfThisMachine"/>.</param>
    /// <param name="unknownNames">Gets the names of calls that we do not know.</param>
    /// <exception cref="ContainerException">The filter is larger than the kernel takes.</exception>
    public static ReadOnlySpan<sock_filter> Compile(LinuxSeccomp profile, Architecture[] machine, List<string>? unknownNames = null)
    {
        uint defaultAction = FilterAction.Of(profile.DefaultAction, profile.DefaultErrnoRet);
        uint beyond = FilterAction.Denies(defaultAction) ? FilterAction.NoSuchCall : defaultAction;
        Architecture[] covered = Architecture.Covered(machine, profile.Architectures.AsSpan());
        SyscallNumbers[] numbers = Resolve(profile, unknownNames);

        var writer = new FilterWriter();
        int next = writer.Return(Uncovered);
        for (int end = covered.Length; end > 0;)
        {
            // Architectures that the kernel calls by one name share a tree.
            int first = end - 1;
            while (first > 0 && covered[first - 1].Audit == covered[first].Audit)
                first--;
            var ranges = new List<FilterRange>(128);
            for (int i = first; i < end; i++)
                RuleTable.Of(profile, defaultAction, covered[i], numbers).AppendTo(ranges, defaultAction, beyond);
            CloseX32(ranges, covered[end - 1]);
            int tree = writer.Load(Number, Tree(writer, ranges, 0, ranges.Count, defaultAction));
            next = writer.Jump(BPF_JEQ, covered[first].Audit, tree, next);
            end = first;
        }

        writer.Load(Arch, next);
        return writer.Program;
    }

    /// <summary>Without x32, numbers with its bit are of an architecture that is not covered; but −1 is what a tracer makes of a call that it skips.</summary>
    private static void CloseX32(List<FilterRange> ranges, Architecture last)
    {
        if (last != Architecture.X86_64)
            return;
        Decision largest = ranges[^1].Decision;
        FilterRange.Append(ranges, Architecture.X32Bit, new Decision(Uncovered));
        FilterRange.Append(ranges, uint.MaxValue, largest);
    }

    /// <summary>Writes what finds a number in the ranges from <paramref name="from"/> to <paramref name="to"/>.</summary>
    private static int Tree(FilterWriter writer, List<FilterRange> ranges, int from, int to, uint defaultAction)
    {
        if (to - from == 1)
            return Leaf(writer, ranges[from].Decision, defaultAction);
        int middle = (from + to) / 2;
        int above = Tree(writer, ranges, middle, to, defaultAction);
        int below = Tree(writer, ranges, from, middle, defaultAction);
        return writer.Jump(BPF_JGE, ranges[middle].First, above, below);
    }

    private static int Leaf(FilterWriter writer, in Decision decision, uint defaultAction)
    {
        if (decision.Rules is null)
            return writer.Return(decision.Action);
        int next = writer.Return(defaultAction);
        for (int i = decision.Rules.Length - 1; i >= 0; i--)
        {
            Alternative rule = decision.Rules[i];
            int position = writer.Return(rule.Action);
            for (int j = rule.Conditions.Length - 1; j >= 0; j--)
                position = FilterCondition.Write(writer, rule.Conditions[j], decision.Is32Bit, position, next);
            next = position;
        }

        return next;
    }

    /// <summary>The numbers of all names of the profile, in their order.</summary>
    private static SyscallNumbers[] Resolve(LinuxSeccomp profile, List<string>? unknownNames)
    {
        int count = 0;
        foreach (LinuxSyscall rule in profile.Syscalls.AsSpan())
            count += rule.Names.AsSpan().Length;

        var numbers = new SyscallNumbers[count];
        int next = 0;
        foreach (LinuxSyscall rule in profile.Syscalls.AsSpan())
        {
            foreach (string name in rule.Names.AsSpan())
            {
                SyscallNumbers found = SyscallNumbers.Of(name);
                numbers[next++] = found;
                if (found == SyscallNumbers.None)
                    unknownNames?.Add(name);
            }
        }

        return numbers;
    }
}
