namespace OciSharp.Integration;

/// <summary>config.md, "Linux mount options" (idmap, ridmap) and "POSIX-platform Mounts" (uidMappings, gidMappings).</summary>
public sealed class IdmappedMounts : ContainerFixture
{
    private const string Younger = "config.md, Linux mount options: `idmap` SHOULD be there; younger than runc 1.1.5";

    [Test]
    [Differs("runc", Younger)]
    public void With_mappings_of_their_own()
    {
        var bundle = NewBundle().Mount("/m", Source(), null, "rbind", "idmap");
        SetMappings(bundle, (0, 4000, 2000), (0, 5000, 2000));
        var inside = Look(bundle, "stat -c %u:%g /m /m/of1000 /m/below/of1000", "cat /proc/self/mountinfo");
        Assert.That(inside.Lines(0), Is.EqualTo((string[])["4000:5000", "5000:6000", "1000:1000"]), "the mount below is not mapped");
        Assert.That(inside.Mount(1, "/m").Options, Does.Contain("idmapped"));
    }

    [Test]
    [Differs("runc", Younger)]
    [Differs("crun", "config.md, Linux mount options: `ridmap` maps recursively; crun 1.8.1 maps the top only")]
    public void Recursively()
    {
        var bundle = NewBundle().Mount("/m", Source(), null, "rbind", "ridmap");
        SetMappings(bundle, (0, 4000, 2000), (0, 5000, 2000));
        Assert.That(Look(bundle, "stat -c %u:%g /m/of1000 /m/below/of1000").Lines(0), Is.EqualTo((string[])["5000:6000", "5000:6000"]));
    }

    [Test]
    [Differs("runc", Younger)]
    public void With_the_mappings_of_the_user_namespace()
    {
        var source = Source();
        var bundle = NewBundle().UserNamespace().Mount("/m", source, null, "bind", "idmap").Mount("/plain", source, null, "bind");
        var inside = Look(bundle, "stat -c %u:%g /m/of1000 /plain/of1000", "echo x > /m/new");
        Assert.That(inside.Lines(0), Is.EqualTo((string[])["1000:1000", "65534:65534"]));
        Assert.That(new Command(Scratch, ["/usr/bin/stat", "-c", "%u:%g", source + "/new"]).Execute().Text, Is.EqualTo("0:0"));
    }

    [Test]
    [Differs("runc", Younger)]
    public void Without_any_mapping_it_is_refused() => FailToCreate(NewBundle().Mount("/m", Source(), null, "bind", "idmap")).Failed();

    [TestCase("uidMappings")]
    [TestCase("gidMappings")]
    [Differs("runc", Younger)]
    [Differs("crun", "config.md, POSIX-platform Mounts: uidMappings \"MUST be specified along with `gidMappings`\"; crun 1.8.1 takes one alone")]
    public void One_mapping_without_the_other_is_refused(string name)
    {
        var bundle = NewBundle().Mount("/m", Source(), null, "bind", "idmap");
        bundle.Mounts[^1]![name] = UserNamespaces.Map((0, 4000, 2000));
        FailToCreate(bundle).Failed();
    }

    private static void SetMappings(Bundle bundle, (uint, uint, uint) uid, (uint, uint, uint) gid)
    {
        bundle.Mounts[^1]!["uidMappings"] = UserNamespaces.Map(uid);
        bundle.Mounts[^1]!["gidMappings"] = UserNamespaces.Map(gid);
    }

    /// <summary>A directory with a file of user 1000, and a mount below it with another.</summary>
    private string Source()
    {
        var source = Scratch.NewDirectory("source");
        var below = Scratch.Mount(source + "/below", "-t", "tmpfs", "tmpfs");
        foreach (var directory in (string[])[source, below])
        {
            File.WriteAllText(directory + "/of1000", "");
            Libc.Check(Libc.chown(directory + "/of1000", 1000, 1000), "chown");
        }

        return source;
    }
}
