namespace OciSharp.Faults;

/// <summary>The <paramref name="Occurrence"/>th call of <paramref name="Call"/> by a process goes wrong.</summary>
/// <param name="Call">The name of the system call.</param>
/// <param name="Occurrence">Counted from 1, in each process by itself.</param>
/// <param name="Effect">What strace does about it: <c>error=EIO</c>, <c>signal=KILL</c>.</param>
public sealed record Fault(string Call, int Occurrence, string Effect)
{
    /// <summary>Calls that cannot fail, or that are strace's own beginning.</summary>
    private static readonly HashSet<string> s_none = ["exit", "exit_group", "rt_sigreturn", "restart_syscall"];

    /// <summary>
    /// Calls by which the C library and .NET start, before a line of ours runs: there is nobody yet who could tell what failed.
    /// </summary>
    private static readonly HashSet<string> s_ofStart =
    [
        "brk", "mmap", "munmap", "mprotect", "madvise", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "getrandom", "prlimit64", "readlink", "membarrier",
        "rt_sigaction", "rt_sigprocmask", "sigaltstack", "clock_getres", "sched_getaffinity", "sysinfo", "gettid", "getpid", "uname", "futex", "poll", "prctl",
    ];

    /// <summary>The options of strace that make it happen.</summary>
    public string[] Options => ["-e", $"trace={Call}", "-e", $"inject={Call}:{Effect}:when={Occurrence}"];

    /// <summary>Whether a process may end without a word because of it.</summary>
    public bool MayBeSilent => s_ofStart.Contains(Call);

    /// <summary>A fault for each call in a log of <c>strace -f</c>, whichever of the processes made it.</summary>
    public static IReadOnlyList<Fault> Of(IEnumerable<string> log, string effect)
    {
        var counts = new Dictionary<(string Pid, string Call), int>();
        var faults = new HashSet<Fault>();
        foreach (var line in log)
        {
            var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[1].TrimStart() is not { Length: > 0 } call || !char.IsAsciiLetter(call[0])) continue;
            var name = call[..Math.Max(0, call.IndexOf('('))];
            if (name.Length == 0 || s_none.Contains(name)) continue;
            // close(2) frees the descriptor whatever it returns, but strace does not let it; set_tid_address(2) never fails, and musl takes what it
            // returns for the number of the thread. Where brk(2) fails, the C library of the container's program crashes, and a first process of a
            // pid namespace that is traced does so for ever.
            if (name is "close" or "set_tid_address" or "brk" && effect.StartsWith("error", StringComparison.Ordinal)) continue;
            var key = (words[0], name);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            // strace begins with an execve of its own making.
            if (name != "execve" || counts[key] > 1 || counts.Count > 1) faults.Add(new Fault(name, counts[key], effect));
        }

        return [.. faults];
    }

    public override string ToString() => $"{Call} no. {Occurrence}, {Effect}";
}
