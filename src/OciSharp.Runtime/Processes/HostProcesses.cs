using System.Globalization;
using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Processes;

/// <summary>The host's ps(1), cut down to some processes.</summary>
public static class HostProcesses
{
    private const int OutputLimit = 64 * 1024 * 1024;

    /// <summary>Runs ps(1) and keeps the header and the lines of <paramref name="pids"/>.</summary>
    /// <exception cref="ContainerException">There is no ps, it fails, or prints no column PID.</exception>
    public static string Table(IReadOnlyList<string> options, IReadOnlyList<int> pids)
    {
        string path = Executable.Find("ps") ?? throw new ContainerException("cannot run ps: it is in no directory of PATH");
        SpawnResult result;
        try
        {
            result = Spawn.Run(new SpawnRequest
            {
                Path = path,
                Arguments = options.Count == 0 ? ["ps", "-ef"] : ["ps", .. options],
                OutputLimit = OutputLimit,
            });
        }
        catch (Exception e) when (e is LinuxException or ArgumentException)
        {
            throw new ContainerException($"cannot list processes: {e.Message}", e);
        }

        return result.Status.Success
            ? Filter(result.Output, pids)
            : throw new ContainerException($"{path} failed: {result.Status}: {result.Output}");
    }

    /// <summary>
    /// The header of <paramref name="table"/> and its lines whose column PID is one of <paramref name="pids"/>. The container chose the names
    /// in them, and not every ps(1) makes them harmless for a terminal.
    /// </summary>
    /// <exception cref="ContainerException">There is no column PID, or no number in it.</exception>
    public static string Filter(string table, IReadOnlyList<int> pids)
    {
        string[] lines = table.Split('\n');
        int column = Array.IndexOf(Words(lines[0]), "PID");
        if (column < 0)
            throw new ContainerException("couldn't find PID field in ps output: have ps print it (-o pid,...)");
        HashSet<int> wanted = [.. pids];
        StringBuilder kept = new(lines[0]);
        for (int i = 1; i < lines.Length; i++)
        {
            string[] words = Words(lines[i]);
            if (words.Length == 0)
                continue;
            if (column >= words.Length || !int.TryParse(words[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                throw new ContainerException($"unable to parse pid: ps printed \"{lines[i]}\"");
            if (wanted.Contains(pid))
                kept.Append('\n').Append(LogEscape.Line(lines[i]));
        }

        return kept.ToString();
    }

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
