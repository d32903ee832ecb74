using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>
/// CVE-2021-30465, CVE-2024-45310: while containers are launched on a shared volume, somebody else who has it exchanges directories in it for links that
/// lead out, thousands of times in a second. Every path is resolved once, inside the root, and what is made or mounted is made or mounted on that
/// descriptor: nothing appears outside, and nothing from outside inside.
/// </summary>
public sealed partial class Races : ContainerFixture
{
    private const int AtFdCwd = -100;
    private const uint RenameExchange = 2;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(5);

    private Bait _bait = null!;
    private string _volume = "";

    [SetUp]
    public void LayBait()
    {
        _bait = new Bait(Scratch);
        _volume = Scratch.NewDirectory("volume");
    }

    [TearDown]
    public void IsUntouched() => _bait?.Untouched();

    [Test]
    public void Of_mount_points()
    {
        var bundle = NewBundle(Search).Mount("/volume", _volume, null, "bind")
            .Mount("/volume/tmpfs", "tmpfs", "tmpfs").Mount("/volume/bind", Scratch.NewDirectory("source"), null, "bind").Mount("/volume/file/file", Scratch.NewFile("source"), null, "bind")
            .Mount("/volume/root", "tmpfs", "tmpfs").Mount("/volume/proc", "tmpfs", "tmpfs");
        Attack(bundle, [("tmpfs", Bait.Climb(_bait.Path)), ("bind", _bait.Path), ("file", Bait.Climb(_bait.Path)), ("root", "/"), ("proc", "/proc/sys")]);
    }

    [Test]
    [Differs("runc", "CVE-2024-45310: directories are made on the host")]
    [Differs("crun", "crun 1.8.1 launches nothing in such a volume")]
    public void Of_directories_files_and_devices_that_are_made()
    {
        var bundle = NewBundle(Search).Mount("/volume", _volume, null, "bind")
            .Mount("/volume/one/new/directory", "tmpfs", "tmpfs").Mount("/volume/two/new", "tmpfs", "tmpfs").Mount("/volume/three/new/file", Scratch.NewFile("source"), null, "bind")
            .WithProcess("cwd", "/volume/four/new/directory")
            .WithLinux("devices", new JsonArray(new JsonObject { ["path"] = "/volume/five/device", ["type"] = "c", ["major"] = 1, ["minor"] = 5, ["uid"] = 12, ["gid"] = 34 }));
        Attack(bundle, [.. ((string[])["one", "two", "three", "four", "five"]).Select(name => (name, Bait.Climb(_bait.Path)))], "rm -rf /volume/?*/new /volume/?*/device");
    }

    [Test]
    [Differs("crun", "a link is followed out of the root by tmpcopyup: files of the host are copied into the container")]
    public void Of_what_is_masked_and_copied_up()
    {
        Directory.CreateDirectory(_volume + "/copied/below");
        var bundle = NewBundle(Search + "; find /volume/copied -type f | xargs cat").Mount("/volume", _volume, null, "bind").Mount("/volume/copied", "tmpfs", "tmpfs", "tmpcopyup")
            .WithLinux("maskedPaths", Bundle.Strings("/volume/masked", "/volume/masked/file")).WithLinux("readonlyPaths", Bundle.Strings("/volume/read", "/volume/read/empty"));
        Attack(bundle, [("copied/below", Bait.Climb(_bait.Path)), ("masked", Bait.Climb(_bait.Path)), ("read", _bait.Path)]);
    }

    /// <summary>Finds what got into the container: the bait, under its own path or in the place of what was exchanged.</summary>
    private string Search => $"echo launched; cat {_bait.File} /proc/1/root{_bait.File} ./file /volume/*/file";

    private void Attack(Bundle bundle, (string Name, string Target)[] pairs, string? tidy = null)
    {
        foreach (var (name, target) in pairs)
        {
            Directory.CreateDirectory($"{_volume}/{name}");
            File.CreateSymbolicLink($"{_volume}/{name}.link", target);
        }

        bundle.Write();
        long exchanges = 0;
        var stop = false;
        var attacker = new Thread(() =>
        {
            for (var i = 0; !Volatile.Read(ref stop); i++)
            {
                var path = $"{_volume}/{pairs[i % pairs.Length].Name}";
                if (renameat2(AtFdCwd, path, AtFdCwd, path + ".link", RenameExchange) == 0) exchanges++;
                // The other side has to be fast enough to win now and then.
                if (i % 64 == 0) Thread.Sleep(0);
            }
        });
        attacker.Start();
        var clock = Stopwatch.StartNew();
        int rounds = 0, launched = 0;
        try
        {
            for (; clock.Elapsed < s_time && rounds < 400; rounds++)
            {
                var result = Run(bundle);
                Assert.That(result.Output, Does.Not.Contain(Bait.Secret), "something of the host is inside");
                if (result.Output.StartsWith("launched", StringComparison.Ordinal)) launched++;
                _bait.Untouched();
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            attacker.Join();
        }

        if (tidy is not null) _ = Run(NewBundle(tidy).Mount("/volume", _volume, null, "bind"));
        TestContext.Out.WriteLine($"{rounds} launches, {launched} of them of a container, {exchanges} exchanges");
        Assert.That(exchanges, Is.GreaterThan(rounds * 10L), "the attacker did not keep up: the test has shown nothing");
        Assert.That(launched, Is.Positive, "nothing was launched: the test has shown nothing");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
