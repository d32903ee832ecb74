using System.Collections.Concurrent;
using System.Globalization;

namespace OciSharp.Integration.Harness;

/// <summary>The children of this process that it did not start: containers whose runtime has gone.</summary>
public static class OurProcesses
{
    /// <summary>A process of /proc: its state is the letter of proc_pid_stat(5).</summary>
    public sealed record Entry(int Pid, char State, string CommandLine);

    /// <summary>Reaps what has ended; the rest still lives.</summary>
    public static IReadOnlyList<Entry> Living() => [.. Children().Where(child => Libc.TryWait(child.Pid) is null)];

    /// <summary>The commands that were started here: whoever started one waits for it.</summary>
    internal static ConcurrentDictionary<int, bool> Commands { get; } = new();

    private static IEnumerable<Entry> Children() => Directory.GetDirectories("/proc/self/task")
        .SelectMany(task => TryRead(task + "/children")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
        .Where(pid => !Commands.ContainsKey(pid))
        .Select(Read)
        .OfType<Entry>();

    /// <summary>The process, or null if there is none of that id.</summary>
    public static Entry? Read(int pid)
    {
        if (TryRead($"/proc/{pid}/stat") is not { } stat || TryRead($"/proc/{pid}/cmdline") is not { } commandLine) return null;
        return new Entry(pid, stat[stat.LastIndexOf(')') + 2], commandLine.Replace('\0', ' ').Trim());
    }

    /// <summary>Whether the process is there and has not exited.</summary>
    public static bool Lives(int pid) => Read(pid) is { State: not ('Z' or 'X') };

    /// <summary>A file of /proc, or null if its process or thread has gone.</summary>
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
