namespace OciSharp.Spec.Tests;

/// <summary>The small notations inside strings: versions, lists of numbers, names of sysctls, tables of names.</summary>
public class NotationTests
{
    [TestCase("1.0.0", 1)]
    [TestCase("1.0.2-dev", 1)]
    [TestCase("1.3.0+dev", 1)]
    [TestCase("1.1.0-rc.2", 1)]
    [TestCase("0.1.0", 0)]
    [TestCase("10.20.30-a-b.0a.1+001.x", 10)]
    public void Versions(string version, int major)
    {
        Assert.That(SpecVersion.TryParse(version, out int parsed));
        Assert.That(parsed, Is.EqualTo(major));
    }

    [TestCase("")]
    [TestCase("1")]
    [TestCase("1.0")]
    [TestCase("1.0.0.0")]
    [TestCase("v1.0.0")]
    [TestCase("1.0.x")]
    [TestCase("01.0.0")]
    [TestCase("1.0.0-")]
    [TestCase("1.0.0-01")]
    [TestCase("1.0.0-a..b")]
    [TestCase("1.0.0+")]
    [TestCase("1.0.0-a_b")]
    [TestCase("99999999999.0.0")]
    public void No_versions(string version) => Assert.That(SpecVersion.TryParse(version, out _), Is.False);

    [TestCase("", 0)]
    [TestCase("0", 1)]
    [TestCase("0-3,7", 5)]
    [TestCase("0-3, 7 ,9-9", 6)]
    [TestCase("0,", -1)]
    [TestCase("3-1", -1)]
    [TestCase("-1", -1)]
    [TestCase("a", -1)]
    [TestCase("1-", -1)]
    [TestCase("99999999999", -1)]
    public void Lists_of_numbers(string list, int count) => Assert.That(IdList.Count(list), Is.EqualTo(count));

    [TestCase("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [TestCase("net/ipv4/ip_forward", "net/ipv4/ip_forward")]
    [TestCase("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [TestCase("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [TestCase("x", "x")]
    public void Names_of_sysctls(string name, string path)
    {
        Assert.That(SysctlName.TryGetPath(name, out string found));
        Assert.That(found, Is.EqualTo(path));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("net..x")]
    [TestCase("net.x.")]
    [TestCase("/net/x")]
    [TestCase("net/../x")]
    [TestCase("net.//.x")]
    [TestCase("net/./x")]
    public void No_names_of_sysctls(string name) => Assert.That(SysctlName.TryGetPath(name, out _), Is.False);

    [Test]
    public void Capabilities_stand_at_their_numbers()
    {
        Assert.That(CapabilityNames.All.Select(CapabilityNames.Number), Is.EqualTo(Enumerable.Range(0, 41)));
        Assert.That(CapabilityNames.Number("CAP_FLY"), Is.Negative);
        Assert.That(CapabilityNames.Number("cap_chown"), Is.Negative);
    }

    [Test]
    public void Mount_options_are_those_of_the_table()
    {
        Assert.That(MountOptions.All, Has.Count.EqualTo(62).And.Unique.And.Ordered.Using<string>(StringComparer.Ordinal));
        Assert.That(MountOptions.All.Where(name => !MountOptions.IsKnown(name)), Is.Empty);
        Assert.That(MountOptions.IsKnown("size=1m"), Is.False);
    }

    [Test]
    public void Lists_of_any_kind_are_spans()
    {
        Assert.That(((IReadOnlyList<int>?)null).AsSpan().IsEmpty);
        Assert.That(((IReadOnlyList<int>)[1, 2]).AsSpan().ToArray(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(((IReadOnlyList<int>)new List<int> { 1, 2 }).AsSpan().ToArray(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(((IReadOnlyList<int>)new List<int> { 1, 2 }.AsReadOnly()).AsSpan().ToArray(), Is.EqualTo(new[] { 1, 2 }));
    }
}
