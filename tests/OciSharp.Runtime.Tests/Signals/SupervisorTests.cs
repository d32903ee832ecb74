using OciSharp.Linux;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.Signals;
using OciSharp.Runtime.Terminal;
using OciSharp.Runtime.Tests.Terminal;

namespace OciSharp.Runtime.Tests.Signals;

/// <summary>
/// The supervisor waits inside of a system call that holds the collector up, so each test runs it on a thread of its own, and allows for
/// what it allocates beforehand.
/// </summary>
public sealed class SupervisorTests
{
    private const string WaitForSignal = "while :; do sleep 0.02; done";

    [SetUp]
    public void SetUp() => Assert.That(GC.TryStartNoGCRegion(64 << 20));

    [TearDown]
    public void TearDown() => GC.EndNoGCRegion();

    /// <summary>Starts a shell, supervises it on another thread, and does <paramref name="meanwhile"/> with that thread's id.</summary>
    private static int Supervise(string script, Action<int>? meanwhile = null, TerminalSession? terminal = null, OwnedFd? tty = null)
    {
        int threadId = 0;
        int result = -1;
        using ManualResetEventSlim ready = new();
        using OwnedFd stdio = tty ?? Syscall.Open(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDWR);
        CStringArray arguments = CStringArray.Of(["sh", "-c", script]);
        int pid = PosixSpawn.Start("/bin/sh", arguments, CStringArray.Of(["PATH=/usr/bin:/bin"]), null, stdio.Value, stdio.Value, stdio.Value);
        stdio.Dispose();
        Thread thread = new(() =>
        {
            Supervisor.BlockSignals();
            threadId = (int)RawSyscall.Call(NR.gettid);
            ready.Set();
            using OwnedFd pidfd = Syscall.OpenProcess(pid);
            result = Supervisor.Run(pidfd.Value, pid, terminal);
        });
        thread.Start();
        ready.Wait();
        meanwhile?.Invoke(threadId);
        if (!thread.Join(20_000))
        {
            _ = RawSyscall.kill(-pid, Signal.SIGKILL);
            thread.Join();
            Assert.Fail("the supervisor did not return");
        }

        return result;
    }

    private static void Send(int thread, int signal) =>
        Syscall.Check(RawSyscall.tgkill(Environment.ProcessId, thread, signal), "tgkill");

    [TestCase("exit 0", 0)]
    [TestCase("exit 42", 42)]
    [TestCase("kill -KILL $$", 137)]
    [TestCase("kill -TERM $$", 143)]
    public void TheExitCodeIsThatOfTheShell(string script, int code) => Assert.That(Supervise(script), Is.EqualTo(code));

    [TestCase(Signal.SIGTERM, "TERM")]
    [TestCase(Signal.SIGHUP, "HUP")]
    [TestCase(Signal.SIGUSR1, "USR1")]
    [TestCase(Signal.SIGTSTP, "TSTP")]
    [TestCase(Signal.SIGWINCH, "WINCH")]
    [TestCase(40, "40")]
    public void SignalsAreHandedOn(int signal, string name)
    {
        using TemporaryDirectory temporary = new();
        int code = Supervise($"trap 'exit 7' {name}; : > {temporary.Path}/ready; {WaitForSignal}", thread =>
        {
            SpinWait.SpinUntil(() => File.Exists(temporary.Path + "/ready"), 10_000);
            Send(thread, signal);
        });

        Assert.That(code, Is.EqualTo(7));
    }

    [Test]
    public void ASignalBeforeTheStartIsNotLost()
    {
        int code = Supervise($"sleep 0.3; trap 'exit 7' TERM; {WaitForSignal}", thread => Send(thread, Signal.SIGUSR2));
        Assert.That(code, Is.EqualTo(128 + Signal.SIGUSR2));
    }

    [Test]
    public void UrgentDataIsNotTheContainersBusiness()
    {
        int code = Supervise("trap 'exit 7' URG; sleep 0.5; exit 3", thread =>
        {
            Thread.Sleep(100);
            Send(thread, Signal.SIGURG);
        });
        Assert.That(code, Is.EqualTo(3));
    }

