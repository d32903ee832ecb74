using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static OciSharp.Integration.Harness.CallProgram;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Seccomp": what a program that makes one system call gets as its answer.</summary>
public sealed class Seccomp : ContainerFixture
{
    private const int GetPgrp = 111, Mseal = 462, NoCall = 1000;
    private const int SysSignal = 128 + 31;

    [OneTimeSetUp]
    public void Needs() => Require.That(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the programs of these tests are made of x86-64");

    [Test]
    public void An_engine_s_profile([Values] bool noNewPrivileges, [Values(0, 1000)] int user)
    {
        var bundle = NewBundle().User(user, user).WithProcess("noNewPrivileges", noNewPrivileges).WithLinux("seccomp", Engine());
        var status = Look(bundle, "cat /proc/self/status", "ls /proc/self/fd | wc -l", "ls -l / > /dev/null").Status(0);
        Assert.That((status["Seccomp"], status["Seccomp_filters"], status["NoNewPrivs"]), Is.EqualTo(("2", "1", noNewPrivileges ? "1" : "0")));
    }

    /// <summary>Without noNewPrivileges loading a filter takes CAP_SYS_ADMIN, which the program must not see.</summary>
    [Test]
    public void No_capability_is_left_of_loading_it([Values(0, 1000)] int user)
    {
        var bundle = NewBundle().User(user, user).WithProcess("noNewPrivileges", false).WithLinux("seccomp", Engine());
        bundle.Process["capabilities"] = new JsonObject();
        var status = Look(bundle, "cat /proc/self/status").Status(0);
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) Assert.That(status[set], Is.EqualTo("0000000000000000"), set);
    }

    [TestCase("SCMP_ACT_ALLOW", null, 0)]
    [TestCase("SCMP_ACT_LOG", null, 0)]
    [TestCase("SCMP_ACT_ERRNO", null, 1)]
    [TestCase("SCMP_ACT_ERRNO", 95, 95)]
    [TestCase("SCMP_ACT_TRACE", null, 38)]
    [TestCase("SCMP_ACT_TRAP", null, SysSignal)]
    [TestCase("SCMP_ACT_KILL", null, SysSignal)]
    [TestCase("SCMP_ACT_KILL_THREAD", null, SysSignal)]
    [TestCase("SCMP_ACT_KILL_PROCESS", null, SysSignal)]
    public void An_action(string action, int? errno, int exitCode)
    {
        var rule = Rule(action, ["getpgrp"]);
        if (errno is not null) rule["errnoRet"] = errno;
        Run(Calling(Profile("SCMP_ACT_ALLOW", rule), GetPgrp)).Exited(exitCode);
    }

