using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "POSIX process" and "Linux Process": limits, no_new_privs, oom_score_adj, scheduler, I/O priority; config-linux.md, "Personality".</summary>
public sealed class ProcessAttributes : ContainerFixture
{
    private static readonly (string Type, string Name, ulong Soft, ulong Hard)[] s_limits =
    [
        ("RLIMIT_AS", "Max address space", 1UL << 40, 1UL << 41), ("RLIMIT_CORE", "Max core file size", 1, 1024), ("RLIMIT_CPU", "Max cpu time", 100, 200),
        ("RLIMIT_DATA", "Max data size", 1UL << 40, ulong.MaxValue), ("RLIMIT_FSIZE", "Max file size", 1UL << 30, 1UL << 31), ("RLIMIT_LOCKS", "Max file locks", 10, 20),
        ("RLIMIT_MEMLOCK", "Max locked memory", 4096, 8192), ("RLIMIT_MSGQUEUE", "Max msgqueue size", 1000, 2000), ("RLIMIT_NICE", "Max nice priority", 0, 0),
        ("RLIMIT_NOFILE", "Max open files", 500, 1000), ("RLIMIT_NPROC", "Max processes", 5000, 6000), ("RLIMIT_RSS", "Max resident set", 1UL << 40, 1UL << 41),
        ("RLIMIT_RTPRIO", "Max realtime priority", 0, 0), ("RLIMIT_RTTIME", "Max realtime timeout", 1000, 2000), ("RLIMIT_SIGPENDING", "Max pending signals", 50, 60),
        ("RLIMIT_STACK", "Max stack size", 1UL << 20, 1UL << 22),
    ];

