namespace OciSharp.Faults;

/// <summary>The file system of the root directory is full, or read-only.</summary>
public sealed class BrokenHostDisk : BrokenHost
{
    private const int MostInodes = 12, MostPages = 40;

    /// <summary>Each thing that a launch makes in the root directory is the one for which there is no inode left.</summary>
    [TestCase("run")]
    [TestCase("create")]
    public void Has_no_inode_left(string command)
    {
        var failures = Sweep(command, Written(), MostInodes, n => $"nr_inodes={n}");
        Assert.That(failures, Is.InRange(3, MostInodes - 1), "it fails at each, and succeeds at last");
    }

    /// <summary>Each page of what a launch writes there is the one for which there is no room: config.json and state.json have several.</summary>
    [TestCase("run")]
    [TestCase("create")]
    public void Has_no_page_left(string command)
    {
        var bundle = NewBundle("true");
        for (var i = 0; i < 10; i++) bundle.Annotation($"annotation{i}", new string('x', 2000));
        var failures = Sweep(command, bundle.Write().Path, MostPages, n => $"size={4 * n}k");
        Assert.That(failures, Is.InRange(10, MostPages - 1), "it fails at each, and succeeds at last");
    }

    /// <summary>On a disk that is full by now, containers are looked at, and above all deleted, as ever.</summary>
    [Test]
    public void Fills_up_behind_a_container()
    {
        var root = Root("size=200k,nr_inodes=30");
        var id = Scratch.NewName();
        foreach (var command in (string[])["state", "list", "start", "exec", "update --pids-limit 50", "pause", "resume", "ps", "kill", "delete", "delete --force"])
        {
            At(root, "create", "--bundle", Written(sleeps: true), id).Execute().Succeeded();
            if (command is "exec") At(root, "start", id).Execute().Succeeded();
            new Command(Scratch, ["/bin/sh", "-c", $"dd if=/dev/zero of={root}/fill bs=1k count=1000 2>/dev/null; i=0; while : > {root}/fill$i; do i=$((i+1)); done 2>/dev/null; true"]).Execute();
            string[] arguments = [.. command.Split(' '), .. command == "list" ? Array.Empty<string>() : [id], .. command == "exec" ? (string[])["/bin/true"] : []];
            var result = At(root, arguments).Within(Soon).Execute();
            // There is nothing to resume, and the new limit could not be kept.
            if (command is "resume" or "update --pids-limit 50") IsOneError(result.Failed());
            else result.Succeeded();
            At(root, "delete", "--force", id).Execute().Succeeded();
            foreach (var file in Directory.GetFiles(root)) File.Delete(file);
            Assert.That(Directory.GetFileSystemEntries(root), Is.Empty, command);
        }
    }

    [TestCase("run")]
    [TestCase("create")]
    public void Is_read_only(string command)
    {
        var root = Root("ro");
        foreach (var place in (string[])[root, root + "/below"]) Refuses(At(place, command, "--bundle", Written(), Scratch.NewName()), "read-only file system", "--root");
    }

    [Test]
    public void Has_a_file_where_the_root_directory_would_be()
    {
        var file = Scratch.NewFile("root");
        Refuses(At(file, "create", "--bundle", Written(), Scratch.NewName()), "not a directory");
        Refuses(At(file + "/below", "create", "--bundle", Written(), Scratch.NewName()), "not a directory", "--root");
        Refuses(At("/proc/nothing", "create", "--bundle", Written(), Scratch.NewName()), "no such file or directory", "--root");
    }

    /// <summary>Launches in a root directory that is a little larger each time, until there is room.</summary>
    /// <returns>How often there was none.</returns>
    private int Sweep(string command, string bundle, int most, Func<int, string> size)
    {
        for (var n = 1; n <= most; n++)
        {
            var root = Root(size(n));
            var id = Scratch.NewName();
            var succeeded = SucceedsOrRefuses(At(root, command, "--bundle", bundle, id));
            if (succeeded && command == "create") At(root, "delete", id).Execute().Succeeded();
            Assert.That(Directory.GetFileSystemEntries(root), Is.Empty, size(n));
            if (succeeded) return n - 1;
        }

        return most;
    }

    private string Root(string options) => Scratch.Mount($"{Scratch.Path}/{Scratch.NewName()}.root", "--make-private", "-t", "tmpfs", "-o", $"mode=755,{options}", "tmpfs");

    private Command At(string root, params string[] arguments) => Runtime.Bare(["--root", root, .. arguments]);
}
