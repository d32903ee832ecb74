using OciSharp.Linux;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>
/// Our filters and those of libseccomp decide the same about every call; but a call that is newer than the profile fails with ENOSYS in
/// ours, where libseccomp's would deny it.
/// </summary>
[TestFixture]
public sealed class SameAsLibSeccompTests
{
    private const uint LargestAsked = 620;

    private static readonly Architecture[] Machine = [Architecture.X86_64, Architecture.X32, Architecture.X86];

    private static readonly string[] Operators =
    [
        SeccompOperators.SCMP_CMP_EQ, SeccompOperators.SCMP_CMP_NE, SeccompOperators.SCMP_CMP_LT, SeccompOperators.SCMP_CMP_LE,
        SeccompOperators.SCMP_CMP_GE, SeccompOperators.SCMP_CMP_GT, SeccompOperators.SCMP_CMP_MASKED_EQ,
    ];

    private static readonly ulong[] Values =
        [0, 1, 2, 16, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x7e020000, 0x2_0000_0010, ulong.MaxValue - 1, ulong.MaxValue];

    [OneTimeSetUp]
    public void Needs()
    {
        if (LibSeccompFilter.Obstacle is { } obstacle)
            Assert.Ignore(obstacle);
        if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
            Assert.Ignore("libseccomp makes its filters for the machine that it runs on, and these are of x86");
    }

    [TestCaseSource(typeof(Profiles), nameof(Profiles.Fixtures))]
    public void A_fixture(string name) => Compare(Profiles.Fixture(name), new Random(1), samples: 40);

    /// <summary>No two rules for one call: which of them counts is more than libseccomp says.</summary>
    [Test]
    public void Profiles_at_random([Range(1, 60)] int seed)
    {
        Random random = new(seed);
        string[] names = Names();
        random.Shuffle(names);
        LinuxSyscall[] rules = [.. names.Take(random.Next(1, 120)).Select(name => RandomRule(random, name))];
        string[] architectures = [.. Machine[1..].Where(_ => random.Next(2) == 0).Select(architecture => architecture.Name)];
        LinuxSeccomp profile = Profiles.Of(RandomAction(random), rules) with { Architectures = architectures };
        Compare(profile, random, samples: 6);
    }

    /// <summary>So large that jumps are longer than an instruction can tell.</summary>
    [Test]
    public void Long_jumps()
    {
        Random random = new(7);
        string[] names = Names();
        LinuxSeccomp profile = Profiles.Of(
            SeccompActions.SCMP_ACT_ERRNO,
            [.. names.Take(names.Length / 2).Select((name, i) => Profiles.Rule(SeccompActions.SCMP_ACT_ERRNO, name, RandomArg(random, 1)) with { ErrnoRet = (uint)(i % 200) + 2 })]);
        ReadOnlySpan<sock_filter> program = FilterCompiler.Compile(profile, Machine);
        Assert.That(program.Length, Is.GreaterThan(1500));
        Compare(profile, random, samples: 4);
    }

    /// <summary>
    /// Calls to make rules for; but not what 32-bit x86 makes through another call: libseccomp compares the address of the arguments there with what
    /// the arguments are to be.
    /// </summary>
    private static string[] Names() =>
    [
        .. Profiles.Fixture("engine").Syscalls!.SelectMany(rule => rule.Names).Distinct().Except(["socketcall", "ipc"])
            .Where(name => RuleTable.Multiplexed(name).Which == 0),
    ];

    private static void Compare(LinuxSeccomp profile, Random random, int samples)
    {
        profile = LibSeccompFilter.Known(profile);
        sock_filter[] theirs = LibSeccompFilter.Compile(profile, Machine);
        ReadOnlySpan<sock_filter> ours = FilterCompiler.Compile(profile, Machine);
        uint defaultAction = FilterAction.Of(profile.DefaultAction, profile.DefaultErrnoRet);
        List<string> differences = [];
        foreach ((Architecture architecture, uint number) in Calls())
        {
            bool isNew = FilterAction.Denies(defaultAction) && IsNew(profile, architecture, number);
            for (int i = 0; i < samples; i++)
            {
                Call call = new(architecture.Audit, number, [.. Enumerable.Range(0, 6).Select(_ => Values[random.Next(Values.Length)])]);
                uint expected = isNew ? FilterAction.NoSuchCall : Emulator.Run(theirs, call);
                uint actual = Emulator.Run(ours, call);
                if (actual != expected)
                    differences.Add($"{architecture.Name} {number:x}({string.Join(", ", call.Arguments.Select(a => $"{a:x}"))}): {Listing.Action(actual)}, expected {Listing.Action(expected)}");
            }
        }

        Assert.That(differences, Is.Empty);
    }

    private static IEnumerable<(Architecture, uint)> Calls()
    {
        for (uint number = 0; number <= LargestAsked; number++)
        {
            foreach (Architecture architecture in Machine)
                yield return (architecture, architecture.First + number);
        }

        yield return (Architecture.Arm, 3); // one that no profile of x86 covers
        yield return (Architecture.X86_64, 0x3fffffff);
        yield return (Architecture.X86_64, uint.MaxValue);
        yield return (Architecture.X86, uint.MaxValue);
    }

    /// <summary>Larger than all calls of this architecture that the profile names.</summary>
    private static bool IsNew(LinuxSeccomp profile, Architecture architecture, uint number)
    {
        Architecture[] covered = Architecture.Covered(Machine, profile.Architectures.AsSpan());
        bool skipped = architecture == Architecture.X86_64 && number == uint.MaxValue;
        if (skipped && covered.Contains(Architecture.X32))
            architecture = Architecture.X32;
        else if (!covered.Contains(architecture) || (number >= architecture.NewEnd && !skipped))
            return false;
        long largest = -1;
        foreach (string name in profile.Syscalls!.SelectMany(rule => rule.Names))
        {
            int known = architecture.NumberOf(SyscallNumbers.Of(name));
            largest = Math.Max(largest, known >= 0 || architecture != Architecture.X86 ? known : Multiplexer(name));
        }

        return largest >= 0 && number > largest;
    }

    /// <summary>What 32-bit x86 makes a call through that has no number of its own there.</summary>
    private static long Multiplexer(string name) => name switch
    {
        "accept" or "send" or "recv" => 102,
        "semop" or "semtimedop" => 117,
        _ => -1,
    };

    private static LinuxSyscall RandomRule(Random random, string name)
    {
        int conditions = Math.Max(0, random.Next(-2, 4));
        IEnumerable<int> arguments = Enumerable.Range(0, 6).OrderBy(_ => random.Next()).Take(conditions);
        return Profiles.Rule(RandomAction(random), name, [.. arguments.Select(argument => RandomArg(random, (uint)argument))]);
    }

    private static LinuxSeccompArg RandomArg(Random random, uint argument)
    {
        ulong value = Values[random.Next(Values.Length)];
        string op = Operators[random.Next(Operators.Length)];
        return Profiles.Arg(argument, op, value, op == SeccompOperators.SCMP_CMP_MASKED_EQ ? Values[random.Next(Values.Length)] : 0);
    }

    private static string RandomAction(Random random) => random.Next(6) switch
    {
        0 => SeccompActions.SCMP_ACT_ALLOW,
        1 => SeccompActions.SCMP_ACT_KILL_PROCESS,
        2 => SeccompActions.SCMP_ACT_TRAP,
        3 => SeccompActions.SCMP_ACT_LOG,
        4 => SeccompActions.SCMP_ACT_KILL,
        _ => SeccompActions.SCMP_ACT_ERRNO,
    };
}
