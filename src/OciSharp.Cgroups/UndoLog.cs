using System.Text;

namespace OciSharp.Cgroups;

/// <summary>What the files of a cgroup held before an update, so that one that fails half-way can be taken back.</summary>
internal sealed class UndoLog
{
    private readonly List<Entry> entries = [];

    /// <summary>Notes that a file is about to be written.</summary>
    /// <param name="directory">The cgroup.</param>
    /// <param name="file">The file.</param>
    /// <param name="value">What writes the present state.</param>
    public void Add(CgroupDirectory directory, string file, string value) => entries.Add(new Entry(directory, file, value));

    /// <summary>
    /// Writes the old values. Limits that hang together may be refused in one order and not in another, so the refused
    /// ones are tried again as long as that gets further.
    /// </summary>
    /// <returns>The files that could not be set back, for the message; null when all were.</returns>
    public string? Revert()
    {
        entries.Reverse();
        int before;
        do
        {
            before = entries.Count;
            entries.RemoveAll(static entry => entry.Directory.TryWrite(entry.File, entry.Value) >= 0);
        }
        while (entries.Count > 0 && entries.Count < before);

        if (entries.Count == 0)
            return null;
        var left = new StringBuilder();
        foreach (Entry entry in entries)
            left.Append(left.Length == 0 ? "" : ", ").Append(entry.File);
        return left.ToString();
    }

    private readonly record struct Entry(CgroupDirectory Directory, string File, string Value);
}
