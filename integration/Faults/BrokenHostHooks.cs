using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OciSharp.Faults;

/// <summary>Hooks that hang, print without an end, or leave processes that hold all that they were given.</summary>
public sealed class BrokenHostHooks : BrokenHost
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Test]
    public void Hang([ValueSource(nameof(s_kinds))] string kind, [Values("sleep 1000", "setsid sleep 1000 & sleep 1000", "kill -STOP $$")] string script)
    {
        var clock = Stopwatch.StartNew();
        var result = RunWith(kind, script, timeout: 1);
        Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(1, 15));
        Assert.That(result.Error, Does.Contain("timeout").And.Contain("hook"), result.ToString());
        if (kind == "poststop") result.Succeeded();
        else IsOneError(result.Failed());
    }

    /// <summary>50 MB, of which the message of a failure keeps the end.</summary>
    [Test]
    public void Print_much([ValueSource(nameof(s_kinds))] string kind, [Values(0, 3)] int code)
    {
        var result = RunWith(kind, $"head -c 50000000 /dev/zero | tr '\\0' x; echo the end >&2; exit {code}");
        Assert.That(result.ExitCode, Is.EqualTo(code == 0 || kind == "poststop" ? 0 : 1), result.ToString());
        Assert.That(result.Error, Has.Length.LessThan(100_000));
        if (code != 0) Assert.That(result.Error, Does.Contain("the end"));
    }

    /// <summary>A process that a hook leaves behind holds its standard streams open, and perhaps writes to them for ever: nobody waits for it.</summary>
    [Test]
    public void Fork_away([ValueSource(nameof(s_kinds))] string kind, [Values("sleep 1000 &", "yes &", "setsid yes & setsid sleep 1000 &", "exec 0<&- 1>&- 2>&-; exit 0")] string script)
    {
        var clock = Stopwatch.StartNew();
        RunWith(kind, script).Succeeded();
        Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(10));
    }

    /// <summary>One without a timeout may take as long as it likes. Who comes meanwhile is told, in bounded time, what he waits for and how it ends.</summary>
    [Test]
    public void Hang_without_a_timeout()
    {
        var before = HostSnapshot.Take(Scratch);
        var id = Scratch.NewName();
        var begun = Scratch.NewFile("begun");
        var hook = Scratch.NewScript($"echo yes > {begun}; exec sleep 1000");
        using var creating = Runtime.Command("create", "--bundle", Sleeper().Hook("createRuntime", hook).Write().Path, id).Start();
        Wait.Until(() => File.Exists(begun) && new FileInfo(begun).Length > 0, () => $"the hook does not begin: {creating.Error}");
        var waiting = new string[][] { ["delete", "--force", id], ["start", id], ["update", "--pids-limit", "7", id] }
            .Select(arguments => Runtime.Command(arguments).Within(TimeSpan.FromSeconds(90)).Start()).ToArray();
        foreach (var command in waiting)
        {
            using (command) IsOneError(command.Finish().Failed("is busy", $"process {creating.Pid}", "does a hook hang?", $"kill {creating.Pid}"));
        }

        Assert.That(creating.HasExited, Is.False);
        creating.Signal(9);
        Assert.That(creating.Finish().ExitCode, Is.EqualTo(137));
        Wait.TryUntil(() => Ended(before), seconds: 1);
        var result = Runtime.Command("delete", "--force", id).Within(Soon).Execute().Succeeded();
        IsUnchangedSince(before, result);
    }

    /// <summary>What a hook leaves on the host is not the runtime's to end, but ours; it may be about to begin.</summary>
    private bool Ended(HostSnapshot before)
    {
        foreach (var process in OurProcesses.Living().Where(p => p.CommandLine is "sleep 1000" or "yes")) _ = Libc.kill(process.Pid, 9);
        return before.NewSince(Scratch).Count == 0;
    }

    private CommandResult RunWith(string kind, string script, int? timeout = null)
    {
        var before = HostSnapshot.Take(Scratch);
        var bundle = NewBundle("true");
        var inside = kind == "startContainer";
        var path = inside ? "/hook" : Scratch.NewScript(script);
        if (inside) bundle.File(path, "#!/bin/sh\n" + script + "\n");
        var hook = new JsonObject { ["path"] = path, ["env"] = Bundle.Strings("PATH=/usr/bin:/bin") };
        if (timeout is { } seconds) hook["timeout"] = seconds;
        var result = RunCommand(bundle.Hook(kind, hook)).Within(TimeSpan.FromSeconds(30)).Execute();
        Wait.TryUntil(() => Ended(before), seconds: 5);
        IsUnchangedSince(before, result);
        return result;
    }
}