    [TestCase("SCMP_CMP_EQ", 7UL, 0UL, 7UL, true)]
    [TestCase("SCMP_CMP_EQ", 7UL, 0UL, 0x1_0000_0007UL, false)]
    [TestCase("SCMP_CMP_NE", 7UL, 0UL, 0x1_0000_0007UL, true)]
    [TestCase("SCMP_CMP_NE", 7UL, 0UL, 7UL, false)]
    [TestCase("SCMP_CMP_LT", 0x2_0000_0000UL, 0UL, 0x1_ffff_ffffUL, true)]
    [TestCase("SCMP_CMP_LT", 0x2_0000_0000UL, 0UL, 0x2_0000_0000UL, false)]
    [TestCase("SCMP_CMP_LE", 0x2_0000_0000UL, 0UL, 0x2_0000_0000UL, true)]
    [TestCase("SCMP_CMP_LE", 0x2_0000_0000UL, 0UL, 0x2_0000_0001UL, false)]
    [TestCase("SCMP_CMP_GT", 0x2_0000_0000UL, 0UL, 0x2_0000_0001UL, true)]
    [TestCase("SCMP_CMP_GT", 0x2_0000_0000UL, 0UL, 0x2_0000_0000UL, false)]
    [TestCase("SCMP_CMP_GE", ulong.MaxValue, 0UL, ulong.MaxValue, true)]
    [TestCase("SCMP_CMP_GE", ulong.MaxValue, 0UL, ulong.MaxValue - 1, false)]
    [TestCase("SCMP_CMP_MASKED_EQ", 0xf0UL, 0x30UL, 0xff3fUL, true)]
    [TestCase("SCMP_CMP_MASKED_EQ", 0xf0UL, 0x30UL, 0xff4fUL, false)]
    [TestCase("SCMP_CMP_MASKED_EQ", 0x1_0000_0000UL, 0x1_0000_0000UL, 0x1_1234_5678UL, true)]
    [TestCase("SCMP_CMP_MASKED_EQ", 0x1_0000_0000UL, 0x1_0000_0000UL, 0x1234_5678UL, false)]
    public void A_condition(string op, ulong value, ulong valueTwo, ulong argument, bool holds)
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["getpgrp"], Condition(3, op, value, valueTwo)));
        Run(Calling(profile, GetPgrp, 0, 0, 0, argument)).Exited(holds ? 1 : 0);
    }

    [TestCase(1UL, 2UL, 1)]
    [TestCase(1UL, 3UL, 0)]
    [TestCase(2UL, 2UL, 0)]
    public void All_conditions_must_hold(ulong first, ulong second, int errno)
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["getpgrp"], Condition(0, "SCMP_CMP_EQ", 1), Condition(5, "SCMP_CMP_EQ", 2)));
        Run(Calling(profile, GetPgrp, first, 0, 0, 0, 0, second)).Exited(errno);
    }

    /// <summary>libseccomp's habit, and so every engine's: of conditions on one argument each counts by itself.</summary>
    [TestCase(1UL, 1)]
    [TestCase(2UL, 1)]
    [TestCase(3UL, 0)]
    public void One_of_two_conditions_on_an_argument_is_enough(ulong argument, int errno)
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["getpgrp"], Condition(0, "SCMP_CMP_EQ", 1), Condition(0, "SCMP_CMP_EQ", 2)));
        Run(Calling(profile, GetPgrp, argument)).Exited(errno);
    }

    [Test]
    public void The_errno_of_the_default_action()
    {
        var profile = EngineWithout("getpgrp");
        profile["defaultErrnoRet"] = 5;
        Run(Calling(profile, GetPgrp)).Exited(5);
    }

    /// <summary>So that the C library falls back as on an old kernel, a call that the profile could not know does not exist.</summary>
    [TestCase(GetPgrp, 1)]
    [TestCase(Mseal, 38)]
    [TestCase(NoCall, 38)]
    public void A_call_that_is_newer_than_the_profile(int number, int errno) => Run(Calling(EngineWithout("getpgrp"), number)).Exited(errno);

    [Test]
    public void A_name_that_is_unknown_is_passed_over()
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["no_such_call", "getpgrp"]));
        Run(Calling(profile, GetPgrp)).Exited(1);
    }

    [TestCase(CallProgram.Gate.Int80, 65, true, 1, TestName = "32-bit x86, listed")]
    [TestCase(CallProgram.Gate.Int80, 65, false, SysSignal, TestName = "32-bit x86, not listed")]
    [TestCase(CallProgram.Gate.Syscall, 0x40000000 + GetPgrp, true, 1, TestName = "x32, listed")]
    [TestCase(CallProgram.Gate.Syscall, 0x40000000 + GetPgrp, false, SysSignal, TestName = "x32, not listed")]
    public void The_other_architectures_of_this_machine(CallProgram.Gate gate, int number, bool listed, int exitCode)
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["getpgrp"]));
        profile["architectures"] = listed ? Bundle.Strings("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32") : Bundle.Strings("SCMP_ARCH_X86_64");
        Run(NewBundle().WithLinux("seccomp", profile).File("/call", Of(number, gate)).Args("/call")).Exited(exitCode);
    }

    [Test]
    public void A_list_of_flags_that_is_empty()
    {
        var profile = Engine();
        profile["flags"] = new JsonArray();
        Assert.That(Look(NewBundle().WithLinux("seccomp", profile), "cat /proc/self/status").Status(0)["Seccomp"], Is.EqualTo("2"));
    }

    [Differs("runc", "config-linux.md, \"Seccomp\": flags; runc 1.1.5 knows none")]
    [TestCase("SECCOMP_FILTER_FLAG_LOG")]
    [TestCase("SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    [TestCase("SECCOMP_FILTER_FLAG_TSYNC")]
    [TestCase("SECCOMP_FILTER_FLAG_LOG SECCOMP_FILTER_FLAG_SPEC_ALLOW SECCOMP_FILTER_FLAG_TSYNC")]
    public void Flags(string flags)
    {
        var profile = Engine();
        profile["flags"] = Bundle.Strings(flags.Split(' '));
        Assert.That(Look(NewBundle().WithLinux("seccomp", profile), "cat /proc/self/status").Status(0)["Seccomp"], Is.EqualTo("2"));
    }

    /// <summary>After the filter is loaded nothing happens but execve.</summary>
    [Differs("runc", "config-linux.md, \"Seccomp\": a profile need not allow what the runtime does for itself; runc makes calls between the filter and execve")]
    [Test]
    public void Nothing_is_needed_but_what_the_program_does([Values] bool noNewPrivileges)
    {
        var profile = Profile("SCMP_ACT_ERRNO", Rule("SCMP_ACT_ALLOW", ["execve", "exit_group"]));
        var bundle = Calling(profile, GetPgrp).WithProcess("noNewPrivileges", noNewPrivileges);
        Run(bundle).Exited(1);
        var container = Create(bundle);
        container.Start().Succeeded();
        container.Until("stopped");
    }

    [Test]
    public void Without_execve_there_is_an_error_that_says_so()
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", ["execve"]));
        Run(Calling(profile, GetPgrp)).Failed("operation not permitted");
    }

    [Test]
    public void A_further_process_gets_it_too()
    {
        var container = RunDetached(NewBundle("sleep 100").File("/call", Of(GetPgrp)).WithLinux("seccomp", EngineWithout("getpgrp")));
        Runtime.Execute("exec", container.Id, "/call").Exited(1);
        Assert.That(Runtime.Execute("exec", container.Id, "/bin/grep", "Seccomp:", "/proc/self/status").Succeeded().Text, Is.EqualTo("Seccomp:\t2"));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void An_agent_answers_calls()
    {
        var state = AnswerOneCall(profile => profile);
        Assert.That((string)state["fds"]![0]!, Is.EqualTo("seccompFd"));
        Assert.That((string)state["metadata"]!, Is.EqualTo("what \"it\" is"));
        Assert.That((string)state["state"]!["status"]!, Is.AnyOf("creating", "created"));
        Assert.That((int)state["state"]!["pid"]!, Is.EqualTo((int)state["pid"]!).And.Positive);
        Assert.That((string)state["state"]!["annotations"]!["org.example"]!, Is.EqualTo("x"));
    }

    [Differs("runc", "config-linux.md, \"Seccomp\": the connection MUST be closed after sending a seccomp state; runc 1.1.5 keeps it until it ends")]
    [Test]
    public void The_connection_to_an_agent_is_closed()
    {
        using var agent = new ConsoleSocket(Scratch);
        using var running = RunCommand(Calling(Notifying(agent.Path), GetPgrp)).Start();
        var message = agent.Receive();
        SeccompNotification.Refuse(message.Descriptors[0], 25);
        running.Finish().Exited(25);
        Assert.That(message.EndOfFileFollows);
    }

    [Differs("runc", "config-linux.md, \"Seccomp\": flags; runc 1.1.5 knows none")]
    [Test]
    public void An_agent_of_calls_that_wait_for_it_until_they_are_killed() => AnswerOneCall(profile =>
    {
        profile["flags"] = Bundle.Strings("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
        return profile;
    });

    [Differs("runc", "runtime.md, \"Start\": the user-specified program runs at start; runc calls the agent at create already")]
    [Test]
    public void An_agent_is_called_at_start()
    {
        using var agent = new ConsoleSocket(Scratch);
        var container = Create(Calling(Notifying(agent.Path), GetPgrp));
        Assert.That(container.Status, Is.EqualTo("created"));
        container.Start().Succeeded();
        var message = agent.Receive();
        Assert.That((string)JsonNode.Parse(message.Payload)!["state"]!["status"]!, Is.EqualTo("created"));
        SeccompNotification.Refuse(message.Descriptors[0], 25);
        container.Until("stopped");
    }

    [Test]
    public void An_agent_answers_calls_of_a_further_process()
    {
        using var agent = new ConsoleSocket(Scratch);
        using var running = RunCommand(NewBundle("sleep 100").File("/call", Of(GetPgrp)).WithLinux("seccomp", Notifying(agent.Path)), "--detach").Start();
        var first = agent.Receive(toItsEnd: false);
        running.Finish().Succeeded();
        var id = (string)JsonNode.Parse(first.Payload)!["state"]!["id"]!;
        using var exec = Runtime.Command("exec", id, "/call").Start();
        var message = agent.Receive(toItsEnd: false);
        var document = JsonNode.Parse(message.Payload)!;
        Assert.That((string)document["state"]!["status"]!, Is.EqualTo("running"));
        Assert.That((int)document["state"]!["pid"]!, Is.Not.EqualTo((int)document["pid"]!));
        SeccompNotification.Refuse(message.Descriptors[0], 25);
        exec.Finish().Exited(25);
        _ = Libc.close(first.Descriptors[0]);
        Runtime.Execute("delete", "--force", id).Succeeded();
    }

    [Test]
    public void Without_an_agent_the_program_does_not_run()
    {
        var bundle = NewBundle("echo it ran").WithLinux("seccomp", Notifying($"{Scratch.Path}/nobody"));
        Assert.That(Run(bundle).Failed("nobody").Output, Is.Empty);
    }

    [TestCase("""{ "defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/agent" }""", "SCMP_ACT_NOTIFY")]
    [TestCase("""{ "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/agent", "syscalls": [{ "names": ["write"], "action": "SCMP_ACT_NOTIFY" }] }""", "write")]
    [TestCase("""{ "defaultAction": "SCMP_ACT_NO" }""", "SCMP_ACT_NO")]
    [TestCase("""{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 0, "value": 0, "op": "SCMP_CMP_NO" }] }] }""", "SCMP_CMP_NO")]
    [TestCase("""{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_NO"] }""", "SCMP_ARCH_NO")]
    public void What_is_no_profile_is_refused(string profile, string word) => FailToCreate(NewBundle().WithLinux("seccomp", JsonNode.Parse(profile))).Failed(word);

    /// <summary>Runs a container whose only call an agent answers.</summary>
    /// <returns>What the agent was sent.</returns>
    private JsonNode AnswerOneCall(Func<JsonObject, JsonObject> edit)
    {
        using var agent = new ConsoleSocket(Scratch);
        using var running = RunCommand(Calling(edit(Notifying(agent.Path)), GetPgrp).Annotation("org.example", "x")).Start();
        var message = agent.Receive(toItsEnd: false);
        Assert.That(message.Descriptors, Has.Count.EqualTo(1));
        Assert.That(SeccompNotification.Refuse(message.Descriptors[0], 25), Is.EqualTo(GetPgrp));
        running.Finish().Exited(25);
        return JsonNode.Parse(message.Payload)!;
    }

    /// <summary>A container whose program makes one call.</summary>
    private Bundle Calling(JsonObject profile, int number, params ulong[] arguments) =>
        NewBundle().WithLinux("seccomp", profile).File("/call", Of(number, CallProgram.Gate.Syscall, arguments)).Args("/call");

    private static JsonObject Engine() => (JsonObject)JsonNode.Parse(File.ReadAllText($"{RuntimeUnderTest.Repository()}/spec-fixtures/seccomp/engine.json"))!;

    private static JsonObject EngineWithout(string name)
    {
        var profile = Engine();
        var names = (JsonArray)profile["syscalls"]![0]!["names"]!;
        names.Remove(names.Single(n => (string)n! == name));
        return profile;
    }

    private static JsonObject Notifying(string path)
    {
        var profile = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_NOTIFY", ["getpgrp"]));
        profile["listenerPath"] = path;
        profile["listenerMetadata"] = "what \"it\" is";
        return profile;
    }

    private static JsonObject Profile(string defaultAction, params JsonObject[] rules) =>
        new() { ["defaultAction"] = defaultAction, ["syscalls"] = new JsonArray([.. rules]) };

    private static JsonObject Rule(string action, string[] names, params JsonObject[] conditions)
    {
        var rule = new JsonObject { ["names"] = Bundle.Strings(names), ["action"] = action };
        if (conditions.Length > 0) rule["args"] = new JsonArray([.. conditions]);
        return rule;
    }

    private static JsonObject Condition(int index, string op, ulong value, ulong valueTwo = 0) =>
        new() { ["index"] = index, ["op"] = op, ["value"] = value, ["valueTwo"] = valueTwo };
}
