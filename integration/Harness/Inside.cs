using System.Globalization;

namespace OciSharp.Integration.Harness;

/// <summary>What several shell commands printed inside one container.</summary>
public sealed class Inside
{
    private const string Separator = "@@ocisharp@@";
    private readonly string[] _commands;
    private readonly string[] _outputs;
    private readonly int[] _codes;

    private Inside(string[] commands, string[] outputs, int[] codes)
    {
        _commands = commands;
        _outputs = outputs;
        _codes = codes;
    }

    /// <summary>The output of the n-th command, stderr included, without the newline at its end.</summary>
    public string this[int index] => _outputs[index];

    /// <summary>The output of that command.</summary>
    public string this[string command] => _outputs[Array.IndexOf(_commands, command)];

    public string[] Lines(int index) => this[index].Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output of the n-th command as /proc/self/mountinfo.</summary>
    public IReadOnlyList<MountInfo> Mounts(int index) => MountInfo.Parse(this[index]);

    /// <summary>The mount that is seen at a path; of several, the one on top.</summary>
    public MountInfo Mount(int index, string path) =>
        Mounts(index).LastOrDefault(m => m.MountPoint == path) ?? throw new AssertionException($"nothing is mounted at {path}:\n{this[index]}");

    /// <summary>The output of the n-th command as /proc/PID/status.</summary>
    public IReadOnlyDictionary<string, string> Status(int index) => Lines(index).Select(l => l.Split(':', 2)).ToDictionary(p => p[0], p => p[1].Trim());

    /// <summary>The script that runs all the commands; each ends with a line of its own and its exit code.</summary>
    public static string Script(string[] commands) => string.Concat(commands.Select(c => $"{{ {c}\n}} 2>&1; echo \"{Separator}$?\"\n"));

    /// <summary>Exit code of the n-th command.</summary>
    public int ExitCode(int index) => _codes[index];

    public static Inside Parse(string[] commands, string output)
    {
        var outputs = new string[commands.Length];
        var codes = new int[commands.Length];
        var rest = output;
        for (var i = 0; i < commands.Length; i++)
        {
            var end = rest.IndexOf(Separator, StringComparison.Ordinal);
            if (end < 0) throw new AssertionException($"the container's script ended early:\n{output}");
            outputs[i] = rest[..end].TrimEnd('\n');
            var line = rest.IndexOf('\n', end);
            codes[i] = int.Parse(rest[(end + Separator.Length)..line], CultureInfo.InvariantCulture);
            rest = rest[(line + 1)..];
        }

        return new Inside(commands, outputs, codes);
    }
}
