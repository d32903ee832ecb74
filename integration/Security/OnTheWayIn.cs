namespace OciSharp.Security;

/// <summary>
/// CVE-2016-9962: a process that joins a container is one of the runtime's until it executes the program, and is seen from inside. Nobody there
/// may trace it, or use its descriptors, root or memory: it is not dumpable before it joins.
/// </summary>
public sealed class OnTheWayIn : ContainerFixture
{
    private const int Uid = 4321;

    /// <summary>Looks at every process that is not a busybox, and says what it got hold of. No command of its own runs for that: it has to be fast.</summary>
    private const string Hunt = """
        echo hunting
        cd /proc
        while :; do
          for p in [0-9]*; do
            read -r name <$p/comm || continue
            case "$name" in sh|sleep|true) continue ;; esac
            echo "SEEN $name"
            got=
            for file in root/. cwd/. exe fd/0 fd/1 fd/3 fd/4 fd/5; do [ -e $p/$file ] && got="$got $file"; done
            { got="$got mem"; } 3<>$p/mem
            read -r name <$p/comm || continue
            case "$name" in sh|sleep|true) continue ;; esac
            [ -z "$got" ] || echo "GOT$got of $name"
          done
        done 2>/dev/null
        """;

    /// <summary>The container is root of the host without further privileges, or root of a user namespace with all of them.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void Exec(bool userNamespace)
    {
        var bundle = Slow(NewBundle(Hunt));
        if (userNamespace) WithAllCapabilities(bundle.UserNamespace());
        Observe(bundle, arguments => Runtime.Command(arguments).Input(""));
    }

    /// <summary>Without privileges on the host, the container's root is the very user whose process comes in.</summary>
    [Test]
    public void Exec_of_a_user()
    {
        var bundle = WithAllCapabilities(Slow(NewBundle(Hunt))).Namespace("user").WithoutMount("/dev/pts").WithoutMount("/dev/mqueue").WithoutMount("/sys").WithoutNamespace("network");
        foreach (var name in (string[])["uidMappings", "gidMappings"])
        {
            bundle.Linux[name] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["containerID"] = 0, ["hostID"] = Uid, ["size"] = 1 });
        }

        bundle.Linux.Remove("resources");
        foreach (var path in Directory.GetDirectories(bundle.Path, "*", SearchOption.AllDirectories).Append(bundle.Path).Append(Scratch.StateRoot).Append(Scratch.Temporary))
        {
            Libc.Check(Libc.chown(path, Uid, Uid), "chown");
        }

        Observe(bundle, arguments => Runtime.Command(arguments).Input("").Through("setpriv", "--reuid", $"{Uid}", "--regid", $"{Uid}", "--clear-groups"));
    }

    /// <summary>A second container in the pid namespace of the first one: its init is seen there from its birth, while it has the host's root.</summary>
    [Test]
    public void Run_in_the_same_pid_namespace()
    {
        var first = RunDetached(NewBundle(Hunt)).UntilOutput("hunting");
        var prey = Slow(NewBundle()).Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        for (var i = 0; i < 10; i++) RunCommand(prey).Input("").Execute().Succeeded();
        AssertSeenAndNotGot(first);
    }

    private void Observe(Bundle bundle, Func<string[], Command> command)
    {
        var id = Scratch.NewName();
        using var running = command(["run", "--bundle", bundle.Write().Path, id]).Start();
        Wait.Until(() => running.Output.Contains("hunting"), () => running.Error);
        for (var i = 0; i < 10; i++) command(["exec", id, "/bin/true"]).Execute().Succeeded();
        Wait.TryUntil(() => running.Output.Contains("SEEN"), 2);
        var output = running.Output;
        _ = command(["delete", "--force", id]).Execute(); // which run, in the foreground, may be doing too
        AssertSeenAndNotGot(output);
    }

    private static void AssertSeenAndNotGot(Container container)
    {
        Wait.TryUntil(() => container.Output.Contains("SEEN"), 2);
        AssertSeenAndNotGot(container.Output);
    }

    private static void AssertSeenAndNotGot(string output)
    {
        var lines = output.Split('\n');
        Assert.That(lines.Where(l => l.StartsWith("GOT", StringComparison.Ordinal)).Distinct(), Is.Empty);
        Require.That(lines.Any(l => l.StartsWith("SEEN", StringComparison.Ordinal)), "the hunter was too slow to see any process of the runtime");
    }

    /// <summary>The image holds up whoever looks for the home directory: there is time to look.</summary>
    private static Bundle Slow(Bundle bundle)
    {
        const int length = 1024, lines = 16 << 10;
        var nobody = "nobody:" + new string('x', length - 8) + "\n";
        File.WriteAllText(bundle.Rootfs + "/etc/passwd", string.Concat(Enumerable.Repeat(nobody, lines - 1)) + "root:x:0:0::/root:/bin/sh\n");
        return bundle;
    }

    private static Bundle WithAllCapabilities(Bundle bundle)
    {
        foreach (var set in (string[])["bounding", "effective", "permitted"])
        {
            foreach (var name in (string[])["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN", "CAP_SETUID"]) bundle.Process["capabilities"]![set]!.AsArray().Add(name);
        }

        return bundle;
    }
}
