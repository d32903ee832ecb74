using OciSharp.Runtime.Processes;

namespace OciSharp.Runtime.Tests.Processes;

public sealed class HostProcessesTests
{
    private const string Table = """
        UID        PID  PPID CMD
        root         1     0 init 12
          root      12     1 sh -c PID
        nobody     120     1 x
        """;

    [Test]
    public void TheHeaderAndTheLinesOfThePidsAreKept() => Assert.That(HostProcesses.Filter(Table, [120, 12, 7]), Is.EqualTo("""
        UID        PID  PPID CMD
          root      12     1 sh -c PID
        nobody     120     1 x
        """));

    [Test]
    public void WithoutPidsThereIsTheHeader() => Assert.That(HostProcesses.Filter(Table, []), Is.EqualTo("UID        PID  PPID CMD"));

    [TestCase("")]
    [TestCase("COMMAND\nsh")]
    [TestCase("PPID SPID\n1 2")]
    public void WithoutTheColumnThereIsNothingToFilterBy(string table) =>
        Assert.That(() => HostProcesses.Filter(table, [1]), Throws.TypeOf<ContainerException>().With.Message.StartsWith("couldn't find PID field"));

    [TestCase("A PID\n1")]
    [TestCase("PID\nx")]
    public void WhatIsNoPidIsRefused(string table) =>
        Assert.That(() => HostProcesses.Filter(table, [1]), Throws.TypeOf<ContainerException>().With.Message.Contains("unable to parse pid"));

    [Test]
    public void TheHostsPsKnowsUs()
    {
        string[] lines = HostProcesses.Table([], [Environment.ProcessId]).Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Does.Contain("PID").And.Contain("CMD"));
        Assert.That(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], Is.EqualTo($"{Environment.ProcessId}"));
        Assert.That(HostProcesses.Table(["-o", "pid,comm", "-e"], [1]).Split('\n'), Has.Length.EqualTo(2));
    }

    [Test]
    public void APsThatFailsIsQuoted() => Assert.That(() => HostProcesses.Table(["--no-such-option"], [1]),
        Throws.TypeOf<ContainerException>().With.Message.Contains("exit status 1").And.Message.Contains("long option"));

    [Test]
    public void ProgramsAreFoundByTheirName()
    {
        Assert.That(Executable.Find("sh"), Does.StartWith("/").And.EndWith("/sh"));
        Assert.That(Executable.Find("no-such-program"), Is.Null);
        Assert.That(Executable.Find("../bin"), Is.Null, "a directory is no program");
    }
}
