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
