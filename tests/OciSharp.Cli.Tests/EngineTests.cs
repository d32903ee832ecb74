using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

/// <summary>The argument lists that engines produce, and what has to arrive. A flag is written name=value here, a switch as its name.</summary>
public class EngineTests
{
    // go-runc: containerd's shim, dockerd.
    [TestCase("--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json --systemd-cgroup create --bundle /b --pid-file /b/init.pid --console-socket /tmp/pty.sock --no-pivot --no-new-keyring web",
        "root=/run/containerd/runc/k8s.io log=/b/log.json log-format=json systemd-cgroup", "create", "bundle=/b pid-file=/b/init.pid console-socket=/tmp/pty.sock no-pivot no-new-keyring", "web")]
    [TestCase("--root /r --debug --log /l --log-format json --rootless=true create --bundle /b --pid-file /p --pidfd-socket /s --detach --preserve-fds 2 web",
        "root=/r debug log=/l log-format=json rootless=true", "create", "bundle=/b pid-file=/p pidfd-socket=/s detach preserve-fds=2", "web")]
    [TestCase("--root /r --log /l --log-format json start web", "root=/r log=/l log-format=json", "start", "", "web")]
    [TestCase("--root /r --log /l --log-format json run --bundle /b --detach --keep web", "root=/r log=/l log-format=json", "run", "bundle=/b detach keep", "web")]
    [TestCase("--root /r delete --force web", "root=/r", "delete", "force", "web")]
    [TestCase("--root /r kill --all web 9", "root=/r", "kill", "all", "web 9")]
    [TestCase("--root /r list --format=json", "root=/r", "list", "format=json", "")]
    [TestCase("--root /r state web", "root=/r", "state", "", "web")]
    [TestCase("--root /r features", "root=/r", "features", "", "")]
    [TestCase("--root /r ps --format json web", "root=/r", "ps", "format=json", "web")]
    [TestCase("--root /r ps --format table web -o pid,cmd -f", "root=/r", "ps", "format=table", "web -o pid,cmd -f")]
    [TestCase("--root /r pause web", "root=/r", "pause", "", "web")]
    [TestCase("--root /r resume web", "root=/r", "resume", "", "web")]
    // conmon: podman, CRI-O.
    [TestCase("--systemd-cgroup --log-format=json --log /c/oci-log create --bundle /c/userdata --pid-file /c/pidfile --no-pivot --console-socket /c/attach web",
        "systemd-cgroup log-format=json log=/c/oci-log", "create", "bundle=/c/userdata pid-file=/c/pidfile no-pivot console-socket=/c/attach", "web")]
    [TestCase("--cgroup-manager disabled create --bundle /c --pid-file /p web", "cgroup-manager=disabled", "create", "bundle=/c pid-file=/p", "web")]
    // podman itself.
    [TestCase("kill --all web 15", "", "kill", "all", "web 15")]
    [TestCase("kill web 37", "", "kill", "", "web 37")]
    [TestCase("--rootless=false delete --force web", "rootless=false", "delete", "force", "web")]
    // CRI-O.
    [TestCase("--root /run/runc kill web KILL", "root=/run/runc", "kill", "", "web KILL")]
    [TestCase("--root /run/runc kill -a web 9", "root=/run/runc", "kill", "all", "web 9")]
    // buildah.
    [TestCase("create --bundle /b --pid-file /b/pid --no-new-keyring buildah-1", "", "create", "bundle=/b pid-file=/b/pid no-new-keyring", "buildah-1")]
    [TestCase("kill buildah-1 SIGKILL", "", "kill", "", "buildah-1 SIGKILL")]
    // crun's own.
    [TestCase("--log file:/l delete --force --regex web-.*", "log=file:/l", "delete", "force regex", "web-.*")]
    [TestCase("run -b /b -f other.json web", "", "run", "bundle=/b config=other.json", "web")]
    // The order that Go programs allow and others write.
    [TestCase("--root=/r kill web --all TERM", "root=/r", "kill", "all", "web TERM")]
    [TestCase("run web --bundle /b -d", "", "run", "bundle=/b detach", "web")]
    public void Arrive(string line, string globals, string name, string flags, string arguments)
    {
        string[] words = line.Split(' ');
        var global = new GlobalFlags();
        int next = Parser.ParseLeading(global.All, global.Help, words);
        Command command = CommandTable.Find(words[next])!;
        List<string> actual = Parser.Parse(command, words.AsSpan(next + 1));

        Assert.That(command.Name, Is.EqualTo(name));
        Assert.That(Set(global.All), Is.EquivalentTo(Words(globals)));
        Assert.That(Set(command.Flags), Is.EquivalentTo(Words(flags)));
        Assert.That(actual, Is.EqualTo(Words(arguments)));
        Assert.That(() => Parser.CheckArguments(command, actual.Count), Throws.Nothing);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Set(Flag[] flags) => flags.Where(flag => flag.IsSet).Select(flag => flag switch
    {
        TextFlag text => $"{text.Name}={text.Value}",
        NumberFlag number => $"{number.Name}={number.Value}",
        Switch { Value: true } on => on.Name,
        _ => $"{flag.Name}=false",
    });
}
