using OciSharp.Linux;
using OciSharp.Runtime.Terminal;

namespace OciSharp.Runtime.Tests.Terminal;

public sealed class TerminalSessionTests
{
    private Pty _container = null!;
    private Pty _host = null!;

    [SetUp]
    public void SetUp()
    {
        _container = new Pty();
        _host = new Pty();
        kernel_termios settings = _container.Settings;
        settings.c_oflag &= ~Tty.ONLCR;
        _container.Settings = settings;
    }

    [TearDown]
    public void TearDown()
    {
        _container.Dispose();
        _host.Dispose();
    }

    private TerminalSession Start() => TerminalSession.Start(_container.DuplicateMaster(), _host.Slave.Value, _host.Slave.Value);

    /// <summary>Polls until nothing happens for 20 ms, or the session has drained.</summary>
    private static void Settle(TerminalSession session, int most = 10_000)
    {
        pollfd[] fds = new pollfd[TerminalSession.PollCount];
        for (int i = 0; i < most && !session.Drained; i++)
        {
            session.Prepare(fds);
            int ready = Syscall.Poll(fds, 100); // the kernel passes text on in a thread of its own
            session.Pump(fds, timedOut: ready == 0);
            if (ready == 0)
                return;
        }
    }

    [Test]
    public void RawModeHoldsUntilDisposal()
    {
        uint before = _host.Settings.c_lflag;
        Assert.That(before & Tty.ICANON, Is.Not.Zero);

        using (TerminalSession session = Start())
        {
            kernel_termios raw = _host.Settings;
            Assert.That(raw.c_lflag & (Tty.ICANON | Tty.ECHO | Tty.ISIG | Tty.IEXTEN), Is.Zero);
            Assert.That(raw.c_iflag & (Tty.ICRNL | Tty.IXON), Is.Zero);
            Assert.That(raw.c_oflag & (Tty.OPOST | Tty.ONLCR), Is.EqualTo(Tty.OPOST | Tty.ONLCR), "the container sends bare newlines");
        }

        Assert.That(_host.Settings.c_lflag, Is.EqualTo(before));
    }

    [Test]
    public void TheSizeIsCopiedAtStartAndOnResize()
    {
        _host.Size = (40, 132);
        using TerminalSession session = Start();
        Assert.That(_container.Size, Is.EqualTo((40, 132)));

        _host.Size = (50, 20);
        session.Resize();

        Assert.That(_container.Size, Is.EqualTo((50, 20)));
    }

    [Test]
    public void KeysGoInAndTextComesOut()
    {
        using TerminalSession session = Start();
        Pty.Write(_host.Master, "ls\r");
        Settle(session);
        Assert.That(Pty.Read(_container.Slave, 3), Is.EqualTo("ls\n"), "the container's terminal is in cooked mode");
        Assert.That(Pty.Read(_host.Master, 4), Is.EqualTo("ls\r\n"), "the container's terminal echoes, ours adds the carriage return");

        Pty.Write(_container.Slave, "file\n");
        Settle(session);
        Assert.That(Pty.Read(_host.Master, 6), Is.EqualTo("file\r\n"));
    }

    [Test]
    public void InterruptIsAKeyLikeOthers()
    {
        kernel_termios settings = _container.Settings;
        settings.c_lflag &= ~(Tty.ICANON | Tty.ECHO | Tty.ISIG);
        _container.Settings = settings;
        using TerminalSession session = Start();

        Pty.Write(_host.Master, "\x03");
        Settle(session);

        Assert.That(Pty.Read(_container.Slave, 1), Is.EqualTo("\x03"));
    }

    [Test]
    public void WhatWasWrittenBeforeTheEndIsNotLost()
    {
        using OwnedFd pipe = OpenPipe(out OwnedFd writer);
        using TerminalSession session = TerminalSession.Start(_container.DuplicateMaster(), -1, writer.Value);
        string text = new('x', 3000);
        Pty.Write(_container.Slave, text);
        _container.CloseSlave();

        session.BeginDrain();
        Settle(session);

        Assert.That(session.Drained);
        Assert.That(Pty.Read(pipe, text.Length), Is.EqualTo(text));
        writer.Dispose();
    }

