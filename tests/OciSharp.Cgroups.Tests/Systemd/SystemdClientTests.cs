using OciSharp.Cgroups.Systemd;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Tests.Systemd;

public sealed class SystemdClientTests
{
    private readonly List<string> calls = [];
    private FakeBus bus = null!;

    [SetUp]
    public void Forget() => calls.Clear();

    [TearDown]
    public void StopBus()
    {
        bus?.Dispose();
        bus = null!;
    }

    [Test]
    public void A_unit_is_made_when_its_job_is_done()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [Job(1, "other", "failed"), bus.Return(call, "o", w =>
            w.String("/job/7")), Job(7, "x.scope", "done")]));
        using SystemdClient client = Connect();

        Start(client, [UnitProperty.Of("MemoryMax", 5)]);

        Assert.That(calls, Is.EqualTo(new[] { "Hello", "AddMatch", "StartTransientUnit" }));
    }

    [Test]
    public void A_job_that_is_over_before_its_call_is_answered_is_not_missed()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [Job(7, "x.scope", "done"), bus.Return(call, "o", w =>
            w.String("/job/7"))]));
        using SystemdClient client = Connect();

        Assert.That(() => Start(client, []), Throws.Nothing);
    }

    [Test]
    public void A_job_that_fails_is_an_error()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [bus.Return(call, "o", w => w.String("/job/7")), Job(7,
            "x.scope", "timeout")]));
        using SystemdClient client = Connect();

        Assert.That(() => Start(client, []),
            Throws.TypeOf<CgroupException>().With.Message.Contain("x.scope").And.Message.Contain("timeout"));
    }

    [Test]
    public void A_job_that_is_never_done_is_an_error_after_a_while()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [bus.Return(call, "o", w => w.String("/job/7"))]));
        using SystemdClient client = Connect(bound: 50);

        Assert.That(() => Start(client, []),
            Throws.TypeOf<CgroupException>().With.Message.Contain("wait for its job").And.Message.Contain("no answer within 50 ms"));
    }

    /// <summary>Jobs of others end all the time on a busy host.</summary>
    [Test]
    public void Jobs_of_others_do_not_put_that_off()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => member == "StopUnit"
            ? Enumerable.Range(8, 200).SelectMany(Slowly).Prepend(bus.Return(call, "o", w => w.String("/job/7")))
            : [bus.Return(call)]));
        using SystemdClient client = Connect(bound: 100);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.That(() => client.StopUnit("x.scope"), Throws.TypeOf<CgroupException>().With.Message.Contain("no answer within 100 ms"));
        Assert.That(watch.ElapsedMilliseconds, Is.LessThan(2000));

        IEnumerable<byte[]> Slowly(int id)
        {
            Thread.Sleep(20);
            yield return Job((uint)id, "other.scope", "done");
        }
    }

    [Test]
    public void A_call_that_is_never_answered_is_an_error_after_a_while()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => []));
        using SystemdClient client = Connect(bound: 50);

        Assert.That(() => client.Version(), Throws.TypeOf<CgroupException>().With.Message.Contain("call Get over the bus").And.Message.Contain("50 ms"));
    }

    [Test]
    public void A_failed_unit_of_the_same_name_is_forgotten_first()
    {
        int starts = 0;
        bus = new FakeBus((member, _, call) => Answer(member, call, () => member switch
        {
            "StartTransientUnit" when starts++ == 0 => [bus.Error(call, "org.freedesktop.systemd1.UnitExists",
                "Unit x.scope already exists.")],
            "StartTransientUnit" => [bus.Return(call, "o", w => w.String("/job/7")), Job(7, "x.scope", "done")],
            _ => [bus.Return(call)],
        }));
        using SystemdClient client = Connect();

        Start(client, []);

        Assert.That(calls, Is.EqualTo(new[] { "Hello", "AddMatch", "StartTransientUnit", "ResetFailedUnit", "StartTransientUnit" }));
    }

    [Test]
    public void A_unit_that_is_in_use_is_an_error_with_the_name_that_systemd_gave()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => member == "StartTransientUnit"
            ? [bus.Error(call, "org.freedesktop.systemd1.UnitExists", "Unit x.scope already exists.")]
            : [bus.Return(call)]));
        using SystemdClient client = Connect();

        Assert.That(
            () => Start(client, []),
            Throws.TypeOf<CgroupException>().With.Message.Contain("already exists").And.Message.Contain("UnitExists"));
    }

    [Test]
    public void A_unit_that_is_gone_is_stopped_already()
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [bus.Error(call, "org.freedesktop.systemd1.NoSuchUnit",
            "Unit x.scope not loaded.")]));
        using SystemdClient client = Connect();

        Assert.That(() => client.StopUnit("x.scope"), Throws.Nothing);
    }

    [TestCase("252.38-1~deb12u1", 252)]
    [TestCase("v257", 257)]
    [TestCase("", 0)]
    public void The_version_is_the_number_at_its_beginning(string text, int version)
    {
        bus = new FakeBus((member, _, call) => Answer(member, call, () => [bus.Return(call, "v", w =>
        {
            w.Signature("s");
            w.String(text);
        })]));
        using SystemdClient client = Connect();

        Assert.That(client.Version(), Is.EqualTo(version));
    }

    [Test]
    public void The_cgroup_of_a_scope_is_asked_of_its_object()
    {
        string path = "";
        bus = new FakeBus((member, message, call) =>
        {
            path = message.Path;
            return Answer(member, call, () => [bus.Return(call, "v", w =>
            {
                w.Signature("s");
                w.String("/system.slice/a-b.scope");
            })]);
        });
        using SystemdClient client = Connect();

        Assert.That(SystemdClient.UnitPath("1b.scope"), Is.EqualTo("/org/freedesktop/systemd1/unit/_31b_2escope"));
        Assert.That(client.ScopeControlGroup("a-b.scope"), Is.EqualTo("/system.slice/a-b.scope"));
        Assert.That(path, Is.EqualTo("/org/freedesktop/systemd1/unit/a_2db_2escope"));
    }

    [Test]
    public void A_bus_that_does_not_let_us_in_is_an_error()
    {
        bus = new FakeBus((_, _, _) => [], "REJECTED EXTERNAL\r\n");

        Assert.That(() => DBusConnection.Open(bus.Address), Throws.TypeOf<DBusException>().With.Message.Contain("REJECTED"));
    }

    [Test]
    public void A_bus_that_hangs_up_is_an_error()
    {
        bus = new FakeBus((_, _, _) => throw new System.Net.Sockets.SocketException());

        Assert.That(() => DBusConnection.Open(bus.Address), Throws.TypeOf<DBusException>().With.Message.Contain("hung up"));
    }

    [Test]
    public void Where_nobody_listens_the_message_says_what_is_needed() =>
        Assert.That(() => DBusConnection.Open(new BusAddress("/nonexistent/bus")),
            Throws.TypeOf<DBusException>().With.Message.Contain("/nonexistent/bus"));

    [TestCase("unix:path=/run/x", "/run/x")]
    [TestCase("tcp:host=a;unix:guid=1,path=/run/a%20b", "/run/a b")]
    [TestCase("unix:abstract=/tmp/x,guid=1", "@/tmp/x")]
    public void The_first_UNIX_socket_of_an_address_is_used(string address, string path) =>
        Assert.That(BusAddress.Parse(address).Display, Is.EqualTo(path));

    [Test]
    public void An_address_without_a_UNIX_socket_is_refused() =>
        Assert.That(() => BusAddress.Parse("tcp:host=a"), Throws.TypeOf<DBusException>());

    private static void Start(SystemdClient client, IReadOnlyList<UnitProperty> properties) =>
        client.AwaitStart("x.scope", client.StartTransientUnit("x.scope", properties));

    private SystemdClient Connect(int bound = DBusConnection.UsualBound) => new(DBusConnection.Open(bus.Address, bound));

    private byte[] Job(uint id, string unit, string result) => bus.Signal("JobRemoved", "uoss", writer =>
    {
        writer.UInt32(id);
        writer.String($"/job/{id}");
        writer.String(unit);
        writer.String(result);
    });

    private IEnumerable<byte[]> Answer(string member, uint call, Func<IEnumerable<byte[]>> answer)
    {
        calls.Add(member);
        return member is "Hello" or "AddMatch" ? [bus.Return(call)] : answer();
    }
}
