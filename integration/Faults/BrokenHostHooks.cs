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
