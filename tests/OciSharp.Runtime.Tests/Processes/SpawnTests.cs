using OciSharp.Linux;
using OciSharp.Runtime.Processes;

namespace OciSharp.Runtime.Tests.Processes;

public sealed class SpawnTests
{
    private static SpawnRequest Shell(string script, byte[]? input = null, int? timeout = null, string? directory = null) => new()
    {
        Path = "/bin/sh",
        Arguments = ["sh", "-c", script],
        Input = input,
        TimeoutSeconds = timeout,
        WorkingDirectory = directory,
    };

    [Test]
    public void OutputAndErrorComeInTheirOrder()
    {
        SpawnResult result = Spawn.Run(Shell("echo one; echo two >&2; echo three"));

        Assert.That(result.Status.Success);
        Assert.That(result.Output, Is.EqualTo("one\ntwo\nthree"));
    }

    [Test]
    public void ExitCodesAndSignalsAreTold()
    {
        Assert.That(Spawn.Run(Shell("exit 3")).Status, Is.EqualTo(new ExitStatus(3, 0)));
        ExitStatus killed = Spawn.Run(Shell("kill -TERM $$")).Status;
        Assert.That(killed, Is.EqualTo(new ExitStatus(0, 15)));
        Assert.That(killed.ShellCode, Is.EqualTo(143));
        Assert.That(killed.ToString(), Is.EqualTo("killed by SIGTERM"));
    }

    [Test]
    public void InputIsReadToItsEnd()
    {
        byte[] input = new byte[300_000];
        Array.Fill(input, (byte)'x');

        Assert.That(Spawn.Run(Shell("wc -c", input)).Output, Is.EqualTo("300000"));
    }

    [Test]
    public void InputThatNobodyReadsDoesNotBlock() =>
        Assert.That(Spawn.Run(Shell("exec <&-; echo done", new byte[300_000])).Output, Is.EqualTo("done"));

