using System.Text;

namespace OciSharp.Cgroups.Tests;

public sealed class CgroupPathTests
{
    [TestCase(null, "/own/id")]
    [TestCase("", "/own/id")]
    [TestCase("a/b", "/own/a/b")]
    [TestCase("/a/b", "/a/b")]
    [TestCase("//a/./b/", "/a/b")]
    [TestCase("system.slice:runc:x", "/own/system.slice:runc:x")]
    public void A_path_starts_at_the_root_or_below_our_own(string? path, string expected) =>
        Assert.That(Encoding.UTF8.GetString(CgroupPath.Parse(path, "id").In("/own"u8)), Is.EqualTo(expected));

    [Test]
    public void Below_the_root_there_is_one_slash() =>
        Assert.That(Encoding.UTF8.GetString(CgroupPath.Parse("a", "id").In("/"u8)), Is.EqualTo("/a"));

    [TestCase("/")]
    [TestCase("/./")]
    [TestCase("/a/../..")]
    [TestCase("../a")]
    [TestCase("/a\0b")]
    [TestCase("/a\nb")]
    public void A_path_that_is_not_the_containers_own_is_refused(string path) =>
        Assert.That(() => CgroupPath.Parse(path, "id"), Throws.TypeOf<CgroupException>().With.Message.Contain("cgroupsPath"));
}
