using System.Text.Json.Nodes;

namespace OciSharp.Faults;

/// <summary>Words of helper and init that come in another order than they mostly do.</summary>
public sealed class OrderOfWords : BrokenHost
{
    /// <summary>Strace holds up the helper where it has made init.</summary>
    [Test]
    public void Init_fails_before_the_helper_has_told_its_pid()
    {
        Require.That(File.Exists("/usr/bin/strace"), "strace is not installed");
        var trace = Scratch.NewFile("trace");
        var bundle = NewBundle().Mount("/data", "tmpfs", "tmpfs", "size=banana").Write().Path;
        var log = Scratch.NewFile("strace");
        var before = HostSnapshot.Take(Scratch);
        var result = Runtime.Command("create", "--trace", trace, "--bundle", bundle, Scratch.NewName())
            .Through("/usr/bin/strace", "-f", "-qq", "-o", log, "-e", "trace=clone3", "-e", "inject=clone3:delay_exit=500000")
            .Within(Soon).Execute().Failed("$.mounts", "banana");
        IsUnchangedSince(before, result);
        var made = File.ReadLines(log).Where(line => line.EndsWith("(DELAYED)", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[^2])).ToArray();
        var init = JsonNode.Parse(File.ReadAllText(trace))!["traceEvents"]!.AsArray().Where(e => (string)e!["name"]! == "process_name" && (string)e["args"]!["name"]! == "init");
        Assert.That(init.Select(e => (int)e!["pid"]!), Is.EqualTo((int[])[made[1]]));
    }
}