    [Test]
    public void Each_limit_is_exact()
    {
        var bundle = NewBundle().WithProcess("rlimits", new JsonArray([.. s_limits.Select(l => Limit(l.Type, l.Soft, l.Hard))]));
        var lines = Look(bundle, "cat /proc/self/limits").Lines(0);
        Assert.Multiple(() =>
        {
            foreach (var (_, name, soft, hard) in s_limits)
            {
                var words = lines.Single(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.That((words[0], words[1]), Is.EqualTo((Shown(soft), Shown(hard))), name);
            }
        });
    }

    [Test]
    public void A_limit_that_is_not_listed_is_inherited() =>
        Assert.That(RunCommand(NewBundle("ulimit -n")).After("ulimit -n 777;").Execute().Succeeded().Text, Is.EqualTo("777"));

    /// <summary>A launch may steer its own processes; the container's has what its caller has.</summary>
    [TestCase("0")]
    [TestCase("0-1")]
    public void The_processors_are_the_caller_s(string processors)
    {
        Require.That(Environment.ProcessorCount > 1, "this machine has one processor");
        const string look = "sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status";
        var log = Scratch.NewFile("log", "");
        var bundle = NewBundle(look).Hook("createContainer", Scratch.NewScript($"{look} >> {log}")).Hook("createRuntime", Scratch.NewScript($"{look} >> {log}"));
        Assert.That(RunCommand(bundle).After($"taskset -pc {processors} $$ > /dev/null;").Execute().Succeeded().Text, Is.EqualTo(processors));
        Assert.That(File.ReadAllLines(log), Is.EqualTo((string[])[processors, processors]));
    }

    [Test]
    public void An_unknown_limit_is_refused() => FailToCreate(NewBundle().WithProcess("rlimits", new JsonArray(Limit("RLIMIT_NONSENSE", 1, 1)))).Failed("RLIMIT_NONSENSE");

    [Test]
    [Differs("runc", Duplicates)]
    [Differs("crun", Duplicates)]
    public void A_limit_that_is_listed_twice_is_refused() =>
        FailToCreate(NewBundle().WithProcess("rlimits", new JsonArray(Limit("RLIMIT_CORE", 2, 2), Limit("RLIMIT_CORE", 1, 1)))).Failed("RLIMIT_CORE");

    private const string Duplicates = "config.md, POSIX process: \"If `rlimits` contains duplicated entries with same `type`, the runtime MUST generate an error\"; the last one wins";

    [Test]
    public void A_soft_limit_above_the_hard_one_is_refused() =>
        Assert.That(Run(NewBundle().WithProcess("rlimits", new JsonArray(Limit("RLIMIT_CORE", 2, 1)))).ExitCode, Is.EqualTo(1));

    /// <summary>runtime.md, Create: "If the runtime cannot apply a property as specified in the configuration, it MUST generate an error".</summary>
    [Test]
    public void A_label_that_the_kernel_cannot_apply_is_an_error()
    {
        Require.That(!File.Exists("/sys/fs/selinux/enforce"), "this kernel has SELinux");
        FailToCreate(NewBundle().WithProcess("selinuxLabel", "system_u:system_r:nobody_t:s0")).Failed("selinux");
        FailToCreate(NewBundle().WithLinux("mountLabel", "system_u:object_r:nobody_t:s0")).Failed("context");
        Require.That(!File.Exists("/sys/module/apparmor"), "this kernel has AppArmor");
        FailToCreate(NewBundle().WithProcess("apparmorProfile", "nothing-of-that-name")).Failed("apparmor");
    }

    [TestCase(true, "1")]
    [TestCase(false, "0")]
    public void No_new_privileges(bool value, string shown) => Assert.That(Look(NewBundle().WithProcess("noNewPrivileges", value), "cat /proc/self/status").Status(0)["NoNewPrivs"], Is.EqualTo(shown));

    [Test]
    public void Oom_score_adj()
    {
        Assert.That(Run(NewBundle("cat /proc/self/oom_score_adj").WithProcess("oomScoreAdj", 321)).Succeeded().Text, Is.EqualTo("321"));
        Assert.That(RunCommand(NewBundle("cat /proc/self/oom_score_adj")).After("echo 123 > /proc/self/oom_score_adj;").Execute().Succeeded().Text, Is.EqualTo("123"), "not set: it is not to be changed");
        Assert.That(RunCommand(NewBundle("cat /proc/self/oom_score_adj").WithProcess("oomScoreAdj", 0)).Execute().Succeeded().Text, Is.EqualTo("0"));
    }

    [TestCase("SCHED_OTHER", 5, 0, "SCHED_OTHER", "priority: 0")]
    [TestCase("SCHED_BATCH", 7, 0, "SCHED_BATCH", "priority: 0")]
    [TestCase("SCHED_IDLE", 0, 0, "SCHED_IDLE", "priority: 0")]
    [TestCase("SCHED_FIFO", 0, 10, "SCHED_FIFO", "priority: 10")]
    [TestCase("SCHED_RR", 0, 20, "SCHED_RR", "priority: 20")]
    [Differs("runc", "config.md, Linux Process: `scheduler` is younger than runc 1.1.5")]
    [Differs("crun", "config.md, Linux Process: `scheduler` is younger than crun 1.8.1")]
    public void Scheduler(string policy, int nice, int priority, string seenPolicy, string seenPriority)
    {
        var scheduler = new JsonObject { ["policy"] = policy, ["nice"] = nice, ["priority"] = priority };
        var container = RunDetached(WithRealTime(NewBundle("cut -d' ' -f19 /proc/$$/stat; exec sleep 1000")).WithProcess("scheduler", scheduler));
        container.UntilOutput("\n");
        Assert.That(Chrt(container), Does.Contain(seenPolicy).And.Contain(seenPriority));
        Assert.That(container.Output, Is.EqualTo($"{nice}\n"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    [Differs("runc", "config.md, Linux Process: `scheduler` is younger than runc 1.1.5")]
    [Differs("crun", "config.md, Linux Process: `scheduler` is younger than crun 1.8.1")]
    public void Scheduler_flags_and_deadline()
    {
        var reset = RunDetached(WithRealTime(NewBundle("exec sleep 1000")).WithProcess("scheduler", new JsonObject { ["policy"] = "SCHED_FIFO", ["priority"] = 3, ["flags"] = Bundle.Strings("SCHED_FLAG_RESET_ON_FORK") }));
        Assert.That(Chrt(reset), Does.Contain("SCHED_FIFO|SCHED_RESET_ON_FORK"));
        reset.Delete("--force").Succeeded();
        var deadline = RunDetached(WithRealTime(NewBundle().Args("/bin/sleep", "1000")).WithProcess("scheduler", new JsonObject { ["policy"] = "SCHED_DEADLINE", ["runtime"] = 1000000, ["deadline"] = 5000000, ["period"] = 10000000 }));
        Assert.That(Chrt(deadline), Does.Contain("SCHED_DEADLINE").And.Contain("1000000/5000000/10000000"));
        deadline.Delete("--force").Succeeded();
    }

    [TestCase("SCHED_NONSENSE", null)]
    [TestCase("SCHED_OTHER", "SCHED_FLAG_NONSENSE")]
    [Differs("runc", "config.md, Linux Process: `scheduler` is younger than runc 1.1.5")]
    [Differs("crun", "config.md, Linux Process: `scheduler` is younger than crun 1.8.1")]
    public void A_wrong_scheduler_is_refused(string policy, string? flag)
    {
        var scheduler = new JsonObject { ["policy"] = policy };
        if (flag is not null) scheduler["flags"] = Bundle.Strings(flag);
        FailToCreate(NewBundle().WithProcess("scheduler", scheduler)).Failed(flag ?? policy);
    }

    [TestCase("IOPRIO_CLASS_RT", 1, "realtime: prio 1")]
    [TestCase("IOPRIO_CLASS_BE", 6, "best-effort: prio 6")]
    [TestCase("IOPRIO_CLASS_IDLE", 0, "idle")]
    [Differs("runc", "config.md, Linux Process: `ioPriority` is younger than runc 1.1.5")]
    [Differs("crun", "config.md, Linux Process: `ioPriority` is younger than crun 1.8.1")]
    public void Io_priority(string priorityClass, int priority, string seen) =>
        Assert.That(Run(NewBundle().WithProcess("ioPriority", new JsonObject { ["class"] = priorityClass, ["priority"] = priority }).Args("/bin/ionice", "-p", "1")).Succeeded().Text, Does.StartWith(seen));

    [TestCase("IOPRIO_CLASS_NONSENSE", 1)]
    [TestCase("IOPRIO_CLASS_BE", 8)]
    [TestCase("IOPRIO_CLASS_BE", -1)]
    [Differs("runc", "config.md, Linux Process: `ioPriority` is younger than runc 1.1.5")]
    [Differs("crun", "config.md, Linux Process: `ioPriority` is younger than crun 1.8.1")]
    public void A_wrong_io_priority_is_refused(string priorityClass, int priority) =>
        FailToCreate(NewBundle().WithProcess("ioPriority", new JsonObject { ["class"] = priorityClass, ["priority"] = priority })).Failed();

    [TestCase("LINUX32", "i686", "00000008")]
    [TestCase("LINUX", "x86_64", "00000000")]
    [Differs("runc", "config-linux.md, Personality: younger than runc 1.1.5")]
    public void Personality(string domain, string machine, string flags)
    {
        Require.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "LINUX32 is shown as i686 on x86-64 only");
        var bundle = NewBundle("uname -m; cat /proc/self/personality").WithLinux("personality", new JsonObject { ["domain"] = domain });
        Assert.That(Run(bundle).Succeeded().Lines, Is.EqualTo((string[])[machine, flags]));
    }

    [Test]
    [Differs("runc", "config-linux.md, Personality: younger than runc 1.1.5")]
    public void An_unknown_personality_is_refused() => FailToCreate(NewBundle().WithLinux("personality", new JsonObject { ["domain"] = "SOLARIS" })).Failed("SOLARIS");

    /// <summary>On a kernel that hands out real-time by cgroup, and with version 1, a container has none unless it asks.</summary>
    private Bundle WithRealTime(Bundle bundle) => !File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us") ? bundle
        : bundle.WithLinux("cgroupsPath", "/" + Scratch.NewName()).Resource("cpu", new JsonObject { ["realtimePeriod"] = 1000000, ["realtimeRuntime"] = 100000 });

    private static JsonObject Limit(string type, ulong soft, ulong hard) => new() { ["type"] = type, ["soft"] = soft, ["hard"] = hard };

    private static string Shown(ulong value) => value == ulong.MaxValue ? "unlimited" : value.ToString();

    private string Chrt(Container container)
    {
        Require.Program("/usr/bin/chrt");
        return new Command(Scratch, ["/usr/bin/chrt", "-p", container.Pid.ToString()]).Execute().Succeeded().Output;
    }
}
