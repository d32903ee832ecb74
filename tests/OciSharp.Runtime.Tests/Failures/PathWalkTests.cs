using OciSharp.Linux;
using OciSharp.Runtime.Failures;

namespace OciSharp.Runtime.Tests.Failures;

/// <summary>Where a path ends, in a tree that somebody made who means us harm.</summary>
public sealed class PathWalkTests
{
    private TemporaryDirectory _tree = null!;
    private OwnedFd _root = null!;

    private static Asker Nobody => new(65534, 65534, [], 0);

    [SetUp]
    public void SetUp()
    {
        _tree = new TemporaryDirectory();
        foreach (string name in (string[])["a/b", "closed/in"])
            Directory.CreateDirectory($"{_tree.Path}/{name}");
        _tree.File("a/b/file", "x", UnixFileMode.UserRead);
        File.SetUnixFileMode(_tree.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode($"{_tree.Path}/closed", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _root = Syscall.Open(Fcntl.AT_FDCWD, _tree.Path, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
    }

    [TearDown]
    public void TearDown()
    {
        _root.Dispose();
        _tree.Dispose();
    }

    [TestCase("/a/b/file", "/a/b/file")]
    [TestCase("//a/./b//file", "/a/b/file")]
    [TestCase("/a/../../../a/b/file", "/a/b/file")]
    [TestCase("b/file", "/a/b/file")]
    [TestCase("/a/b/", "/a/b")]
    [TestCase("/", "")]
    public void What_is_there_is_found(string path, string place)
    {
        using PathWalk walk = Walk(path);
        Assert.That((walk.Obstacle, walk.Place), Is.EqualTo((Obstacle.None, place)));
        Assert.That(walk.File, Is.Not.Null);
        Assert.That(walk.Why(path), Is.Null);
    }

    [TestCase("/no/such", "there is no /no")]
    [TestCase("/a/no/such", "there is no /a/no")]
    [TestCase("/a/no", null)]
    [TestCase("/a/b/file/x", "/a/b/file is a file, not a directory")]
    public void What_is_not_is_named(string path, string? why)
    {
        using PathWalk walk = Walk(path);
        Assert.That(walk.Why(path), Is.EqualTo(why));
        Assert.That(walk.File, Is.Null);
    }

    [Test]
    public void A_directory_that_is_closed_to_the_one_who_asks()
    {
        using PathWalk walk = PathWalk.Of(_root.Value, "/closed/in", "/", Nobody);
        Assert.That(walk.Obstacle, Is.EqualTo(Obstacle.Unsearchable));
        Assert.That(walk.Why("/closed/in"), Does.StartWith("the directory /closed may not be searched (mode 0700, owner ").And.EndWith(", asked by 65534:65534)"));
    }

    [Test]
    public void Links_stay_inside()
    {
        Link("up", "../../../../a/b/file");
        Link("absolute", "/a/b/file");
        Link("chain", "absolute");
        Link("a/relative", "b/../../chain");
        foreach (string name in (string[])["/up", "/absolute", "/chain", "/a/relative"])
        {
            using PathWalk walk = Walk(name);
            Assert.That((walk.Obstacle, walk.Place), Is.EqualTo((Obstacle.None, "/a/b/file")), name);
        }
    }

    [Test]
    public void Links_without_an_end()
    {
        Link("self", "self");
        Link("ping", "pong");
        Link("pong", "ping");
        Link("growing", "growing/x");
        foreach (string name in (string[])["/self", "/ping", "/growing"])
        {
            using PathWalk walk = Walk(name);
            Assert.That(walk.Obstacle, Is.EqualTo(Obstacle.Loop), name);
        }
    }

    [Test]
    public void A_path_of_thousands_of_components_is_given_up()
    {
        using PathWalk walk = Walk(string.Concat(Enumerable.Repeat("/a/..", 1000)));
        Assert.That(walk.Obstacle, Is.EqualTo(Obstacle.Unknown));
    }

    [Test]
    public void A_dangling_link_is_named()
    {
        Link("app", "/opt/app");
        using PathWalk walk = Walk("/app");
        Assert.That(walk.Why("/app"), Is.EqualTo("the link /app leads to /opt, which is not there"));
    }

    [Test]
    public void Links_of_procfs_are_no_paths()
    {
        using OwnedFd host = Syscall.Open(Fcntl.AT_FDCWD, "/", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        using PathWalk walk = PathWalk.Of(host.Value, "/proc/self/root/etc", "/", null);
        Assert.That(walk.Obstacle, Is.EqualTo(Obstacle.Unknown));
    }

    [Test]
    public void Only_files_are_read()
    {
        HostProgram.Output("mkfifo", $"{_tree.Path}/fifo");
        using PathWalk walk = Walk("/fifo");
        Assert.That(FileHead.Open(walk.File!, walk.Stat), Is.Null);
    }

    [TestCase("Uid:\t0\t0\t0\t1000\nGid:\t0\t0\t0\t100\nGroups:\t4 24 \nCapEff:\t0000000000000002\n", 1000u, 100u, 2, 2ul)]
    [TestCase("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\nCapEff:\t000001ffffffffff\n", 0u, 0u, 0, 0x1ffffffffffuL)]
    public void Who_asks_is_in_the_status(string status, uint uid, uint gid, int groups, ulong capabilities)
    {
        Asker asker = Asker.Parse(status)!;
        Assert.That((asker.Uid, asker.Gid, asker.Groups.Length, asker.Capabilities), Is.EqualTo((uid, gid, groups, capabilities)));
    }

    [TestCase(0x1c0, 1u, 1u, 0ul, true, true)] // 0700, the owner
    [TestCase(0x038, 1u, 1u, 0ul, false, false)] // 0070, the owner: what the group may does not count
    [TestCase(0x038, 2u, 1u, 0ul, true, true)]
    [TestCase(0x001, 2u, 2u, 0ul, true, true)]
    [TestCase(0x1f8, 2u, 2u, 0ul, false, false)] // 0770, somebody else
    [TestCase(0x180, 2u, 2u, 2ul, true, false)] // 0600, CAP_DAC_OVERRIDE
    [TestCase(0x040, 2u, 2u, 2ul, true, true)]
    [TestCase(0x180, 2u, 2u, 4ul, true, false)] // CAP_DAC_READ_SEARCH
    public void Who_may_what(int mode, uint uid, uint gid, ulong capabilities, bool search, bool execute)
    {
        var file = new statx_t { stx_mode = (ushort)mode, stx_uid = 1, stx_gid = 1 };
        var asker = new Asker(uid, gid, [], capabilities);
        Assert.That((asker.MaySearch(file), asker.MayExecute(file)), Is.EqualTo((search, execute)));
    }

    [TestCase("alice:100000:65536\nbob:165536:65536\n", "where alice has 100000:65536 (first:count)")]
    [TestCase("alice:100000:65536\n1000:300000:10\n", "where alice has 100000:65536 and 300000:10 (first:count)")]
    [TestCase("bob:165536:65536\nalice:nonsense\n", "where alice has none")]
    public void The_ranges_of_a_user(string file, string words) => Assert.That(SubordinateIds.Describe(file, 1000, "alice"), Is.EqualTo(words));

    private PathWalk Walk(string path) => PathWalk.Of(_root.Value, path, "/a", null);

    private void Link(string name, string target) => File.CreateSymbolicLink($"{_tree.Path}/{name}", target);
}
