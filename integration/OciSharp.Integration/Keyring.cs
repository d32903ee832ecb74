namespace OciSharp.Integration;

/// <summary>keyrings(7): each container has a session keyring of its own, as runc and crun make one.</summary>
public sealed class Keyring : ContainerFixture
{
    [Test]
    public void A_new_session_keyring() =>
        Assert.That(Look("cat /proc/keys")[0], Does.Match($"keyring +_ses.{Scratch.Marker}"));

    [Test]
    public void No_new_keyring() => Assert.That(Run(NewBundle("cat /proc/keys"), "--no-new-keyring").Succeeded().Output, Does.Not.Contain(Scratch.Marker));

    [Test]
    public void A_user_may_use_it() =>
        Assert.That(Look(NewBundle().User(1000, 1000), "cat /proc/keys")[0], Does.Contain("_ses." + Scratch.Marker));
}
