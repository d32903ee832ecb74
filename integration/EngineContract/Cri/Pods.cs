namespace OciSharp.EngineContract.Cri;

/// <summary>
/// What Kubernetes asks of a node, asked of containerd: pods and their containers, by the handler that is called as the runtime is. The pods are in the host's
/// network, which wants no CNI plugin, and so have no name of their own. Their images are there before: <c>localhost/busybox</c>, and what containerd takes for a pod itself.
/// </summary>
public sealed class Pods : ContainerFixture
{
    private const int Created = 0, Running = 1, Exited = 2; // ContainerState
    private const int NamespaceOfPod = 0, NamespaceOfNode = 2; // NamespaceMode
    private const int SeccompDefault = 0;
    private const string StateRoot = "/run/containerd/runc/k8s.io";

    private readonly List<string> _containers = [];
    private RuntimeService _service = null!;
    private Message _podConfig = null!;
    private string _pod = "";

    private string Logs => Scratch.Path + "/logs";

    [OneTimeSetUp]
    public void NeedsContainerd()
    {
        Require.That(RuntimeService.Socket is not null, "CONTAINERD_ADDRESS names no containerd that has a handler for us and the images");
    }

    [SetUp]
    public void RunPod()
    {
        _service = new RuntimeService();
        _podConfig = new Message()
            .With(1, new Message().With(1, Scratch.Marker).With(2, Scratch.Marker).With(3, "default")) // metadata: name, uid, namespace
            .With(3, Logs)
            .With(8, new Message().With(2, new Message().With(1, Namespaces()))); // linux.security_context.namespace_options
        _pod = _service.Call("RunPodSandbox", new Message().With(1, _podConfig).With(2, RuntimeUnderTest.Name)).Text(1);
    }

    [TearDown]
    public void RemovePod()
    {
        // Containers go with their pod.
        if (_pod.Length > 0)
        {
            _service.Call("StopPodSandbox", new Message().With(1, _pod));
            _service.Call("RemovePodSandbox", new Message().With(1, _pod));
            Assert.That(Runtime.Bare("--root", StateRoot, "list", "--quiet").Execute().Succeeded().Lines, Has.None.AnyOf([_pod, .. _containers]));
        }

        _service.Dispose();
    }

