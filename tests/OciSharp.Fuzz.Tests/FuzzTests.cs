using System.Diagnostics;
using OciSharp.Fuzz.Tests.Targets;

namespace OciSharp.Fuzz.Tests;

/// <summary>
/// Mutated documents, messages and command lines: whatever comes, the answer is a result or one clear refusal, soon. Numbered, so that each
/// can be made again:
/// <c>FUZZ_SEED</c> is the first number, <c>FUZZ_ROUNDS</c> how many there are (<c>make fuzz</c>: 20,000; else 500).
/// </summary>
public sealed class FuzzTests
{
    private static readonly int s_first = Setting("FUZZ_SEED", 1);
    private static readonly int s_rounds = Setting("FUZZ_ROUNDS", 500);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private static Target[] Targets =>
    [
        new ConfigTarget(), new ProcessTarget(), new ResourcesTarget(), new RecordTarget(), new StateTarget(), new MountInfoTarget(), new SelfCgroupTarget(),
        new ProcessTextsTarget(), new NotifyTarget(), new StatFilesTarget(), new DBusTarget(), new NetlinkTarget(), new CommandLineTarget(), new TraceTarget(),
    ];

    [TestCaseSource(nameof(Targets))]
    public void Whatever_comes_is_answered(object reader)
    {
        var target = (Target)reader;
        int rounds = Math.Max(1, s_rounds / target.Share);
        int taken = 0;
        var clock = Stopwatch.StartNew();
        using var watchdog = new Watchdog(target.Name);
        for (int seed = s_first; seed < s_first + rounds; seed++)
        {
            byte[] input = target.Input(seed);
            watchdog.Begin(seed);
            try
            {
                if (target.Feed(input))
                    taken++;
            }
            catch (Exception defect) when (defect is not ResultStateException)
            {
                throw new AssertionException($"{Kept(target, seed, input)}: {defect}", defect);
            }
            catch (AssertionException failure)
            {
                throw new AssertionException($"{Kept(target, seed, input)}: {failure.Message}", failure);
            }
        }

        TestContext.Out.WriteLine($"{target.Name}: {rounds} mutations, of which {taken} were taken; seeds {s_first} to {s_first + rounds - 1}; {clock.Elapsed.TotalSeconds:F1} s");
        Assert.That(taken, Is.GreaterThan(rounds / 50), "mutations that are nearly all refused find nothing behind the first rule");
    }

    private static string Kept(Target target, int seed, byte[] input)
    {
        string file = Path.Combine(Path.GetTempPath(), $"ocisharp-fuzz-{seed}");
        File.WriteAllBytes(file, input);
        return $"{target.Name}, seed {seed}, input kept in {file}";
    }

    private static int Setting(string name, int value) => int.TryParse(Environment.GetEnvironmentVariable(name), out int set) ? set : value;

    /// <summary>Ends the process, with the number of the input, when one takes too long: a loop without an end cannot be stopped otherwise.</summary>
    private sealed class Watchdog : IDisposable
    {
        private readonly string _target;
        private readonly Timer _timer;
        private int _seed;

        public Watchdog(string target)
        {
            _target = target;
            _timer = new Timer(_ => Environment.FailFast($"fuzz: {_target}, seed {_seed}: no answer after {s_longest.TotalSeconds} s"));
        }

        public void Begin(int seed)
        {
            _seed = seed;
            _timer.Change(s_longest, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();
    }
}
