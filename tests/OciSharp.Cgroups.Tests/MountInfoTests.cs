namespace OciSharp.Cgroups.Tests;

public sealed class MountInfoTests
{
    [Test]
    public void The_hierarchies_of_v1_win_over_cgroup2_beside_them() =>
        Assert.That(MountInfo.FindCgroups(Fixture.Cgroup("mountinfo-hybrid.txt")), Is.EqualTo(("/sys/fs/cgroup", false)));

    [Test]
    public void Cgroup2_is_found_anywhere_and_its_path_unescaped() =>
        Assert.That(MountInfo.FindCgroups(Fixture.Cgroup("mountinfo-v2-elsewhere.txt")), Is.EqualTo(("/mnt/my cgroups", true)));

    [Test]
    public void None_at_all_is_an_error_that_says_what_to_do() =>
        Assert.That(
            () => MountInfo.FindCgroups(Fixture.Cgroup("mountinfo-none.txt")),
            Throws.TypeOf<CgroupException>().With.Message.Contain("none is mounted").And.Message.Contain("--cgroup-manager disabled"));
}
