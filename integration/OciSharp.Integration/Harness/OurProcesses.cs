using System.Globalization;

namespace OciSharp.Integration.Harness;

/// <summary>The children of this process. Those that we did not start are containers whose runtime has gone.</summary>
public static class OurProcesses
{
    /// <summary>A process of /proc: its state is the letter of proc_pid_stat(5).</summary>
    public sealed record Entry(int Pid, char State, string CommandLine);

    /// <summary>Reaps what has ended; the rest still lives.</summary>
    public static IReadOnlyList<Entry> Living() => [.. Children().Where(child => Libc.TryWait(child.Pid) is null)];

    /// <summary>Our children that are not zombies of commands: those are waited for by whoever started them.</summary>
    private static IEnumerable<Entry> Children() => Directory.GetDirectories("/proc/self/task")
        .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(pid => Read(int.Parse(pid, CultureInfo.InvariantCulture)))
        .OfType<Entry>();

    /// <summary>The process, or null if there is none of that id.</summary>
    public static Entry? Read(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return new Entry(pid, stat[stat.LastIndexOf(')') + 2], File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ').Trim());
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the process is there and has not exited.</summary>
    public static bool Lives(int pid) => Read(pid) is { State: not ('Z' or 'X') };
}
