using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OciSharp.Integration;

/// <summary>
/// docs/errors.md on real containers: each class of failures has one line with the step, the file, the reason, the remedy, the place in the
/// configuration and the id; the same from run, from create and start, and in the log.
/// </summary>
public sealed class FailureMessages : ContainerFixture
{
    private const string OurWords = "docs/errors.md: what the kernel leaves open is looked up and said; others have messages of their own, which that document shows";

    private static readonly Lazy<Dictionary<string, string>> s_remedies = new(ReadRemedies);

    /// <summary>Name, what breaks a bundle, what is said before the remedy, place, id.</summary>
    private static IEnumerable<TestCaseData> Launches()
    {
        foreach (var (name, path, content, what, place, id) in Programs()) yield return Case(name, b => Put(b, path, content).Args(path), what, place, id);
        yield return Case("not in PATH", b => b.Args("nginx").Env("PATH=/usr/bin:/bin"), "exec: \"nginx\": executable file not found in $PATH: PATH is /usr/bin:/bin", "$.process.args[0]", "OCI2101");
        yield return Case("no PATH", b => b.Args("nginx").Env("A=b"), "exec: \"nginx\": executable file not found in $PATH: process.env has no PATH", "$.process.args[0]", "OCI2101");
        yield return Case(
            "a command line as one argument", b => b.Args("echo hello"),
            "exec: \"echo hello\": executable file not found in $PATH: it has a space in it: in process.args, each argument is an element of its own", "$.process.args[0]", "OCI2101");
        yield return Case(
            "a dangling link", b => Link(b, "/bin/app", "/opt/app-1.0").Args("/bin/app"),
            "exec: \"/bin/app\": stat /bin/app: no such file or directory: the link /bin/app leads to /opt, which is not there", "$.process.args[0]", "OCI2102");
        yield return Case(
            "no permission for this user", b => Put(b, "/bin/app", "#!/bin/sh\n", 0x1c0).Args("/bin/app").User(1000, 1000),
            "exec: \"/bin/app\": permission denied: it may not be executed (mode 0700, owner 0:0, asked by 1000:1000)", "$.process.args[0]", "OCI2103");
        yield return Case(
            "a directory that is closed", b => Close(Put(b, "/closed/app", "#!/bin/sh\n"), "/closed").Args("/closed/app").User(1000, 1000),
            "exec: \"/closed/app\": permission denied: the directory /closed may not be searched (mode 0700, owner 0:0, asked by 1000:1000)", "$.process.args[0]", "OCI2104");
        yield return Case(
            "a mount with noexec", b => Put(b, "/data/app", "#!/bin/sh\n").Mount("/data", b.Rootfs + "/data", "bind", "bind", "noexec").Args("/data/app"),
            "exec: \"/data/app\": permission denied: it lies on the mount at /data, which has noexec", "$.mounts[6].options", "OCI2105");
        yield return Case(
            "an interpreter on a mount with noexec",
            b => Put(Put(b, "/data/sh", "#!/bin/sh\n"), "/app", "#!/data/sh\n").Mount("/data", b.Rootfs + "/data", "bind", "bind", "noexec").Args("/app"),
            "exec /app: permission denied: its first line names /data/sh, which lies on the mount at /data, which has noexec", "$.mounts[6].options", "OCI2105");
        yield return Case(
            "a working directory that is a file", b => Put(b, "/file", "").WithProcess("cwd", "/file"),
            "cannot make the working directory \"/file\" in the container's root: not a directory: /file is a file", "$.process.cwd", "OCI2205");
        yield return Case(
            "a root that is missing", b => b.Edit(c => c["root"]!["path"] = "nothing"),
            "cannot take \"BUNDLE/nothing\" from the host: no such file or directory", "$.root.path", "OCI2301");
        yield return Case(
            "a bind source that is missing", b => b.Mount("/x", "/no/such/source", null, "bind"),
            "cannot take \"/no/such/source\" from the host: no such file or directory: there is no /no", "$.mounts[6].source", "OCI2303");
        yield return Case(
            "a bind source behind a file", b => b.Mount("/x", "config.json/x", null, "bind"),
            "cannot take \"BUNDLE/config.json/x\" from the host: not a directory: BUNDLE/config.json is a file, not a directory", "$.mounts[6].source", "OCI2303");
        yield return Case(
            "a value that a mount refuses", b => b.Mount("/x", "tmpfs", "tmpfs", "mode=700", "size=banana"),
            "cannot mount tmpfs at /x: tmpfs: Bad value for 'size': invalid argument: the option is \"size=banana\"", "$.mounts[6].options[1]", "OCI2305");
        yield return Case(
            "an option that a mount does not know", b => b.Mount("/x", "tmpfs", "tmpfs", "banana"),
            "cannot mount tmpfs at /x: tmpfs: Unknown parameter 'banana': invalid argument: the option is \"banana\"", "$.mounts[6].options[0]", "OCI2305");
        yield return Case(
            "an option that mount(2) refuses", b => b.Mount("/x", "tmpfs", "tmpfs", "silent", "size=banana"),
            "cannot mount tmpfs at /x: invalid argument: tmpfs: Bad value for 'size': the option is \"size=banana\"", "$.mounts[6].options[1]", "OCI2305");
        yield return Case(
            "a file system that the kernel does not know", b => b.Mount("/x", "none", "nofs"),
            "cannot mount nofs at /x: no such device: the kernel knows no file system of that name", "$.mounts[6].type", "OCI2306");
        yield return Case(
            "a layer that is missing", b => b.Mount("/x", "overlay", "overlay", "lowerdir=/no/such/layer:/tmp"),
            "cannot mount overlay at /x: no such file or directory: lowerdir: there is no /no", "$.mounts[6].options[0]", "OCI2309");
        yield return Case(
            "a mount point in a file", b => Put(b, "/file", "").Mount("/file/x", "tmpfs", "tmpfs"),
            "cannot make or open the mount point \"/file/x\" in the container's root: not a directory: /file is a file, not a directory", "$.mounts[6]", "OCI2310");
        yield return Case(
            "a root file system that is not the user namespace's",
            b => b.UserNamespace().Edit(_ => Libc.Check(Libc.chown(b.Rootfs, 0, 0), "chown")).Mount("/x", "tmpfs", "tmpfs"),
            "cannot make or open the mount point \"/x\" in the container's root: permission denied: the directory above it belongs to 0:0 of the host", "$.mounts[6]", "OCI2310");
        yield return Case(
            "a device that is missing", b => b.Mount("/x", "/dev/no-such", "ext4"),
            "cannot mount ext4 at /x: /dev/no-such: Can't lookup blockdev: no such file or directory: there is no /dev/no-such", "$.mounts[6]", "OCI2308");
        yield return Case(
            "a mount over /proc/sys", b => b.Mount("/proc/sys", "tmpfs", "tmpfs"),
            "cannot mount at \"/proc/sys\": it lies inside of /proc, where nothing but proc itself and a few files may be covered", "$.mounts[6]", "OCI2311");
        yield return Case(
            "a namespace that is gone", b => b.Namespace("network", "/run/netns/no-such"),
            "cannot join the namespace at \"/run/netns/no-such\": no such file or directory: whoever held that namespace has let it go", "$.linux.namespaces[4].path", "OCI2401");
        yield return Case(
            "a file where a namespace was", b => b.Namespace("network", b.Rootfs + "/etc/passwd"),
            "\"BUNDLE/rootfs/etc/passwd\" is not a namespace of that type: invalid argument: what is there is a file like any other: the namespace was mounted on it, and is no more",
            "$.linux.namespaces[4].path", "OCI2401");
        yield return Case(
            "a namespace of another type", b => b.Namespace("network", "/proc/self/ns/uts"),
            "\"/proc/self/ns/uts\" is not a namespace of that type: invalid argument: what is there is a namespace of type \"uts\"", "$.linux.namespaces[4].path", "OCI2402");
        yield return Case(
            "a hook that fails", b => b.Hook("createRuntime", "/bin/sh", "-c", "echo one; echo two >&2; exit 3"),
            "error running createRuntime hook #0 (/bin/sh): exit status 3, output: one | two", "$.hooks.createRuntime[0]", "OCI2701");
        yield return Case(
            "a hook in the container that fails", b => b.Hook("createContainer", "/bin/sh", "-c", "echo one; echo two >&2; exit 3"),
            "error running hook /bin/sh: exit status 3, output: one | two", "$.hooks.createContainer[0]", "OCI2701");
        yield return Case(
            "a hook in the container that is missing", b => b.Hook("createContainer", "/no/such/hook"),
            "error running hook /no/such/hook: exit status 127, and it printed nothing: it is not there, or its interpreter is not", "$.hooks.createContainer[0]", "OCI2703");
        yield return Case(
            "a hook that is slow", b => b.Hook("createRuntime", new JsonObject { ["path"] = "/bin/sleep", ["args"] = Bundle.Strings("sleep", "60"), ["timeout"] = 1 }),
            "error running createRuntime hook #0 (/bin/sleep): killed, as it still ran after its timeout of 1 s, and it printed nothing", "$.hooks.createRuntime[0]", "OCI2702");
        yield return Case(
            "a hook that is missing", b => b.Hook("createRuntime", "/no/such/hook"),
            "error running createRuntime hook #0 (/no/such/hook): run /no/such/hook: no such file or directory", "$.hooks.createRuntime[0]", "OCI2703");
        yield return Case(
            "a filter that refuses execve", b => b.WithLinux("seccomp", Filter("SCMP_ACT_ERRNO", "execve")),
            "exec /bin/true: operation not permitted: execve is refused by a security module, or by a seccomp profile that does not allow it", "$.process.args", "OCI2114");
        yield return Case(
            "a file where a device belongs", b => Put(b, "/d/x", "").WithLinux("devices", new JsonArray(Devices.Device("/d/x", "c", 1, 3))),
            "\"/d/x\" exists and is not the device that is asked for: /d/x is a file", "$.linux.devices[0]", "OCI2801");
        yield return Case(
            "a sysctl that is missing", b => b.WithLinux("sysctl", new JsonObject { ["net.no.such"] = "1" }),
            "cannot write to \"/proc/sys/net/no/such\": no such file or directory: this kernel has none of that name", "$.linux.sysctl.net.no.such", "OCI2902");
    }

