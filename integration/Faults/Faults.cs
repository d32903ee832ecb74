using System.Diagnostics;

namespace OciSharp.Faults;

/// <summary>
/// Each system call of a command made to fail, one after the other, by strace in whichever of its processes comes to it: the command ends soon,
/// says why, and leaves the host as it was, or says what it leaves; <c>delete --force</c> finds the rest. The same with the process killed there.
/// strace is not a part of what is tested: no table of operations of ours could be as complete as the kernel's own.
/// <c>FAULTS=all</c> (<c>make faults</c>) takes all calls; else a sample is taken, another one each day.
/// </summary>
public sealed class Faults : ContainerFixture
{
    private const int SampleSize = 25;

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private static bool All => Environment.GetEnvironmentVariable("FAULTS") == "all";

    [OneTimeSetUp]
    public void Strace() => Require.That(File.Exists("/usr/bin/strace"), "strace is not installed");

    [TestCase("error=EIO")]
    [TestCase("error=ENOMEM")]
    [TestCase("signal=KILL")]
    public void Run(string effect) => Inject(effect, prepare: _ => { }, id => ["run", "--bundle", Bundle(), id], undoes: true);

    [TestCase("error=EIO")]
    [TestCase("signal=KILL")]
    public void Create(string effect) => Inject(effect, prepare: _ => { }, id => ["create", "--bundle", Bundle(), id], undoes: true);

    [TestCase("error=EIO")]
    [TestCase("signal=KILL")]
    public void Start(string effect) => Inject(effect, prepare: id => Do("create", "--bundle", Bundle(), id), id => ["start", id]);

    [TestCase("error=EIO")]
    [TestCase("signal=KILL")]
    public void Exec(string effect) => Inject(effect, prepare: id => Do("run", "--detach", "--bundle", Bundle("/bin/sleep", "1000"), id), id => ["exec", id, "/bin/true"]);

    [TestCase("error=EIO")]
    [TestCase("signal=KILL")]
    public void Delete(string effect) => Inject(effect, prepare: id => Do("create", "--bundle", Bundle(), id), id => ["delete", "--force", id]);

    private string Bundle(params string[] args) => NewBundle().Args(args.Length > 0 ? args : ["/bin/true"]).Write().Path;

    private void Do(params string[] arguments)
    {
        using var running = Runtime.Command(arguments).Start();
        running.Finish().Succeeded();
    }

    private void Inject(string effect, Action<string> prepare, Func<string, string[]> command, bool undoes = false)
    {
        var log = Scratch.NewFile("strace");
        var first = Scratch.NewName();
        prepare(first);
        Trace(log, ["-e", "trace=all"], command(first));
        Remove(first);
        var faults = Fault.Of(File.ReadLines(log), effect);
        Assert.That(faults, Has.Count.GreaterThan(20), "what was traced is no launch");

        var chosen = All ? faults : Sample(faults);
        var clock = Stopwatch.StartNew();
        var complaints = new List<string>();
        var hits = 0;
        foreach (var fault in chosen)
        {
            var id = Scratch.NewName();
            prepare(id);
            var before = HostSnapshot.Take(Scratch).Things.Where(thing => !thing.Contains(id)).ToHashSet();
            var result = Trace(log, fault.Options, command(id));
            var text = File.ReadAllText(log);
            if (text.Contains("INJECTED") || text.Contains("SIGKILL")) hits++;
            if (Environment.GetEnvironmentVariable("FAULTS_LOG") is { } messages) File.AppendAllText(messages, $"{fault}: {result?.ExitCode}: {result?.Error.Trim()}\n");
            if (Complaint(fault, result, text) is { } complaint) complaints.Add($"{fault}: {complaint}");
            if (result is { ExitCode: > 0 } && undoes && effect.StartsWith("error", StringComparison.Ordinal) && !result.Error.Contains("warning") && !result.Error.Contains("was not deleted"))
            {
                // What goes wrong while cleaning up is a warning, or an error that names what stays; nothing else may.
                Wait.TryUntil(() => Unnamed(result).Length == 0, seconds: 3);
                if (Unnamed(result) is { Length: > 0 } stays) complaints.Add($"{fault}: leaves {string.Join(", ", stays)}: {result.Error}");
            }

            string[] Unnamed(CommandResult told) => [.. Remains(before, id).Where(thing => !told.Error.Contains(thing[(thing.IndexOf(' ') + 1)..]))];

            Remove(id);
            Wait.TryUntil(() => Left(before).Length == 0, seconds: 3);
            if (Left(before) is { Length: > 0 } left) complaints.Add($"{fault}: delete --force leaves {string.Join(", ", left)}");
        }

        TestContext.Out.WriteLine($"{chosen.Count} of {faults.Count} calls, {hits} of them hit, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.That(complaints, Is.Empty);
        // A command that waits makes fewer calls when it has to wait less.
        Assert.That(hits, Is.GreaterThan(chosen.Count / 4), "strace does not reach the calls");
    }

    private string[] Remains(HashSet<string> before, string id) => [.. Left(before).Where(thing => thing.Contains(id) && !thing.Contains("/usr/bin/strace"))];

    private string[] Left(HashSet<string> before) => [.. HostSnapshot.Take(Scratch).Things.Where(thing => !before.Contains(thing))];

    private static List<Fault> Sample(IReadOnlyList<Fault> faults)
    {
        var step = Math.Max(1, faults.Count / SampleSize);
        return [.. faults.Where((_, i) => i % step == DateTime.UtcNow.DayOfYear % step)];
    }

    /// <summary>What is wrong with how a command took a fault, or null.</summary>
    private static string? Complaint(Fault fault, CommandResult? result, string log)
    {
        if (result is null) return $"no end within {s_soon.TotalSeconds} s";
        if (result.ExitCode == 0 || fault.Effect.StartsWith("signal", StringComparison.Ordinal) || !log.Contains("INJECTED")) return null;
        if (result.Error.Contains("Unhandled") || result.Error.Contains("   at ")) return $"an exception of .NET's: {result.Error}";
        return result.Error.Length == 0 && !fault.MayBeSilent ? $"exit code {result.ExitCode} without a word" : null;
    }

    /// <summary>Runs a command below strace; null if it does not end. strace stays, apart, as long as a process of the container does (<c>-D</c>).</summary>
    private CommandResult? Trace(string log, string[] options, string[] command)
    {
        using var running = Runtime.Command(command).Through(["/usr/bin/strace", "-D", "-f", "-qq", "-o", log, .. options]).Start();
        if (!Wait.TryUntil(() => running.HasExited, (int)s_soon.TotalSeconds)) return null;
        return running.Finish();
    }

    private void Remove(string id)
    {
        using var delete = Runtime.Command("delete", "--force", id).Start();
        // As an engine's monitor does: the kernel ends a pid namespace when all its processes are reaped.
        while (!delete.HasExited)
        {
            _ = OurProcesses.Living();
            Thread.Sleep(2);
        }

        delete.Finish();
    }
}