    [Test]
    public void The_life_of_a_container()
    {
        var container = Create(Shell("trap 'echo ends; exit 5' TERM; echo begins; while :; do sleep 0.1; done").With(11, "log"));
        Assert.That(Status(container).Number(3), Is.EqualTo(Created));
        Start(container);
        Assert.That(Status(container).Number(3), Is.EqualTo(Running));
        Assert.That(Runtime.Bare("--root", StateRoot, "list", "--quiet").Execute().Succeeded().Lines, Is.SupersetOf((string[])[_pod, container]));
        Wait.Until(() => File.ReadAllText($"{Logs}/log").Contains("stdout F begins"), () => "nothing is logged");
        _service.Call("StopContainer", new Message().With(1, container).With(2, 60));
        Assert.That(File.ReadAllText($"{Logs}/log"), Does.Contain("stdout F ends"));
        Assert.That((Status(container).Number(3), Status(container).Number(7)), Is.EqualTo((Exited, 5L)));
        _service.Call("RemoveContainer", new Message().With(1, container));
        Assert.That(() => Status(container), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public void Exec_has_output_error_and_exit_code()
    {
        var container = Started("exec sleep 1000");
        var result = Exec(container, "echo out; echo error >&2; exit 7");
        Assert.That((result.Text(1), result.Text(2), result.Number(3)), Is.EqualTo(("out\n", "error\n", 7L)));
        Assert.That(() => _service.Call("ExecSync", new Message().With(1, container).With(2, "nowhere")),
            Throws.TypeOf<RefusedException>().With.Message.Contain("executable file not found in $PATH"));
    }

    [Test]
    public void Exec_that_takes_too_long_is_ended()
    {
        var container = Started("exec sleep 1000");
        Assert.That(() => _service.Call("ExecSync", new Message().With(1, container).With(2, "sleep", "2000").With(3, 1)), Throws.TypeOf<RefusedException>());
        Assert.That(Exec(container, "ps | grep -c '[s]leep 2000'").Text(1), Is.EqualTo("0\n"));
    }

    [Test]
    public void Containers_share_the_namespaces_of_their_pod()
    {
        const string namespaces = "for n in ipc net uts pid; do readlink /proc/self/ns/$n; done";
        string one = Started("exec sleep 1000"), other = Started("exec sleep 1000");
        var seen = Exec(one, namespaces).Text(1);
        Assert.That(Exec(other, namespaces).Text(1), Is.EqualTo(seen));
        Assert.That(seen, Does.Contain(OfHost("net")).And.Not.Contain(OfHost("ipc")).And.Not.Contain(OfHost("pid")));
        static string OfHost(string name) => File.ResolveLinkTarget($"/proc/self/ns/{name}", returnFinalTarget: false)!.Name;
    }

    [Test]
    public void Limits_are_set_and_updated()
    {
        const string limits = "cd /sys/fs/cgroup; cat memory.max memory/memory.limit_in_bytes cpu.max cpu/cpu.cfs_quota_us 2>/dev/null | cut -d ' ' -f 1";
        static Message Of(long memory, long quota) => new Message().With(1, 100000).With(2, quota).With(4, memory);
        var container = Create(Shell("exec sleep 1000").With(15, new Message().With(1, Of(64 << 20, 50000))));
        Start(container);
        Assert.That(Exec(container, limits).Text(1), Is.EqualTo("67108864\n50000\n"));
        _service.Call("UpdateContainerResources", new Message().With(1, container).With(2, Of(128 << 20, 20000)));
        Assert.That(Exec(container, limits).Text(1), Is.EqualTo("134217728\n20000\n"));
    }

    [Test]
    public void Out_of_memory_is_told_of()
    {
        var container = Create(Shell("exec tail /dev/zero").With(15, new Message().With(1, new Message().With(4, 16 << 20).With(10, 16 << 20))));
        Start(container);
        Ended(container);
        Assert.That((Status(container).Number(7), Status(container).Text(10)), Is.EqualTo((137L, "OOMKilled")));
    }

    [Test]
    public void Security_context()
    {
        var context = new Message()
            .With(1, new Message().With(1, "NET_ADMIN").With(2, "ALL"))
            .With(5, new Message().With(1, 1000))
            .With(7, 1) // read-only
            .With(11, 1) // no_new_privs
            .With(15, new Message().With(1, SeccompDefault));
        var container = Create(Shell("exec sleep 1000").With(15, new Message().With(2, context)));
        Start(container);
        var seen = Exec(container, "id -u; grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status | cut -f 2; touch /file").Text(1);
        Assert.That(seen, Is.EqualTo("1000\n0000000000001000\n1\n2\n"));
        Assert.That(Exec(container, "touch /file").Text(2), Does.Contain("Read-only file system"));
    }

    [Test]
    public void Statistics()
    {
        var container = Started("exec sleep 1000");
        var stats = _service.Call("ContainerStats", new Message().With(1, container)).Inner(1);
        Assert.That(stats.Inner(2).Inner(2).Number(1), Is.Positive, "processor");
        Assert.That(stats.Inner(3).Inner(2).Number(1), Is.Positive, "memory");
    }

    [Test]
    public void A_program_that_is_not_there_is_told_of()
    {
        var container = Create(new Message().With(3, "nowhere"));
        Assert.That(() => Start(container), Throws.TypeOf<RefusedException>().With.Message.Contain("executable file not found in $PATH"));
        Assert.That(Status(container).Number(3), Is.EqualTo(Exited));
    }

    private static Message Namespaces() => new Message().With(1, NamespaceOfNode).With(2, NamespaceOfPod).With(3, NamespaceOfPod);

    /// <summary>A part of ContainerConfig: the command. Those of the log and of Linux are added by who wants them.</summary>
    private static Message Shell(string script) => new Message().With(3, "/bin/sh", "-c", script);

    private string Create(Message config)
    {
        config.With(1, new Message().With(1, Scratch.NewName())).With(2, new Message().With(1, "localhost/busybox:latest"))
            .With(15, new Message().With(2, new Message().With(3, Namespaces()))); // What is there twice is merged.
        var id = _service.Call("CreateContainer", new Message().With(1, _pod).With(2, config).With(3, _podConfig)).Text(1);
        _containers.Add(id);
        return id;
    }

    private void Start(string container) => _service.Call("StartContainer", new Message().With(1, container));

    private string Started(string script)
    {
        var container = Create(Shell(script));
        Start(container);
        return container;
    }

    private Message Exec(string container, string script) => _service.Call("ExecSync", new Message().With(1, container).With(2, "/bin/sh", "-c", script).With(3, 60));

    /// <summary>ContainerStatus: 3 is its state, 7 the exit code, 10 the reason.</summary>
    private Message Status(string container) => _service.Call("ContainerStatus", new Message().With(1, container)).Inner(1);

    private void Ended(string container) => Wait.Until(() => Status(container).Number(3) == Exited, () => "it does not end", seconds: 60);
}