    /// <summary>Programs that cannot be executed: the same in a container's first process and in exec.</summary>
    private static IEnumerable<(string Name, string Path, byte[]? Content, string What, string Place, string Id)> Programs()
    {
        yield return ("missing", "/opt/app", null, "exec: \"/opt/app\": stat /opt/app: no such file or directory: there is no /opt", "$.process.args[0]", "OCI2102");
        yield return ("a missing loader", "/app", Elf(62, "/lib64/ld-no-such.so.2"), "exec /app: no such file or directory: its loader is /lib64/ld-no-such.so.2, which is not there: there is no /lib64", "$.process.args", "OCI2106");
        yield return ("a missing interpreter", "/app", Text("#!/usr/bin/perl -w\n"), "exec /app: no such file or directory: its first line names /usr/bin/perl, which is not there: there is no /usr", "$.process.args", "OCI2107");
        yield return ("a line of Windows", "/app", Text("#!/bin/sh\r\necho\r\n"), "exec /app: no such file or directory: its first line ends with a carriage return, as on Windows, and so names the interpreter \"/bin/sh\\r\"", "$.process.args", "OCI2108");
        yield return ("a long line", "/app", Text("#!/" + new string('x', 300) + "\n"), "exec /app: exec format error: its first line is longer than the 255 bytes that the kernel reads", "$.process.args", "OCI2108");
        yield return ("a relative interpreter", "/app", Text("#!no/sh\n"), "exec /app: no such file or directory: its first line names the interpreter no/sh by a path that is not absolute", "$.process.args", "OCI2108");
        yield return ("a byte order mark", "/app", [0xef, 0xbb, 0xbf, .. Text("#!/bin/sh\n")], "exec /app: exec format error: it begins with a byte order mark, behind which the kernel finds no #!", "$.process.args", "OCI2108");
        yield return ("another machine", "/app", Elf(22, null), "exec /app: exec format error: it is a program for IBM Z (s390x), and this machine is x86-64 (amd64)", "$.process.args", "OCI2109");
        yield return ("an interpreter for another machine", "/app", Text("#!/interpreter\n"), "exec /app: exec format error: its first line names /interpreter, which is a program for IBM Z (s390x), and this machine is x86-64 (amd64)", "$.process.args", "OCI2109");
        yield return ("an empty file", "/app", [], "exec /app: exec format error: it is empty", "$.process.args", "OCI2110");
        yield return ("a text", "/app", Text("echo hello\n"), "exec /app: exec format error: it is a text without a #! line", "$.process.args", "OCI2110");
        yield return ("half an ELF file", "/app", Elf(62, null)[..20], "exec /app: exec format error: it is an ELF file that is cut off or damaged", "$.process.args", "OCI2110");
        yield return ("a program for Windows", "/app", Text("MZ\0\0"), "exec /app: exec format error: it is a program for Windows", "$.process.args", "OCI2110");
        yield return ("a directory", "/bin", null, "exec: \"/bin\": is a directory, permission denied", "$.process.args[0]", "OCI2110");
        yield return ("a circle of links", "/circle", null, "exec: \"/circle\": too many levels of symbolic links: the link /circle leads in a circle", "$.process.args[0]", "OCI2112");
    }

