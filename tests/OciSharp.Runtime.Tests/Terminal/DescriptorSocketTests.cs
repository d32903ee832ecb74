using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Terminal;

namespace OciSharp.Runtime.Tests.Terminal;

public sealed class DescriptorSocketTests
{
    private TemporaryDirectory _temporary = null!;

    [SetUp]
    public void SetUp() => _temporary = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _temporary.Dispose();

    [Test]
    public unsafe void TheMasterArrivesInOneMessageWithTheTerminalsName()
    {
        using Pty pty = new();
        using Listener listener = new(_temporary.Path + "/console.sock");
        using OwnedFd socket = DescriptorSocket.Connect(listener.Path, "console socket");

        DescriptorSocket.SendTerminal(socket.Value, pty.Master.Value);

        (string payload, OwnedFd? received) = listener.Receive();
        using (received)
        {
            Assert.That(payload, Does.Match("^/dev/pts/[0-9]+$"));
            Assert.That(File.Exists(payload));
            Pty.Write(pty.Slave, "x");
            Assert.That(Pty.Read(received!, 1), Is.EqualTo("x"));
        }
    }

    [Test]
    public void ThePidfdArrives()
    {
        using OwnedFd pidfd = Syscall.OpenProcess(Environment.ProcessId);
        using Listener listener = new(_temporary.Path + "/pidfd.sock");
        using OwnedFd socket = DescriptorSocket.Connect(listener.Path, "pidfd socket");

        DescriptorSocket.SendPidfd(socket.Value, pidfd.Value);

        (string payload, OwnedFd? received) = listener.Receive();
        using (received)
        {
            Assert.That(payload, Is.Not.Empty);
            Assert.That(File.ReadAllText($"/proc/self/fdinfo/{received!.Value}"), Does.Contain($"Pid:\t{Environment.ProcessId}\n"));
        }
    }

    [TestCase(107)]
    [TestCase(108)]
    [TestCase(500)]
    public void PathsMayBeLong(int length)
    {
        string directory = _temporary.Path;
        while (length - directory.Length > 200)
            directory = Directory.CreateDirectory(directory + "/" + new string('d', 100)).FullName;
        string path = directory + "/" + new string('s', length - directory.Length - 1);
        Assert.That(path, Has.Length.EqualTo(length));
        using Listener listener = new(path);

        using OwnedFd socket = DescriptorSocket.Connect(path, "console socket");

        Assert.That(socket.Value, Is.Positive);
    }

    [Test]
    public void WithoutAListenerTheSocketIsNamed()
    {
        string missing = _temporary.Path + "/none";
        string plain = _temporary.File("plain", "");
        string longPath = "/no/such/" + new string('x', 200);

        Assert.That(() => DescriptorSocket.Connect(missing, "console socket"), Throws.TypeOf<ContainerException>()
            .With.Message.EqualTo($"cannot use the console socket: connect to {missing}: no such file or directory"));
        Assert.That(() => DescriptorSocket.Connect(plain, "pidfd socket"), Throws.TypeOf<ContainerException>()
            .With.Message.EqualTo($"cannot use the pidfd socket: connect to {plain}: connection refused"));
        Assert.That(() => DescriptorSocket.Connect(longPath, "console socket"), Throws.TypeOf<ContainerException>()
            .With.Message.Contains(longPath).And.Message.Contains("no such file"));
    }

    [Test]
    public void AReceiverThatIsGoneIsAnError()
    {
        using Pty pty = new();
        Listener listener = new(_temporary.Path + "/console.sock");
        using OwnedFd socket = DescriptorSocket.Connect(listener.Path, "console socket");
        listener.Dispose();

        Assert.That(() => DescriptorSocket.SendTerminal(socket.Value, pty.Master.Value),
            Throws.TypeOf<ContainerException>().With.Message.StartsWith("cannot send to the console socket: "));
    }

    [Test]
    public void OnlyAMasterHasAName()
    {
        using OwnedFd none = Syscall.Open(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDONLY);
        using Listener listener = new(_temporary.Path + "/console.sock");
        using OwnedFd socket = DescriptorSocket.Connect(listener.Path, "console socket");

        Assert.That(() => DescriptorSocket.SendTerminal(socket.Value, none.Value), Throws.TypeOf<ContainerException>());
    }

    /// <summary>A socket that listens. It is bound through its directory's descriptor, so that its path may be long.</summary>
    private sealed unsafe class Listener : IDisposable
    {
        private readonly OwnedFd _socket = new((int)Syscall.Check(
            RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_STREAM | Socket.SOCK_CLOEXEC, 0), "socket"));

        public Listener(string path)
        {
            Path = path;
            string parent = System.IO.Path.GetDirectoryName(path)!;
            using OwnedFd directory = Syscall.Open(Fcntl.AT_FDCWD, parent, Fcntl.O_PATH);
            sockaddr_un bound = default;
            bound.sun_family = Socket.AF_UNIX;
            Encoding.UTF8.GetBytes($"/proc/self/fd/{directory.Value}/s", new Span<byte>(bound.sun_path, 108));
            Syscall.Check(RawSyscall.bind(_socket.Value, &bound, (uint)sizeof(sockaddr_un)), "bind");
            Syscall.Check(RawSyscall.listen(_socket.Value, 1), "listen");
            File.Move(parent + "/s", path);
        }

        public string Path { get; }

        public (string Payload, OwnedFd? Descriptor) Receive()
        {
            using OwnedFd connection = new((int)Syscall.Check(RawSyscall.accept4(_socket.Value, Socket.SOCK_CLOEXEC), "accept"));
            byte* buffer = stackalloc byte[4096];
            int fd;
            int length = (int)Syscall.Check(RawSyscall.ReceiveWithFd(connection.Value, buffer, 4096, &fd), "receive");
            return (Encoding.UTF8.GetString(buffer, length), fd < 0 ? null : new OwnedFd(fd));
        }

        public void Dispose() => _socket.Dispose();
    }
}
