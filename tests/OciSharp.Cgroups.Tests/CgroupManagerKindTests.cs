namespace OciSharp.Cgroups.Tests;

public class CgroupManagerKindTests
{
    [Test]
    public void Systemd_is_refused_rather_than_taken_for_something_else() => Assert.That(
        () => CgroupManager.For(CgroupManagerKind.Systemd, "system.slice:ocisharp:a", "a", rootless: false),
        Throws.TypeOf<CgroupException>().With.Message.Contains("--systemd-cgroup"));

    [Test]
    public void Disabled_makes_and_joins_nothing()
    {
        using var manager = CgroupManager.For(CgroupManagerKind.Disabled, null, "a", rootless: false);
        manager.Create(null);
        Assert.Multiple(() =>
        {
            Assert.That(manager.Paths, Is.Empty);
            Assert.That(manager.OpenForJoin(new int[CgroupManager.MaxJoinDescriptors], out _), Is.Zero);
        });
    }
}
