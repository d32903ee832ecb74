using System.Text.Json.Nodes;

namespace OciSharp.Security;

/// <summary>What we do not need, we do not have: descriptors, rights of others on our files, settings of the caller, core dumps.</summary>
public sealed class LeastPrivilege : ContainerFixture
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, octal 02000000

    /// <summary>Settings that would change a program of .NET, of the C library, or of its loader.</summary>
    private string[] Hostile =>
    [
        "DOTNET_gcServer=1", "DOTNET_GCHeapHardLimit=0x1000", "DOTNET_GCHeapCount=20", "DOTNET_GCgen0size=0x10", "DOTNET_GCConserveMemory=9", "DOTNET_GCName=/nonexistent.so",
        "DOTNET_GCHeapAffinitizeMask=0xffff0000", "DOTNET_TieredCompilation=0", "DOTNET_TieredPGO=0", "DOTNET_EnableHWIntrinsic=0", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0",
        "DOTNET_EnableEventPipe=1", $"DOTNET_EventPipeOutputPath={Scratch.Temporary}/trace.nettrace", "DOTNET_EventPipeConfig=*:5:5", "DOTNET_EnableDiagnostics=1",
        $"DOTNET_DiagnosticPorts={Scratch.Temporary}/port", "DOTNET_DefaultDiagnosticPortSuspend=1", "DOTNET_DbgEnableMiniDump=1", $"DOTNET_DbgMiniDumpName={Scratch.Temporary}/dump",
        $"DOTNET_StressLog={Scratch.Temporary}/stress", "DOTNET_StartupHooks=/nonexistent.dll", "DOTNET_gcTrace=1", "DOTNET_LTTng=1",
        "COMPlus_gcServer=1", "COMPlus_GCHeapHardLimit=1000", "CORECLR_ENABLE_PROFILING=1", "CORECLR_PROFILER_PATH=/nonexistent.so", "COREHOST_TRACE=1", $"COREHOST_TRACEFILE={Scratch.Temporary}/host",
        "LD_PRELOAD=/nonexistent.so", "LD_LIBRARY_PATH=/nonexistent", "LD_DEBUG=all", $"LD_DEBUG_OUTPUT={Scratch.Temporary}/ld", "LD_AUDIT=/nonexistent.so", "LD_BIND_NOT=1",
        "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.malloc.arena_max=1", "MALLOC_CHECK_=3", "MALLOC_PERTURB_=85", $"GCONV_PATH={Scratch.Temporary}", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "TZ=:/nonexistent",
        "HOME=/nonexistent", "TMPDIR=/nonexistent", "PWD=/nonexistent", "OLDPWD=/nonexistent", "IFS=/", "POSIXLY_CORRECT=1", "LOCPATH=/nonexistent",
    ];

    /// <summary>The same is done and said with these settings as without, and nothing is written where they say.</summary>
    [Test]
    [Differs("runc", "it is linked dynamically: the loader obeys LD_*")]
    [Differs("crun", "it is linked dynamically: the loader obeys LD_*")]
    public void No_setting_of_the_caller_s_environment_has_an_effect()
    {
        var bundle = NewBundle().Args("/bin/env").Write().Path;
        var hook = NewBundle().Args("/bin/sleep", "1000").Write().Path;
        string[] plain = ["PATH=/usr/bin:/bin"];
        Assert.That(Everything(bundle, hook, [.. plain, .. Hostile]), Is.EqualTo(Everything(bundle, hook, plain)));
        Assert.That(Directory.GetFileSystemEntries(Scratch.Temporary), Is.Empty);
    }

    /// <summary>What these commands print, and how they end.</summary>
    private string Everything(string bundle, string sleeper, string[] environment)
    {
        var id = Scratch.NewName();
        string[][] commands =
        [
            ["run", "--bundle", bundle, id], ["create", "--bundle", sleeper, id], ["start", id], ["state", id], ["exec", id, "/bin/env"], ["list", "-q"], ["ps", "--format", "json", id],
            ["kill", id, "KILL"], ["delete", "--force", id], ["state", id], ["features"], ["--help"], ["no-such-command"],
        ];
        var seen = "";
        foreach (var command in commands)
        {
            var result = Runtime.Command(command).Environment("TMPDIR", null).Through(["/usr/bin/env", "-i", .. environment]).Execute();
            if (command[0] == "state" && result.ExitCode == 0) seen += JsonNode.Parse(result.Output)!["status"] + "\n";
            else seen += $"{result.ExitCode}\n{result.Output}\n{result.Error}".Replace(id, "ID");
        }

        return System.Text.RegularExpressions.Regex.Replace(seen, "time=\"[^\"]*\"|[0-9]{2,}", "N");
    }

    /// <summary>All that the parent, and what becomes the container's init, have open beside stdio ends with execve(2), at each moment that a hook can look at.</summary>
    [TestCase("createRuntime")]
    [TestCase("createContainer")]
    [TestCase("poststart")]
    [Differs("runc", "its sockets to init are not close-on-exec; they are closed one by one")]
    [Differs("crun", "its pipes to init are not close-on-exec; they are closed one by one")]
    public void Every_descriptor_is_close_on_exec(string kind)
    {
        var seen = Scratch.NewFile("seen");
        // The shell's own look at the host's /proc, also from the container's namespaces: its parent is the runtime, or init.
        var script = Scratch.NewScript($$"""
            read -r line < /proc/self/stat
            set -- $line
            for process in $4 $(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p'); do
              for fd in /proc/$process/fd/*; do
                n=${fd##*/}
                echo "$process $n $(sed -n 's/^flags:[[:space:]]*//p' /proc/$process/fdinfo/$n) $(readlink $fd)" >> {{seen}}
              done
            done
            echo "self $(ls /proc/self/fd | tr '\n' ' ')" >> {{seen}}
            """);
        RunDetached(NewBundle().Args("/bin/sleep", "1000").Hook(kind, new JsonObject { ["path"] = script, ["env"] = Bundle.Strings("PATH=/usr/bin:/bin") }));
        var lines = File.ReadAllLines(seen);
        // What whoever runs the tests has leaked to us, and we to the runtime, is not the runtime's.
        var leaked = new Command(Scratch, ["/usr/bin/find", "/proc/self/fd", "-printf", "%f %l\n"]).Execute().Succeeded().Lines;
        string[][] open = [.. lines.Where(l => !l.StartsWith("self")).Select(l => l.Split(' ', 4))
            .Where(f => f.Length == 4 && f[2].Length > 0 && int.Parse(f[1]) > 2 && !leaked.Contains($"{f[1]} {f[3]}"))];
        if (kind != "poststart") Assert.That(open, Is.Not.Empty, "the hook saw nothing");
        foreach (var descriptor in open) Assert.That(Convert.ToInt32(descriptor[2], 8) & CloseOnExec, Is.Not.Zero, string.Join(' ', descriptor));
        Assert.That(lines.Last(), Is.EqualTo("self 0 1 2 3 "), "3 is that of ls");
    }

    /// <summary>Whatever the umask of the caller: the state can be looked at by its owner only.</summary>
    [TestCase("000")]
    [TestCase("022")]
    [TestCase("077")]
    [Differs("runc", "directories of containers have mode 0711, and there is no copy of config.json")]
    [Differs("crun", "the files have other names")]
    public void The_state_is_the_owner_s_only(string mask)
    {
        var root = $"{Scratch.Path}/{Scratch.NewName()}/root";
        var id = Scratch.NewName();
        Runtime.Bare("--root", root, "create", "--bundle", NewBundle().Write().Path, id).After($"umask {mask};").Execute().Succeeded();
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.That(File.GetUnixFileMode(root) & others, Is.EqualTo(UnixFileMode.None), "others may enter, but neither list nor write");
        Assert.That(File.GetUnixFileMode($"{root}/{id}"), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        foreach (var file in (string[])["state.json", "config.json"]) Assert.That(File.GetUnixFileMode($"{root}/{id}/{file}"), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
        Runtime.Bare("--root", root, "delete", id).Execute().Succeeded();
    }

    /// <summary>Members of a group that may write to the root directory could put a container of their own there, with hooks that root runs.</summary>
    [Test]
    [Differs("runc", "nobody looks at who may write to the root directory")]
    [Differs("crun", "nobody looks at who may write to the root directory")]
    public void A_root_directory_that_a_group_may_write_to_is_refused()
    {
        var root = Scratch.NewDirectory("root");
        File.SetUnixFileMode(root, (UnixFileMode)0x1f8); // 0770
        var id = Scratch.NewName();
        var bundle = NewBundle().Write().Path;
        Runtime.Bare("--root", root, "create", "--bundle", bundle, id).Execute().Succeeded(); // root's own group
        Runtime.Bare("--root", root, "delete", id).Execute().Succeeded();
        Libc.Check(Libc.chown(root, 0, 4321), "chown");
        Runtime.Bare("--root", root, "create", "--bundle", bundle, id).Execute().Failed("group", "chmod g-w");
        Runtime.Bare("--root", root, "list").Execute().Failed("group");
    }

    /// <summary>A core of what is on its way into the container would hold its environment, and the host's: there is none, whatever the limit.</summary>
    [Test]
    [Differs("runc", "runc 1.1.5 makes no container that has neither a pid namespace nor /proc, as the test needs it")]
    public void What_waits_for_its_start_leaves_no_core()
    {
        Require.That(File.ReadAllText("/proc/sys/kernel/core_pattern").Trim() == "core", "cores are not files in the working directory here");
        Require.That(DumpsCore(), "RLIMIT_CORE cannot be raised here, or nothing is dumped");
        var directory = Scratch.NewDirectory("cores");
        // The init of a pid namespace would not even end.
        var bundle = NewBundle().WithoutNamespace("pid").WithoutMount("/proc").WithLinux("cgroupsPath", "/" + Scratch.NewName()).Write();
        var id = Scratch.NewName();
        Runtime.Command("create", "--bundle", bundle.Path, id).After("ulimit -c unlimited;").Directory(directory).Execute().Succeeded();
        var pid = (int)JsonNode.Parse(Runtime.Execute("state", id).Output)!["pid"]!;
        _ = Libc.kill(pid, 6);
        Wait.Until(() => !OurProcesses.Lives(pid), () => "it does not end");
        string[] places = [directory, bundle.Path, bundle.Rootfs, Scratch.Path];
        Assert.That(places.SelectMany(p => Directory.GetFiles(p, "core*")), Is.Empty);
        Runtime.Execute("delete", id).Succeeded();
    }

    /// <summary>The program's limit is the configuration's, or the caller's: what was good for us is not meant for it.</summary>
    [Test]
    public void The_program_has_its_own_limit_of_cores()
    {
        var bundle = NewBundle("ulimit -Sc; ulimit -Hc");
        Assert.That(RunCommand(bundle).After("ulimit -c 0;").Execute().Succeeded().Output, Is.EqualTo("0\n0\n"));
        bundle.WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_CORE", ["soft"] = 0, ["hard"] = 0 }));
        Assert.That(RunCommand(bundle).Execute().Succeeded().Output, Is.EqualTo("0\n0\n"));
    }

    /// <summary>Whether a process that ends by SIGABRT leaves a core: else that of a container proves nothing.</summary>
    private bool DumpsCore()
    {
        var directory = Scratch.NewDirectory("control");
        _ = new Command(Scratch, ["/bin/sh", "-c", "kill -ABRT $$"]).After("ulimit -c unlimited;").Directory(directory).Execute();
        return Directory.GetFiles(directory, "core*").Length > 0;
    }
}
