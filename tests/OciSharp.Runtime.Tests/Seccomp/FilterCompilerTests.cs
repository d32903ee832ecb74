using OciSharp.Linux;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;
using static OciSharp.Linux.Seccomp;
using static OciSharp.Runtime.Tests.Seccomp.Profiles;
using static OciSharp.Spec.SeccompActions;
using static OciSharp.Spec.SeccompOperators;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>What profiles mean, beyond what libseccomp says about it.</summary>
[TestFixture]
public sealed class FilterCompilerTests
{
    private const uint Read = 0, Ioctl = 16, Mkdir = 83;

    private static readonly Architecture[] Machine = [Architecture.X86_64, Architecture.X32, Architecture.X86];

    [TestCaseSource(typeof(Profiles), nameof(Fixtures))]
    public void The_listing_of_a_fixture(string name)
    {
        string path = $"{Folder}/{name}.listing";
        string actual = Listing.Of(FilterCompiler.Compile(Fixture(name), Machine));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Ignore($"{path} was rewritten");
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"{path} differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }

    [Test]
    public void A_rule_without_conditions_goes_before_all_others()
    {
        LinuxSyscall conditional = Rule(SCMP_ACT_TRAP, "ioctl", Arg(1, SCMP_CMP_EQ, 7));
        LinuxSyscall always = Rule(SCMP_ACT_ALLOW, "ioctl");
        Assert.That(Decide(Of(SCMP_ACT_ERRNO, conditional, always), Ioctl, 0, 7), Is.EqualTo("ALLOW"));
        Assert.That(Decide(Of(SCMP_ACT_ERRNO, always, conditional), Ioctl, 0, 7), Is.EqualTo("ALLOW"));
    }

    [Test]
    public void Of_rules_without_conditions_the_first_counts() =>
        Assert.That(Decide(Of(SCMP_ACT_ERRNO, Rule(SCMP_ACT_TRAP, "ioctl"), Rule(SCMP_ACT_ALLOW, "ioctl")), Ioctl), Is.EqualTo("TRAP"));

    [Test]
    public void Of_rules_with_conditions_the_first_that_holds_counts()
    {
        LinuxSeccomp profile = Of(
            SCMP_ACT_ERRNO, Rule(SCMP_ACT_TRAP, "ioctl", Arg(1, SCMP_CMP_EQ, 7)), Rule(SCMP_ACT_ALLOW, "ioctl", Arg(1, SCMP_CMP_GT, 3)));
        Assert.That(Decide(profile, Ioctl, 0, 7), Is.EqualTo("TRAP"));
        Assert.That(Decide(profile, Ioctl, 0, 8), Is.EqualTo("ALLOW"));
        Assert.That(Decide(profile, Ioctl, 0, 3), Is.EqualTo("ERRNO(1)"));
    }

    [Test]
    public void A_rule_with_the_default_action_is_passed_over()
    {
        LinuxSeccomp profile = Of(
            SCMP_ACT_ERRNO, Rule(SCMP_ACT_ERRNO, "ioctl"), Rule(SCMP_ACT_ALLOW, "ioctl", Arg(1, SCMP_CMP_EQ, 7)));
        Assert.That(Decide(profile, Ioctl, 0, 7), Is.EqualTo("ALLOW"));
    }

    [Test]
    public void All_conditions_of_a_rule_must_hold()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ALLOW, Rule(SCMP_ACT_TRAP, "ioctl", Arg(0, SCMP_CMP_EQ, 1), Arg(1, SCMP_CMP_EQ, 2)));
        Assert.That(Decide(profile, Ioctl, 1, 2), Is.EqualTo("TRAP"));
        Assert.That(Decide(profile, Ioctl, 1, 3), Is.EqualTo("ALLOW"));
        Assert.That(Decide(profile, Ioctl, 3, 2), Is.EqualTo("ALLOW"));
    }

    /// <summary>As runc and crun have it, since libseccomp takes no such rule.</summary>
    [Test]
    public void Conditions_of_which_two_are_on_one_argument_are_rules_of_their_own()
    {
        LinuxSeccomp profile = Of(
            SCMP_ACT_ALLOW, Rule(SCMP_ACT_TRAP, "ioctl", Arg(0, SCMP_CMP_EQ, 1), Arg(0, SCMP_CMP_EQ, 2), Arg(1, SCMP_CMP_EQ, 9)));
        Assert.That(Decide(profile, Ioctl, 2, 0), Is.EqualTo("TRAP"));
        Assert.That(Decide(profile, Ioctl, 5, 9), Is.EqualTo("TRAP"));
        Assert.That(Decide(profile, Ioctl, 5, 5), Is.EqualTo("ALLOW"));
    }

    [TestCase(SCMP_ACT_ERRNO, "ERRNO(1)", "ERRNO(38)")]
    [TestCase(SCMP_ACT_KILL, "KILL_THREAD", "ERRNO(38)")]
    [TestCase(SCMP_ACT_KILL_PROCESS, "KILL_PROCESS", "ERRNO(38)")]
    [TestCase(SCMP_ACT_TRAP, "TRAP", "ERRNO(38)")]
    [TestCase(SCMP_ACT_TRACE, "TRACE(1)", "TRACE(1)")]
    [TestCase(SCMP_ACT_LOG, "LOG", "LOG")]
    public void A_call_that_is_newer_than_the_profile(string defaultAction, string unnamed, string newer)
    {
        LinuxSeccomp profile = Of(defaultAction, Rule(SCMP_ACT_ALLOW, "read"), Rule(SCMP_ACT_ALLOW, "mkdir"));
        Assert.That(Decide(profile, Mkdir - 1), Is.EqualTo(unnamed));
        Assert.That(Decide(profile, Mkdir), Is.EqualTo("ALLOW"));
        Assert.That(Decide(profile, Mkdir + 1), Is.EqualTo(newer));
        Assert.That(Decide(profile, 0x3fffffff), Is.EqualTo(newer));
    }

    /// <summary>The largest name may be that of a rule that changes nothing.</summary>
    [Test]
    public void A_profile_knows_all_calls_that_it_names()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ERRNO, Rule(SCMP_ACT_ALLOW, "read"), Rule(SCMP_ACT_ERRNO, "mkdir"));
        Assert.That(Decide(profile, Mkdir), Is.EqualTo("ERRNO(1)"));
        Assert.That(Decide(profile, Mkdir + 1), Is.EqualTo("ERRNO(38)"));
    }

    [Test]
    public void Without_rules_the_default_action_is_all()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ERRNO) with { DefaultErrnoRet = 95 };
        Assert.That(Decide(profile, 0), Is.EqualTo("ERRNO(95)"));
        Assert.That(Decide(profile, 5000), Is.EqualTo("ERRNO(95)"));
    }

    [Test]
    public void What_is_not_covered_ends_the_thread()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ALLOW, Rule(SCMP_ACT_TRAP, "read")) with { Architectures = null };
        ReadOnlySpan<sock_filter> program = FilterCompiler.Compile(profile, Machine);
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_X86_64, Read))), Is.EqualTo("TRAP"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_I386, 3))), Is.EqualTo("KILL_THREAD"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_X86_64, Architecture.X32Bit))), Is.EqualTo("KILL_THREAD"));
    }

    /// <summary>The runtime itself has to come through the filter, to execve.</summary>
    [Test]
    public void Our_own_architecture_is_always_covered()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ALLOW, Rule(SCMP_ACT_TRAP, "read")) with { Architectures = [SeccompArchitectures.SCMP_ARCH_X86, SeccompArchitectures.SCMP_ARCH_MIPS] };
        Assert.That(Decide(profile, Read), Is.EqualTo("TRAP"));
        Assert.That(Decide(profile, Read + 1), Is.EqualTo("ALLOW"));
    }

    /// <summary>Calls of 32-bit Arm's own have large numbers, which are not those of new calls.</summary>
    [Test]
    public void A_machine_of_another_make()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ERRNO, Rule(SCMP_ACT_ALLOW, "read"), Rule(SCMP_ACT_ALLOW, "set_tls")) with
        {
            Architectures = [SeccompArchitectures.SCMP_ARCH_AARCH64, SeccompArchitectures.SCMP_ARCH_ARM],
        };
        ReadOnlySpan<sock_filter> program = FilterCompiler.Compile(profile, [Architecture.Aarch64, Architecture.Arm]);
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_AARCH64, 63))), Is.EqualTo("ALLOW"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_AARCH64, 64))), Is.EqualTo("ERRNO(38)"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_ARM, 3))), Is.EqualTo("ALLOW"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_ARM, 4))), Is.EqualTo("ERRNO(38)"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_ARM, 0xf0004))), Is.EqualTo("ERRNO(1)"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_ARM, 0xf0005))), Is.EqualTo("ALLOW"));
        Assert.That(Listing.Action(Emulator.Run(program, new Call(AUDIT_ARCH_X86_64, 0))), Is.EqualTo("KILL_THREAD"));
    }

    [Test]
    public void Names_that_nobody_knows_are_told()
    {
        List<string> unknown = [];
        LinuxSeccomp profile = Of(SCMP_ACT_ERRNO, Rule(SCMP_ACT_ALLOW, "read"), Rule(SCMP_ACT_ALLOW, "no_such_call"), Rule(SCMP_ACT_ALLOW, "réad"));
        FilterCompiler.Compile(profile, Machine, unknown);
        Assert.That(unknown, Is.EqualTo(new[] { "no_such_call", "réad" }));
    }

    [Test]
    public void A_filter_that_is_too_large_is_refused()
    {
        LinuxSeccompArg[] many = [.. Enumerable.Range(0, 1500).Select(value => Arg(0, SCMP_CMP_EQ, (ulong)value << 20))];
        Assert.That(
            () => FilterCompiler.Compile(Of(SCMP_ACT_ALLOW, Rule(SCMP_ACT_TRAP, "ioctl", many)), Machine),
            Throws.InstanceOf<ContainerException>().With.Message.Contains("4096"));
    }

    [TestCase(null, "SPEC_ALLOW")]
    [TestCase(new string[0], "")]
    [TestCase(new[] { SeccompFlags.SECCOMP_FILTER_FLAG_LOG, SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC }, "TSYNC LOG")]
    [TestCase(new[] { SeccompFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV }, "")]
    public void Flags(string[]? flags, string expected) =>
        Assert.That(Names(FilterFlags.Of(Of(SCMP_ACT_ALLOW) with { Flags = flags })), Is.EqualTo(expected));

    [Test]
    public void Flags_with_an_agent()
    {
        LinuxSeccomp profile = Of(SCMP_ACT_ALLOW, Rule(SCMP_ACT_NOTIFY, "mkdir")) with { ListenerPath = "/agent" };
        string[] flags = [SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC, SeccompFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV];
        Assert.That(Names(FilterFlags.Of(profile with { Flags = flags })), Is.EqualTo("NEW_LISTENER WAIT_KILLABLE_RECV"));
    }

    private static string Decide(LinuxSeccomp profile, uint number, params ulong[] arguments) =>
        Listing.Action(Emulator.Run(FilterCompiler.Compile(profile, Machine), new Call(AUDIT_ARCH_X86_64, number, arguments)));

    private static string Names(uint flags)
    {
        (uint, string)[] names =
        [
            (SECCOMP_FILTER_FLAG_TSYNC, "TSYNC"), (SECCOMP_FILTER_FLAG_LOG, "LOG"), (SECCOMP_FILTER_FLAG_SPEC_ALLOW, "SPEC_ALLOW"),
            (SECCOMP_FILTER_FLAG_NEW_LISTENER, "NEW_LISTENER"), (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "WAIT_KILLABLE_RECV"),
        ];
        return string.Join(' ', names.Where(name => (flags & name.Item1) != 0).Select(name => name.Item2));
    }
}