    [Test]
    public void OnlyTheEndOfALongOutputIsKept()
    {
        SpawnResult result = Spawn.Run(Shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last"));

        Assert.That(result.Output, Has.Length.LessThanOrEqualTo(Spawn.OutputLimit + 1));
        Assert.That(result.Output, Does.StartWith("…x").And.EndWith("x\nlast"));
    }

    [Test]
    public void TheTimeoutKillsTheProcessGroup()
    {
        using TemporaryDirectory temporary = new();
        long begin = Environment.TickCount64;

        SpawnResult result = Spawn.Run(Shell("echo before; sleep 60 & echo $! > pid; wait", timeout: 1, directory: temporary.Path));

        Assert.That(result.TimedOut);
        Assert.That(result.Output, Is.EqualTo("before"));
        Assert.That(Environment.TickCount64 - begin, Is.InRange(900, 20_000));
        string pid = File.ReadAllText(temporary.Path + "/pid").Trim();
        Assert.That(() => Ended(pid), Is.True.After(5000, 20), "the grandchild was killed too");
    }

    [Test]
    public void WhatIsFastEnoughDoesNotTimeOut() => Assert.That(Spawn.Run(Shell("sleep 0.1", timeout: 60)).TimedOut, Is.False);

    [Test]
    public void ADaemonThatKeepsTheOutputOpenIsNotWaitedFor()
    {
        using TemporaryDirectory temporary = new();
        long begin = Environment.TickCount64;

        SpawnResult result = Spawn.Run(Shell("sleep 30 & echo $! > pid; echo ready", directory: temporary.Path));

        Assert.That(result.Output, Is.EqualTo("ready"));
        Assert.That(Environment.TickCount64 - begin, Is.LessThan(20_000));
        KillQuietly(File.ReadAllText(temporary.Path + "/pid").Trim());
    }

    [Test]
    public void ADaemonThatNeverStopsWritingIsNotWaitedFor()
    {
        using TemporaryDirectory temporary = new();

        SpawnResult result = Spawn.Run(Shell("yes & echo $! > pid", directory: temporary.Path));

        Assert.That(result.Status.Success);
        KillQuietly(File.ReadAllText(temporary.Path + "/pid").Trim());
    }

    [Test]
    public void ClosingTheOutputIsNotTheEnd() => Assert.That(Spawn.Run(Shell("exec >&- 2>&-; sleep 0.2; exit 5")).Status.Code, Is.EqualTo(5));

    [Test]
    public void TheEnvironmentIsExact() => Assert.That(
        Spawn.Run(new SpawnRequest { Path = "/usr/bin/env", Arguments = ["env"], Environment = ["B=2", "A=", "B=3"] }).Output,
        Is.EqualTo("B=2\nA=\nB=3"));

    [Test]
    public void AnEmptyEnvironmentIsEmpty() => Assert.That(
        Spawn.Run(new SpawnRequest { Path = "/usr/bin/env", Arguments = ["env"], Environment = [] }).Output, Is.Empty);

    [Test]
    public void WithoutAnEnvironmentItIsOurs() => Assert.That(
        Spawn.Run(new SpawnRequest { Path = "/usr/bin/env", Arguments = ["env"] }).Output.Split('\n'),
        Does.Contain("PATH=" + Environment.GetEnvironmentVariable("PATH")));

    [Test]
    public void ArgumentsAreExact() => Assert.That(
        Spawn.Run(new SpawnRequest { Path = "/bin/sh", Arguments = ["called", "-c", "echo $0; for a; do echo \"<$a>\"; done", "zero", "", "a b", "ü"] }).Output,
        Is.EqualTo("zero\n<>\n<a b>\n<ü>"));

    [Test]
    public void SignalsAreNeitherIgnoredNorBlocked()
    {
        string[] lines = Spawn.Run(Shell("grep -E 'Sig(Blk|Ign)' /proc/self/status")).Output.Split('\n');

        Assert.That(lines, Is.EqualTo(new[] { "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000" }));
    }

    [Test]
    public void NoDescriptorIsHandedOn()
    {
        using OwnedFd leak = new((int)RawSyscall.fcntl(0, Fcntl.F_DUPFD, 50));
        Assert.That(leak.Value, Is.GreaterThanOrEqualTo(50));

        // The third is the one that ls itself has opened.
        Assert.That(Spawn.Run(Shell("ls /proc/self/fd")).Output, Is.EqualTo("0\n1\n2\n3"));
    }

    [Test]
    public void WhatCannotBeExecutedIsNamed()
    {
        using TemporaryDirectory temporary = new();
        string plain = temporary.File("plain", "", UnixFileMode.UserRead);

        Assert.That(() => Spawn.Run(new SpawnRequest { Path = "/no/such", Arguments = ["x"] }),
            Throws.TypeOf<LinuxException>().With.Message.EqualTo("run /no/such: no such file or directory"));
        Assert.That(() => Spawn.Run(new SpawnRequest { Path = plain, Arguments = ["x"] }),
            Throws.TypeOf<LinuxException>().With.Message.EqualTo($"run {plain}: permission denied"));
        Assert.That(() => Spawn.Run(Shell("true", directory: "/no/such")), Throws.TypeOf<LinuxException>());
        Assert.That(() => Spawn.Run(new SpawnRequest { Path = "/bin/true", Arguments = ["a\0b"] }), Throws.ArgumentException);
    }

    [Test]
    public void NothingIsLeftOpen()
    {
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 20; i++)
        {
            Spawn.Run(Shell("true"));
            Assert.That(() => Spawn.Run(new SpawnRequest { Path = "/no/such", Arguments = ["x"] }), Throws.TypeOf<LinuxException>());
        }

        Assert.That(Directory.GetFiles("/proc/self/fd"), Has.Length.LessThan(before + 10));
    }

    private static bool Ended(string pid) => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");

    private static void KillQuietly(string pid) => _ = RawSyscall.kill(int.Parse(pid), Signal.SIGKILL);
}