    private static IEnumerable<TestCaseData> Executions()
    {
        foreach (var (name, path, _, what, place, id) in Programs())
        {
            if (path == "/app") continue; // each has a name of its own in one container: below
            yield return Exec(name, [], [path], what, place, id);
        }

        foreach (var (index, program) in Programs().Where(p => p.Path == "/app").Index()) yield return Exec(program.Name, [], [$"/app{index}"], program.What.Replace("exec /app", $"exec /app{index}"), program.Place, program.Id);
        yield return Exec("not in PATH", [], ["nginx"], "exec: \"nginx\": executable file not found in $PATH: PATH is /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "$.process.args[0]", "OCI2101");
        yield return Exec("no permission", ["--user", "1000:1000"], ["/root-only"], "exec: \"/root-only\": permission denied: it may not be executed (mode 0700, owner 0:0, asked by 1000:1000)", "$.process.args[0]", "OCI2103");
        yield return Exec("a directory that is closed", ["--user", "1000:1000"], ["/closed/app"], "exec: \"/closed/app\": permission denied: the directory /closed may not be searched (mode 0700, owner 0:0, asked by 1000:1000)", "$.process.args[0]", "OCI2104");
        yield return Exec("a working directory that is missing", ["--cwd", "/no/dir"], ["/bin/true"], "chdir to cwd (\"/no/dir\") set in config.json failed: no such file or directory: there is no /no", "$.process.cwd", "OCI2201");
        yield return Exec("a working directory that is a file", ["--cwd", "/etc/passwd"], ["/bin/true"], "chdir to cwd (\"/etc/passwd\") set in config.json failed: not a directory: /etc/passwd is a file, not a directory", "$.process.cwd", "OCI2202");

        static TestCaseData Exec(string name, string[] flags, string[] command, string what, string place, string id) =>
            new TestCaseData(flags, command, what, place, id).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Launches))]
    [Differs("runc", OurWords)]
    [Differs("crun", OurWords)]
    public void A_launch_that_fails_says_why(Action<Bundle> breakIt, string what, string place, string id)
    {
        var bundle = NewBundle().Args("/bin/true");
        breakIt(bundle);
        bundle.Write();
        var message = Message(what.Replace("BUNDLE", bundle.Path), place, id);

        CheckFailure(log => Runtime.Execute(["--log", log, "--log-format", "json", "run", "--bundle", bundle.Path, Scratch.NewName()]), 1, message);
        var name = Scratch.NewName();
        var created = false;
        CheckFailure(
            log =>
            {
                var create = Runtime.Execute(["--log", log, "--log-format", "json", "create", "--bundle", bundle.Path, name]);
                created = create.ExitCode == 0;
                return created ? Runtime.Execute("--log", log, "--log-format", "json", "start", name) : create;
            },
            1,
            message);
        if (!created) return;
        Assert.That(new Container(Runtime, name, null!).Status, Is.EqualTo("stopped"));
        Runtime.Execute("delete", name).Succeeded();
    }

    [TestCaseSource(nameof(Executions))]
    [Differs("runc", OurWords)]
    [Differs("crun", OurWords)]
    public void An_exec_that_fails_says_why(string[] flags, string[] command, string what, string place, string id)
    {
        var bundle = Close(Put(Put(NewBundle("sleep 100"), "/closed/app", "#!/bin/sh\n"), "/root-only", "#!/bin/sh\n", 0x1c0), "/closed");
        Put(Link(bundle, "/circle", "circle"), "/interpreter", Elf(22, null));
        foreach (var (index, program) in Programs().Where(p => p.Path == "/app").Index()) Put(bundle, $"/app{index}", program.Content!);
        var container = RunDetached(bundle);

        CheckFailure(log => Runtime.Execute(["--log", log, "--log-format", "json", "exec", .. flags, container.Id, .. command]), 255, Message(what, place, id));
    }

    [Test]
    [Differs("runc", OurWords)]
    [Differs("crun", OurWords)]
    public void A_program_that_is_being_written_is_busy()
    {
        var bundle = Put(NewBundle(), "/app", File.ReadAllBytes("/bin/busybox")).Args("/app").Write();
        using var open = new FileStream(bundle.Rootfs + "/app", FileMode.Open, FileAccess.Write);
        CheckFailure(
            log => Runtime.Execute(["--log", log, "--log-format", "json", "run", "--bundle", bundle.Path, Scratch.NewName()]), 1,
            Message("exec /app: text file busy: somebody has it open for writing", "$.process.args", "OCI2111"));
    }

    [Test]
    public void A_filter_that_kills_the_program_is_named()
    {
        var result = Run(NewBundle("true").WithLinux("seccomp", Filter("SCMP_ACT_KILL_PROCESS", "getuid", "geteuid", "brk", "getpid"))).Exited(128 + 31);
        if (RuntimeUnderTest.Name == "ocisharp") Assert.That(result.Error, Does.Contain("OCI2603").And.Contain("level=warning"));
    }

    [Test]
    [Differs("runc", OurWords)]
    [Differs("crun", OurWords)]
    public void Debug_adds_the_step()
    {
        var result = Runtime.Execute("--debug", "run", "--bundle", NewBundle().Args("/no/such").Write().Path, Scratch.NewName());
        Assert.That(result.Exited(1).Error, Does.Contain("to find the program: errno 2"));
    }

    /// <summary>One line on standard error, the same as the one message of level error in the log, and nothing left.</summary>
    private void CheckFailure(Func<string, CommandResult> run, int code, string message)
    {
        var log = Scratch.NewFile("log");
        var result = run(log).Exited(code);
        Assert.That(result.Error, Is.EqualTo(message + "\n"));
        var errors = File.ReadAllLines(log).Select(line => JsonNode.Parse(line)!).Where(line => (string)line["level"]! == "error");
        Assert.That(errors.Select(line => (string)line["msg"]!), Is.EqualTo(new[] { message }));
        Assert.That(result.Output, Is.Empty);
    }

    private static string Message(string what, string place, string id) => $"{what}; {s_remedies.Value[id]} ({place}, {id})";

    private static Dictionary<string, string> ReadRemedies()
    {
        var text = File.ReadAllText(RuntimeUnderTest.Repository() + "/docs/errors.md");
        return Regex.Matches(text, @"^### (OCI\d{4})\n\n.*\n\n.*\n- Remedy: (.*)$", RegexOptions.Multiline).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
    }

    private static TestCaseData Case(string name, Action<Bundle> breakIt, string what, string place, string id) => new TestCaseData(breakIt, what, place, id).SetArgDisplayNames(name);

    private static JsonObject Filter(string action, params string[] calls) => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["syscalls"] = new JsonArray(new JsonObject { ["names"] = Bundle.Strings(calls), ["action"] = action }),
    };

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static Bundle Put(Bundle bundle, string path, string text, int mode = 0x1ed) => Put(bundle, path, Text(text), mode);

    /// <summary>A file with this content, or nothing; and what goes with some of the cases.</summary>
    private static Bundle Put(Bundle bundle, string path, byte[]? content, int mode = 0x1ed)
    {
        if (path == "/circle") Link(bundle, path, "circle");
        if (content is null) return bundle;
        bundle.File(path, content);
        File.SetUnixFileMode(bundle.Rootfs + path, (UnixFileMode)mode);
        if (content.AsSpan().StartsWith("#!/interpreter"u8)) bundle.File("/interpreter", Elf(22, null));
        return bundle;
    }

    private static Bundle Link(Bundle bundle, string path, string target)
    {
        File.CreateSymbolicLink(bundle.Rootfs + path, target);
        return bundle;
    }

    /// <summary>A directory for root alone.</summary>
    private static Bundle Close(Bundle bundle, string path)
    {
        Directory.CreateDirectory(bundle.Rootfs + path);
        File.SetUnixFileMode(bundle.Rootfs + path, (UnixFileMode)0x1c0);
        return bundle;
    }

    /// <summary>The header of an ELF file with one segment: its loader, if it has one.</summary>
    private static byte[] Elf(ushort machine, string? loader)
    {
        byte[] name = loader is null ? [] : [.. Text(loader), 0];
        var file = new byte[120 + name.Length];
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file, 0);
        (file[16], file[18], file[19], file[20], file[32], file[52], file[54], file[56]) = (2, (byte)machine, (byte)(machine >> 8), 1, 64, 64, 56, 1);
        (file[64], file[72], file[96]) = ((byte)(loader is null ? 1 : 3), 120, (byte)name.Length);
        name.CopyTo(file, 120);
        return file;
    }
}