    [Test]
    public void OrphansAreReaped()
    {
        using TemporaryDirectory temporary = new();
        Supervisor.BecomeSubreaper();
        try
        {
            int code = Supervise($"(sleep 0.1 & echo $! > {temporary.Path}/pid); sleep 0.6; exit 4");

            Assert.That(code, Is.EqualTo(4));
            Assert.That(File.Exists($"/proc/{File.ReadAllText(temporary.Path + "/pid").Trim()}/stat"), Is.False, "the orphan is a zombie");
        }
        finally
        {
            Syscall.Check(RawSyscall.prctl(Prctl.PR_SET_CHILD_SUBREAPER, 0), "prctl");
        }
    }

    [Test]
    public void WhatIsNotOurChildHasNoExitCode()
    {
        // An orphan: not ours, and no child of a Process either, which would miss its own when the supervisor reaps all there are.
        string output = Spawn.Run(new SpawnRequest { Path = "/bin/sh", Arguments = ["sh", "-c", "sleep 0.3 & echo $!"] }).Output;
        int pid = int.Parse(output);
        using OwnedFd pidfd = Syscall.OpenProcess(pid);
        Exception? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                Supervisor.Run(pidfd.Value, pid, null);
            }
            catch (ContainerException e)
            {
                thrown = e;
            }
        });
        thread.Start();
        thread.Join();

        Assert.That(thrown, Has.Message.Contains("its exit code is lost"));
    }

    [Test]
    public void TheTerminalIsCopiedToItsEnd()
    {
        using Pty container = new();
        using Pty host = new();
        TerminalSession session = TerminalSession.Start(container.DuplicateMaster(), host.Slave.Value, host.Slave.Value);
        OwnedFd tty = container.OpenSlave();
        container.CloseSlave();

        int code = Supervise("read line; echo \"got $line\"; exit 9", _ => Pty.Write(host.Master, "hello\r"), session, tty);

        Assert.That(code, Is.EqualTo(9));
        Assert.That(Pty.Read(host.Master, "hello\r\r\ngot hello\r\r\n".Length), Does.EndWith("got hello\r\r\n"));
        session.Dispose();
    }

    [Test]
    public void AWindowThatChangesResizesTheContainers()
    {
        using Pty container = new();
        using Pty host = new();
        TerminalSession session = TerminalSession.Start(container.DuplicateMaster(), host.Slave.Value, host.Slave.Value);
        OwnedFd tty = container.OpenSlave();

        int code = Supervise("read line; exit 0", thread =>
        {
            host.Size = (33, 44);
            Send(thread, Signal.SIGWINCH);
            SpinWait.SpinUntil(() => container.Size == (33, 44), 5000);
            Pty.Write(host.Master, "\r");
        }, session, tty);

        Assert.That(code, Is.Zero);
        Assert.That(container.Size, Is.EqualTo((33, 44)));
        session.Dispose();
    }

    [Test]
    public void AnOutputThatBlocksForEverIsGivenUpOnASignal()
    {
        using Pty container = new();
        using OwnedFd reader = FullPipe(out OwnedFd writer);
        TerminalSession session = TerminalSession.Start(container.DuplicateMaster(), -1, writer.Value);
        OwnedFd tty = container.OpenSlave();
        container.CloseSlave();
        bool waited = false;

        int code = Supervise("echo text; exit 5", thread =>
        {
            Thread.Sleep(700);
            waited = Directory.Exists($"/proc/self/task/{thread}");
            Send(thread, Signal.SIGTERM);
        }, session, tty);

        Assert.That(waited, "the supervisor waited for the output");
        Assert.That(code, Is.EqualTo(5));
        session.Dispose();
        writer.Dispose();
    }

    private static unsafe OwnedFd FullPipe(out OwnedFd writer)
    {
        int* ends = stackalloc int[2];
        Syscall.Check(RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK), "pipe");
        writer = new OwnedFd(ends[1]);
        byte* buffer = stackalloc byte[4096];
        while (RawSyscall.write(ends[1], buffer, 4096) > 0)
        {
        }

        Syscall.Check(RawSyscall.fcntl(ends[1], Fcntl.F_SETFL, 0), "fcntl");
        return new OwnedFd(ends[0]);
    }
}
