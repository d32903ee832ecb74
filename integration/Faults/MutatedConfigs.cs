using System.Text.RegularExpressions;

namespace OciSharp.Faults;

/// <summary>
/// Behind validation: mutated configurations that it lets pass are launched. Each container is made, started and deleted soon, or refused with a
/// place and a reason; nothing is left. <c>FUZZ_LAUNCHES</c> (80; <c>make fuzz</c>: 1,000) is how many are tried, from number <c>FUZZ_SEED</c> on.
/// </summary>
public sealed partial class MutatedConfigs : ContainerFixture
{
    private const int Bound = 20;

    [Test]
    public void Are_launched_or_refused()
    {
        int count = Number("FUZZ_LAUNCHES", 80), first = Number("FUZZ_SEED", 1);
        var bundle = NewBundle();
        var original = HarmlessMutation.Original(bundle, $"/ocisharp-fuzz-{Scratch.NewName()}");
        var directory = Scratch.NewDirectory("mutations");
        for (var seed = first; seed < first + count; seed++) File.WriteAllText($"{directory}/{seed}.json", HarmlessMutation.Of(original, seed));
        var before = HostSnapshot.Take(Scratch);
        // In a mount namespace of its own, on a root file system in memory: what a mutation asks for stays in there.
        var script = $$"""
            mount -t tmpfs -o size=64m tmpfs {{Scratch.Path}}/memory && cp -a {{bundle.Rootfs}} {{Scratch.Path}}/memory/rootfs || exit 9
            runtime="{{RuntimeUnderTest.Path}} --root {{Scratch.StateRoot}}"
            state() { cat /proc/self/mountinfo | cut -d ' ' -f 5-; ls {{Scratch.StateRoot}}; find /sys/fs/cgroup -name '*{{Scratch.Marker}}*' 2>/dev/null; }
            state > {{directory}}/host
            for config in {{directory}}/*.json; do
              number=${config##*/}
              number=${number%.json}
              id={{Scratch.Marker}}m$number
              cp $config {{Scratch.Path}}/memory/config.json
              for command in "create --bundle {{Scratch.Path}}/memory" start "delete --force"; do
                timeout -s KILL {{Bound}} $runtime $command $id </dev/null >/dev/null 2>{{directory}}/error
                echo "$number ${command%% *} $? $(tr '\n' '\t' <{{directory}}/error)"
              done
              state | cmp -s - {{directory}}/host || echo "$number left 1 $(state | diff - {{directory}}/host | tr '\n' '\t')"
            done
            """;
        Directory.CreateDirectory(Scratch.Path + "/memory");
        using var running = new Command(Scratch, ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script]).Within(TimeSpan.FromMinutes(20)).Start();
        while (!running.HasExited)
        {
            _ = OurProcesses.Living();
            Thread.Sleep(2);
        }

        var complaints = new List<string>();
        int made = 0, started = 0;
        foreach (var line in running.Finish().Succeeded().Lines)
        {
            var fields = line.Split(' ', 4);
            var (number, command, code, error) = (fields[0], fields[1], int.Parse(fields[2]), fields[3].Trim());
            if (code != 0 && Environment.GetEnvironmentVariable("FAULTS_LOG") is { } messages) File.AppendAllText(messages, $"{number} {command} {code}: {error}\n");
            if (code == 0 && command == "create") made++;
            if (code == 0 && command == "start") started++;
            if (Complaint(command, code, error) is { } complaint) complaints.Add($"number {number}: {command}: {complaint}: {error}\n{File.ReadAllText($"{directory}/{number}.json")}\n");
        }

        TestContext.Out.WriteLine($"launches of mutated configurations: {count} tried, {made} made, {started} started; numbers {first} to {first + count - 1}");
        Assert.That(complaints, Is.Empty);
        Assert.That(made, Is.GreaterThan(count / 10), "mutations that are nearly all refused show nothing of what lies behind");
        Wait.TryUntil(() => before.NewSince(Scratch).Count == 0, seconds: 3);
        Assert.That(before.NewSince(Scratch), Is.Empty);
    }

    /// <summary>What is wrong with an end, or null.</summary>
    private static string? Complaint(string command, int code, string error) => (command, code) switch
    {
        ("left", _) => "something is left",
        (_, 137) => $"no end within {Bound} s",
        (_, 0) => null,
        ("start", 1) when error.Contains("does not exist") => null, // it was refused by create
        ("delete", _) => "what was made cannot be deleted",
        (_, 1) when error.Contains("internal error") || error.Contains("Unhandled") => "a mistake of ours",
        (_, 1) when Place().IsMatch(error) => null,
        _ => "a refusal without a place",
    };

    /// <summary>The JSON path, the file of a cgroup, or the program or directory that is missing, by its name in the configuration.</summary>
    [GeneratedRegex(@"\$\.[a-z]|of /sys/fs/cgroup/|exec: \\?""|exec /|chdir to cwd|config\.json cannot be used")]
    private static partial Regex Place();

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
