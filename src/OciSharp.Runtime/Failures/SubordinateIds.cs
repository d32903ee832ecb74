using System.Globalization;
using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Failures;

/// <summary>What /etc/subuid and /etc/subgid give to a user (subuid(5)).</summary>
internal static class SubordinateIds
{
    /// <summary>The ranges of a user, in words that go behind the file's name and a comma.</summary>
    /// <param name="path">The file.</param>
    /// <param name="uid">The user.</param>
    public static string Describe(string path, uint uid)
    {
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
        if (fd < 0)
            return "which is not there, or not to be read";
        using var file = new OwnedFd((int)fd);
        return Describe(Encoding.UTF8.GetString(Syscall.ReadToEnd(file.Value, path)), uid, new UserNames().Of(uid));
    }

    /// <summary>The same, of a text.</summary>
    internal static string Describe(string text, uint uid, string name)
    {
        List<(uint First, uint Count)> ranges = Of(text, uid, name);
        return ranges.Count == 0
            ? $"where {name} has none"
            : $"where {name} has {string.Join(" and ", ranges.ConvertAll(static range => string.Create(CultureInfo.InvariantCulture, $"{range.First}:{range.Count}")))} (first:count)";
    }

    /// <summary>The ranges of a user, by name or number, in such a file. Lines of another form are passed over.</summary>
    internal static List<(uint First, uint Count)> Of(string text, uint uid, string name)
    {
        string number = uid.ToString(CultureInfo.InvariantCulture);
        var ranges = new List<(uint, uint)>();
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Trim().Split(':');
            if (fields.Length == 3 && (fields[0] == name || fields[0] == number)
                && uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint first)
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint count) && count > 0)
                ranges.Add((first, count));
        }

        return ranges;
    }
}