    [Test]
    public void AReaderThatIsSlowGetsEverything()
    {
        const int F_SETPIPE_SZ = 1031;
        using OwnedFd pipe = OpenPipe(out OwnedFd writer);
        Syscall.Check(RawSyscall.fcntl(pipe.Value, F_SETPIPE_SZ, 4096), "make the pipe small");
        using TerminalSession session = TerminalSession.Start(_container.DuplicateMaster(), -1, writer.Value);
        System.Text.StringBuilder written = new(), read = new();
        for (int i = 0; i < 15; i++)
        {
            string line = new string((char)('a' + i), 999) + "\n";
            Pty.Write(_container.Slave, line);
            written.Append(line);
            Settle(session, most: 2);
        }

        _container.CloseSlave();
        session.BeginDrain();
        while (!session.Drained)
        {
            Settle(session, most: 3);
            read.Append(Pty.Read(pipe, 1));
        }

        writer.Dispose();
        read.Append(Pty.Read(pipe, int.MaxValue));
        Assert.That(read.ToString(), Is.EqualTo(written.ToString()));
    }

    [Test]
    public void WhoeverHoldsTheTerminalOpenIsNotWaitedFor()
    {
        using TerminalSession session = Start();
        Pty.Write(_container.Slave, "last");

        session.BeginDrain();
        Settle(session);

        Assert.That(session.Drained);
        Assert.That(Pty.Read(_host.Master, 4), Is.EqualTo("last"));
    }

    [Test]
    public void ATerminalThatIsOpenedAgainIsReadAgain()
    {
        using TerminalSession session = Start();
        Pty.Write(_container.Slave, "one");
        _container.CloseSlave();
        Settle(session);
        Assert.That(Pty.Read(_host.Master, 3), Is.EqualTo("one"));
        Assert.That(session.Timeout, Is.EqualTo(-1).Or.EqualTo(100));

        using OwnedFd again = _container.OpenSlave();
        Pty.Write(again, "two");
        Settle(session);
        Settle(session);

        Assert.That(Pty.Read(_host.Master, 3), Is.EqualTo("two"));
        Assert.That(session.Drained, Is.False);
    }

    [Test]
    public void ATerminalThatNobodyHasOpenIsNotPolledInALoop()
    {
        using TerminalSession session = Start();
        _container.CloseSlave();
        pollfd[] fds = new pollfd[TerminalSession.PollCount];
        int rounds = 0;
        for (long end = Environment.TickCount64 + 350; Environment.TickCount64 < end; rounds++)
        {
            session.Prepare(fds);
            session.Pump(fds, timedOut: Syscall.Poll(fds, session.Timeout) == 0);
        }

        Assert.That(rounds, Is.LessThan(20));
    }

    [Test]
    public void AnOutputThatIsGoneDoesNotHoldTheContainerUp()
    {
        OwnedFd pipe = OpenPipe(out OwnedFd writer);
        pipe.Dispose();
        using TerminalSession session = TerminalSession.Start(_container.DuplicateMaster(), -1, writer.Value);
        for (int i = 0; i < 50; i++)
        {
            Pty.Write(_container.Slave, new string('x', 1000));
            Settle(session);
        }

        _container.CloseSlave();
        session.BeginDrain();
        Settle(session);
        Assert.That(session.Drained);
        writer.Dispose();
    }

    [Test]
    public void TheEndOfTheInputIsNotTheEnd()
    {
        using OwnedFd input = OpenPipe(out OwnedFd writer);
        using TerminalSession session = TerminalSession.Start(_container.DuplicateMaster(), input.Value, _host.Slave.Value);
        Pty.Write(writer, "bye\n");
        writer.Dispose();
        Settle(session);
        Assert.That(Pty.Read(_container.Slave, 4), Is.EqualTo("bye\n"));

        Pty.Write(_container.Slave, "more");
        Settle(session);

        Assert.That(Pty.Read(_host.Master, 4 + 5), Does.EndWith("more"));
    }

    [Test]
    public void WithoutATerminalOfOursItStillCopies()
    {
        using OwnedFd output = OpenPipe(out OwnedFd writer);
        using OwnedFd none = Syscall.Open(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDONLY);
        (int, int) size = _container.Size;
        using TerminalSession session = TerminalSession.Start(_container.DuplicateMaster(), none.Value, writer.Value);

        Pty.Write(_container.Slave, "a\nb");
        Settle(session);

        Assert.That(Pty.Read(output, 3), Is.EqualTo("a\nb"));
        Assert.That(_container.Size, Is.EqualTo(size));
        writer.Dispose();
    }

    private static unsafe OwnedFd OpenPipe(out OwnedFd writer)
    {
        int* ends = stackalloc int[2];
        Syscall.Check(RawSyscall.pipe2(ends, Fcntl.O_CLOEXEC), "pipe");
        writer = new OwnedFd(ends[1]);
        return new OwnedFd(ends[0]);
    }
}
