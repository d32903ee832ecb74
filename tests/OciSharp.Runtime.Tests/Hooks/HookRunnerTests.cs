using System.Text;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Hooks;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Hooks;

public sealed class HookRunnerTests
{
    private static readonly byte[] State = Encoding.UTF8.GetBytes("{\"id\":\"c1\"}");
    private TemporaryDirectory _temporary = null!;

    [SetUp]
    public void SetUp() => _temporary = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    private Hook Script(string name, string script, int? timeout = null) =>
        new() { Path = _temporary.File(name, $"#!/bin/sh\ncd {_temporary.Path}\n{script}\n"), Timeout = timeout };

    [Test]
    public void HooksRunInTheirOrderWithTheStateOnStandardInput()
    {
        HookRunner.Run("createRuntime", [Script("a", "echo a >> log; cat >> log"), Script("b", "echo b >> log; cat >> log")], State);

        Assert.That(File.ReadAllText(_temporary.Path + "/log"), Is.EqualTo("a\n{\"id\":\"c1\"}b\n{\"id\":\"c1\"}"));
    }

    [Test]
    public void NoHooksAreNoWork() => Assert.That(() => HookRunner.Run("prestart", null, State), Throws.Nothing);

    [Test]
    public void ArgumentsAreExactAndDefaultToThePath()
    {
        Hook hook = Script("a", "echo \"$# $1\" >> log");

        HookRunner.Run("poststart", [hook, hook with { Args = ["name", "x y"] }], State);

        Assert.That(File.ReadAllText(_temporary.Path + "/log"), Is.EqualTo("0 \n1 x y\n"));
    }

    [Test]
    public void TheDirectoryIsTheWorkingDirectory()
    {
        Hook hook = new() { Path = "/bin/sh", Args = ["sh", "-c", "pwd > log"] };

        HookRunner.Run("createRuntime", [hook], State, _temporary.Path);

        Assert.That(File.ReadAllText(_temporary.Path + "/log").Trim(), Is.EqualTo(_temporary.Path));
    }

    [Test]
    public void FilesGetTheOutputAndTheErrors()
    {
        HookFiles files = new(_temporary.Path + "/out", _temporary.Path + "/errors");
        Hook hook = Script("a", "echo to out; echo to errors >&2");

        HookRunner.Run("createRuntime", [hook, hook], State, null, files);

        Assert.That(File.ReadAllText(files.Output!), Is.EqualTo("to out\nto out\n"));
        Assert.That(File.ReadAllText(files.Errors!), Is.EqualTo("to errors\nto errors\n"));
        Assert.That(File.GetUnixFileMode(files.Output!), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void AFailureQuotesWhatDoesNotGoToAFileOrSaysWhereItIs()
    {
        string file = _temporary.Path + "/out";
        Hook failing = Script("a", "echo how; echo why >&2; exit 3");

        Assert.That(() => HookRunner.Run("prestart", [failing], State, null, new HookFiles(file, null)),
            Throws.TypeOf<ContainerException>().With.Message.Contains("exit status 3, output: why; "));
        Assert.That(() => HookRunner.Run("prestart", [failing], State, null, new HookFiles(file, file)),
            Throws.TypeOf<ContainerException>().With.Message.Contains($"exit status 3, what it printed is in {file}; "));
    }

    [Test]
    public void AFileThatCannotBeOpenedIsAFailureThatNamesIt() => Assert.That(
        () => HookRunner.Run("prestart", [Script("a", "true")], State, null, new HookFiles(null, "/nowhere/errors")),
        Throws.TypeOf<ContainerException>().With.Message.Contains("/nowhere/errors"));

    [Test]
    public void TheFirstFailureStops()
    {
        Hook failing = Script("b", "echo out; echo err >&2; exit 7");

        Assert.That(() => HookRunner.Run("prestart", [Script("a", "echo a >> log"), failing, Script("c", "echo c >> log")], State),
            Throws.TypeOf<ContainerException>().With.Message.EqualTo(
                $"error running prestart hook #1 ({failing.Path}): exit status 7, output: out | err; {FailureClasses.HookFailed.Remedy} ($.hooks.prestart[1], OCI2701)"));
        Assert.That(File.ReadAllText(_temporary.Path + "/log"), Is.EqualTo("a\n"));
    }

    [Test]
    public void ASilentFailureIsCalledSilent() => Assert.That(
        () => HookRunner.Run("prestart", [Script("a", "kill -KILL $$")], State),
        Throws.TypeOf<ContainerException>().With.Message.Contains(": killed by SIGKILL, and it printed nothing; "));

    [Test]
    public void TheTimeoutIsAnError() => Assert.That(
        () => HookRunner.Run("createRuntime", [Script("a", "echo waiting; sleep 60", timeout: 1)], State),
        Throws.TypeOf<ContainerException>().With.Message.Contains("killed, as it still ran after its timeout of 1 s, output: waiting; "));

    [TestCase(0)]
    [TestCase(-1)]
    public void TheTimeoutMustBePositive(int timeout) => Assert.That(
        () => HookRunner.Run("createRuntime", [Script("a", "echo a >> log", timeout)], State),
        Throws.TypeOf<ContainerException>().With.Message.Contains("greater than 0"));

    [Test]
    public void APathMustBeAbsolute() => Assert.That(
        () => HookRunner.Run("createRuntime", [new Hook { Path = "true" }], State),
        Throws.TypeOf<ContainerException>().With.Message.Contains("must be absolute"));

    [Test]
    public void AMissingHookIsNamed() => Assert.That(
        () => HookRunner.Run("poststart", [new Hook { Path = "/no/such" }], State),
        Throws.TypeOf<ContainerException>().With.Message.EqualTo(
            $"error running poststart hook #0 (/no/such): run /no/such: no such file or directory; {FailureClasses.HookNotRun.Remedy} ($.hooks.poststart[0], OCI2703)"));

    [Test]
    public void WherePoststopFailsTheRestRunsAllTheSame()
    {
        RecordedLog log = new();

        HookRunner.RunAll("poststop", [Script("a", "exit 1"), Script("b", "cat >> log"), new Hook { Path = "/no/such" }], State, log);

        Assert.That(File.ReadAllText(_temporary.Path + "/log"), Is.EqualTo("{\"id\":\"c1\"}"));
        Assert.That(log.Warnings, Has.Count.EqualTo(2));
        Assert.That(log.Warnings[0], Does.StartWith("error running poststop hook #0").And.Contain("exit status 1"));
        Assert.That(log.Warnings[1], Does.StartWith("error running poststop hook #2"));
    }
}
