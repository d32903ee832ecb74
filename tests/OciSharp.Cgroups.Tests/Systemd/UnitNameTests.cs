using OciSharp.Cgroups.Systemd;

namespace OciSharp.Cgroups.Tests.Systemd;

public sealed class UnitNameTests
{
    [TestCase(null, false, "/system.slice/ocisharp-id.scope")]
    [TestCase(null, true, "/user.slice/ocisharp-id.scope")]
    [TestCase("machine.slice:web:1", false, "/machine.slice/web-1.scope")]
    [TestCase("a-b-c.slice:web:1", false, "/a.slice/a-b.slice/a-b-c.slice/web-1.scope")]
    [TestCase(":web:1", true, "/user.slice/web-1.scope")]
    [TestCase("x.slice::1", false, "/x.slice/1.scope")]
    [TestCase("-.slice:web:1", false, "/web-1.scope")]
    public void A_path_names_a_scope_in_a_slice(string? path, bool user, string expected) =>
        Assert.That(UnitName.Parse(path, "id", user).CgroupPath, Is.EqualTo(expected));

    [TestCase("a.slice:web:1+2,3", "/a.slice/web-1\\x2b2\\x2c3.scope")]
    [TestCase("a.slice::ä b", "/a.slice/\\xc3\\xa4\\x20b.scope")]
    [TestCase("a.slice:web:done\\x2dbefore@1", "/a.slice/web-done\\x2dbefore@1.scope")]
    public void What_a_unit_may_not_be_called_is_escaped(string path, string expected) =>
        Assert.That(UnitName.Parse(path, "id", false).CgroupPath, Is.EqualTo(expected));

    /// <summary>An id may have these characters.</summary>
    [Test]
    public void An_id_is_escaped_too() =>
        Assert.That(UnitName.Parse(null, "_A-Z+0.9,x", false).Name, Is.EqualTo("ocisharp-_A-Z\\x2b0.9\\x2cx.scope"));

    [TestCase("a.slice::memory", "/a.slice/_memory.scope", "memory.scope")]
    [TestCase("a.slice::_x", "/a.slice/__x.scope", "_x.scope")]
    [TestCase("memory-x.slice::cgroup", "/_memory.slice/memory-x.slice/_cgroup.scope", "cgroup.scope")]
    [TestCase("a.slice::memory-x", "/a.slice/memory-x.scope", "memory-x.scope")]
    public void What_looks_like_a_file_of_a_cgroup_gets_an_underscore(string path, string cgroup, string unit)
    {
        var name = UnitName.Parse(path, "id", false);
        Assert.That((name.CgroupPath, name.Name), Is.EqualTo((cgroup, unit)));
        Assert.That(UnitName.OfCgroup("/sys/fs/cgroup" + cgroup, out _).Name, Is.EqualTo(unit));
    }

    [TestCase("/a.slice/web-1.scope")]
    [TestCase("/a.slice/web-1.scope/container")]
    [TestCase("/a.slice/web-1.scope/container/below")]
    public void A_cgroup_below_that_of_a_scope_is_the_scope_s(string path)
    {
        Assert.That(UnitName.OfCgroup("/sys/fs/cgroup" + path, out string own).Name, Is.EqualTo("web-1.scope"));
        Assert.That(own, Is.EqualTo("/sys/fs/cgroup/a.slice/web-1.scope"));
    }

    [TestCase("")]
    [TestCase("container")]
    public void A_subgroup_is_a_name(string name) =>
        Assert.That(Subgroup.Of(new Dictionary<string, string> { [CgroupManager.SubgroupAnnotation] = name }), Is.EqualTo(name));

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a\0b")]
    [TestCase("a\nb")]
    [TestCase("b.scope")]
    public void A_subgroup_is_no_path_and_no_scope(string name) => Assert.That(
        () => Subgroup.Of(new Dictionary<string, string> { [CgroupManager.SubgroupAnnotation] = name }),
        Throws.TypeOf<CgroupException>().With.Message.Contain(CgroupManager.SubgroupAnnotation));

    [Test]
    public void A_name_that_is_too_long_is_refused() =>
        Assert.That(() => UnitName.Parse(null, new string('a', 241), false), Throws.TypeOf<CgroupException>().With.Message.Contain("255"));

    [TestCase("/a/b")]
    [TestCase("a.slice:b")]
    [TestCase("a.slice:b:")]
    [TestCase("a.slice:b:c:d")]
    public void A_path_of_another_form_is_refused_in_the_words_of_the_peers(string path) =>
        Assert.That(
            () => UnitName.Parse(path, "id", false),
            Throws.TypeOf<CgroupException>().With.Message.EqualTo($"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{path}\" instead"));

    [TestCase("a")]
    [TestCase(".slice")]
    [TestCase("-a.slice")]
    [TestCase("a-.slice")]
    [TestCase("a--b.slice")]
    [TestCase("a/b.slice")]
    public void What_is_no_slice_is_refused(string slice) =>
        Assert.That(() => UnitName.Parse($"{slice}:b:c", "id", false), Throws.TypeOf<CgroupException>().With.Message.Contain(slice));

    [Test]
    public void The_name_has_no_slash() =>
        Assert.That(() => UnitName.Parse("a.slice:b:../c", "id", false), Throws.TypeOf<CgroupException>().With.Message.Contain("slash"));
}
