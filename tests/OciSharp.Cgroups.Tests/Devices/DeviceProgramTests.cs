using OciSharp.Cgroups.Devices;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Devices;

public sealed class DeviceProgramTests
{
    private static readonly Dictionary<string, LinuxDeviceCgroup[]> Lists = new()
    {
        ["default"] = [Rule(false, null, null, null, "rwm")],
        ["everything"] = [Rule(true, null, null, null, "rwm")],
        ["fuse-read-only-disk"] =
        [
            Rule(false, null, null, null, "rwm"), Rule(true, "c", 10, 229, "rw"), Rule(true, "b", 8, 0, "r"),
        ],
        ["hole-in-a-wider-rule"] =
        [
            Rule(false, null, null, null, "rwm"), Rule(true, "c", 1, null, "rwm"), Rule(false, "c", 1, 11, "rwm"), Rule(false, "c", 1,
                null, "m"),
        ],
        ["everything-but-kmsg"] = [Rule(true, "a", null, null, "rwm"), Rule(false, "c", 1, 11, "rw")],
    };

    private static IEnumerable<string> Names => Lists.Keys;

    [TestCaseSource(nameof(Names))]
    public void The_listing_is_as_recorded(string name)
    {
        string file = Path.Combine(Fixture.Folder, "devices", $"{name}.txt");
        string listing = BpfEmulator.List(DeviceProgram.Compile(DeviceRules.Of(Lists[name])));
        if (!File.Exists(file))
        {
            File.WriteAllText(file, listing);
            Assert.Fail($"recorded {file}: read it, and run again");
        }

        Assert.That(listing, Is.EqualTo(File.ReadAllText(file)));
    }

    [TestCase(false, 1u, 3u, 6, ExpectedResult = 1, TestName = "null is read and written")]
    [TestCase(false, 1u, 11u, 2, ExpectedResult = 0, TestName = "kmsg is not read")]
    [TestCase(false, 10u, 229u, 6, ExpectedResult = 1, TestName = "fuse is read and written")]
    [TestCase(true, 10u, 229u, 2, ExpectedResult = 0, TestName = "a block device with its numbers is not")]
    [TestCase(true, 8u, 0u, 2, ExpectedResult = 1, TestName = "the disk is read")]
    [TestCase(true, 8u, 0u, 6, ExpectedResult = 0, TestName = "the disk is not written")]
    [TestCase(true, 8u, 0u, 3, ExpectedResult = 1, TestName = "what two rules allow in part is allowed")]
    [TestCase(true, 7u, 7u, 1, ExpectedResult = 1, TestName = "any node is made")]
    public long A_usual_list_decides(bool block, uint major, uint minor, int access) =>
        BpfEmulator.Run(DeviceProgram.Compile(DeviceRules.Of(Lists["fuse-read-only-disk"])), block, major, minor, access);

    [Test]
    public void Random_lists_decide_as_the_rules_say()
    {
        var random = new Random(20251122);
        for (int round = 0; round < 2000; round++)
        {
            LinuxDeviceCgroup[] list = [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => RandomRule(random))];
            ulong[] program = DeviceProgram.Compile(DeviceRules.Of(list));
            for (int i = 0; i < 20; i++)
            {
                bool block = random.Next(2) == 0;
                uint major = (uint)random.Next(1, 4);
                uint minor = (uint)random.Next(1, 4);
                int access = random.Next(1, 8);
                Assert.That(
                    BpfEmulator.Run(program, block, major, minor, access) == 1,
                    Is.EqualTo(Allowed(list, block, major, minor, access)),
                    () => $"{string.Join('\n', list.AsEnumerable())}\nblock {block} {major}:{minor} access {access}\n{BpfEmulator.List(program)}");
            }
        }
    }

    [Test]
    public void Where_v1_can_express_a_list_it_says_the_same()
    {
        var random = new Random(20251123);
        int compared = 0;
        for (int round = 0; round < 2000; round++)
        {
            LinuxDeviceCgroup[] list = [.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => RandomRule(random))];
            DeviceExceptions exceptions;
            try
            {
                exceptions = DeviceExceptions.Fold(DeviceRules.Of(list));
            }
            catch (CgroupException)
            {
                continue;
            }

            compared++;
            foreach (int bit in new[] { 1, 2, 4 })
            {
                bool block = random.Next(2) == 0;
                uint major = (uint)random.Next(1, 4);
                uint minor = (uint)random.Next(1, 4);
                var asked = new DeviceGroup(block, major, minor, (DeviceAccess)bit);
                bool excepted = exceptions.Groups.Any(group => group.Covers(asked) && group.Access.HasFlag((DeviceAccess)bit));
                Assert.That(
                    excepted != exceptions.AllowByDefault,
                    Is.EqualTo(Allowed(list, block, major, minor, bit)),
                    () => $"{string.Join('\n', list.AsEnumerable())}\n{asked}");
            }
        }

        Assert.That(compared, Is.GreaterThan(500));
    }

    /// <summary>What config-linux.md says: the rules in order, for each of the bits that are asked for.</summary>
    private static bool Allowed(LinuxDeviceCgroup[] list, bool block, uint major, uint minor, int access)
    {
        for (int bit = 1; bit <= 4; bit <<= 1)
        {
            if ((access & bit) != 0 && !AllowedBit(list, block, major, minor, bit))
                return false;
        }

        return true;
    }

    private static bool AllowedBit(LinuxDeviceCgroup[] list, bool block, uint major, uint minor, int bit)
    {
        bool allowed = false;
        bool byDefault = false;
        foreach (LinuxDeviceCgroup rule in list)
        {
            bool matches = rule.Type is null or "a" || rule.Type == (block ? "b" : "c");
            matches &= rule.Major is null || rule.Major == major;
            matches &= rule.Minor is null || rule.Minor == minor;
            if (matches && rule.Access!.Contains(bit switch { 1 => 'm', 2 => 'r', _ => 'w' }))
                allowed = rule.Allow;
            if (rule is { Type: null or "a", Major: null, Minor: null, Access: "rwm" })
                byDefault = rule.Allow;
        }

        bool always = DefaultDevices.Allowed.Any(group => group.Covers(new DeviceGroup(block, major, minor, 0))
            && ((int)group.Access & bit) != 0);
        return allowed || (!byDefault && always);
    }

    private static LinuxDeviceCgroup RandomRule(Random random) => random.Next(6) == 0
        ? Rule(random.Next(2) == 0, null, null, null, "rwm")
        : Rule(
            random.Next(2) == 0,
            new[] { null, "a", "b", "c" }[random.Next(4)],
            random.Next(3) == 0 ? null : random.Next(1, 4),
            random.Next(3) == 0 ? null : random.Next(1, 4),
            new[] { "r", "w", "m", "rw", "rm", "wm", "rwm" }[random.Next(7)]);

    private static LinuxDeviceCgroup Rule(bool allow, string? type, long? major, long? minor, string access) =>
        new() { Allow = allow, Type = type, Major = major, Minor = minor, Access = access };
}
