using OciSharp.Cgroups.Devices;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Devices;

public sealed class DeviceExceptionsTests
{
    private static readonly LinuxDeviceCgroup DenyAll = new() { Allow = false, Access = "rwm" };
    private static readonly LinuxDeviceCgroup AllowAll = new() { Allow = true, Access = "rwm" };

    [Test]
    public void Without_rules_only_the_devices_of_every_container_are_allowed()
    {
        DeviceExceptions rules = Fold(null);

        Assert.That(rules.AllowByDefault, Is.False);
        Assert.That(rules.Groups, Is.EqualTo(DefaultDevices.Allowed));
    }

    [Test]
    public void The_hosts_console_is_not_among_them() =>
        Assert.That(DefaultDevices.Allowed, Has.None.Matches<DeviceGroup>(d => d is { Block: false, Major: 5, Minor: 1 }));

    [Test]
    public void Allowing_everything_leaves_no_exceptions()
    {
        DeviceExceptions rules = Fold([DenyAll, Rule(true, "c", 10, 229, "rw"), AllowAll]);

        Assert.That(rules.AllowByDefault);
        Assert.That(rules.Groups, Is.Empty);
    }

    [Test]
    public void The_last_rule_for_everything_wins()
    {
        DeviceExceptions rules = Fold([AllowAll, Rule(false, "b", 8, 0, "rwm"), DenyAll]);

        Assert.That(rules.AllowByDefault, Is.False);
        Assert.That(rules.Groups, Is.EqualTo(DefaultDevices.Allowed));
    }

    [Test]
    public void Access_to_one_device_is_gathered_into_one_exception()
    {
        DeviceExceptions rules = Fold([DenyAll, Rule(true, "c", 10, 229, "r"), Rule(true, "c", 10, 229, "w")]);

        Assert.That(rules.Groups[0], Is.EqualTo(new DeviceGroup(false, 10, 229, DeviceAccess.Read | DeviceAccess.Write)));
        Assert.That(rules.Groups, Has.Count.EqualTo(DefaultDevices.Allowed.Length + 1));
    }

    [Test]
    public void A_later_rule_takes_access_away_again()
    {
        DeviceExceptions rules = Fold([DenyAll, Rule(true, "c", 10, 229, "rw"), Rule(false, "c", 10, null, "w")]);

        Assert.That(rules.Groups[0], Is.EqualTo(new DeviceGroup(false, 10, 229, DeviceAccess.Read)));
    }

    [Test]
    public void A_rule_that_another_covers_already_is_not_written()
    {
        DeviceExceptions rules = Fold([DenyAll, Rule(true, "c", 10, null, "rwm"), Rule(true, "c", 10, 229, "r")]);

        Assert.That(rules.Groups, Has.Count.EqualTo(DefaultDevices.Allowed.Length + 1));
    }

    [Test]
    public void A_hole_in_a_wider_rule_is_an_error_because_it_would_stay_open() =>
        Assert.That(
            () => Fold([DenyAll, Rule(true, "c", 1, null, "rwm"), Rule(false, "c", 1, 11, "rwm")]),
            Throws.TypeOf<CgroupException>().With.Message.Contain("devices[2]"));

    [Test]
    public void A_rule_for_both_types_with_numbers_does_not_become_one_for_everything()
    {
        // The kernel would ignore the numbers behind an "a", and open every device.
        DeviceExceptions rules = Fold([DenyAll, Rule(true, "a", 1, 9, "rw")]);

        Assert.That(rules.AllowByDefault, Is.False);
        Assert.That(rules.Groups, Does.Contain(new DeviceGroup(true, 1, 9, DeviceAccess.Read | DeviceAccess.Write)));
    }

    [TestCase("x", "rwm", "type")]
    [TestCase("c", "", "access")]
    [TestCase("c", "rx", "access")]
    public void What_is_no_rule_is_an_error(string type, string access, string word) =>
        Assert.That(() => Fold([Rule(true, type, 1, 3, access)]), Throws.TypeOf<CgroupException>().With.Message.Contain(word));

    [TestCase(-2L)]
    [TestCase(1L << 31)]
    public void A_number_that_no_device_has_is_an_error(long number) =>
        Assert.That(() => Fold([Rule(true, "c", number, 3, "r")]), Throws.TypeOf<CgroupException>().With.Message.Contain("major"));

    [Test]
    public void Minus_one_is_any_number() =>
        Assert.That(Fold([Rule(true, "c", -1, -1, "r")]).Groups[0], Is.EqualTo(new DeviceGroup(false, DeviceGroup.Any, DeviceGroup.Any,
            DeviceAccess.Read | DeviceAccess.MakeNode)));

    private static DeviceExceptions Fold(LinuxDeviceCgroup[]? rules) => DeviceExceptions.Fold(DeviceRules.Of(rules));

    private static LinuxDeviceCgroup Rule(bool allow, string type, long? major, long? minor, string access) =>
        new() { Allow = allow, Type = type, Major = major, Minor = minor, Access = access };
}
