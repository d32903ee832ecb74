using System.Buffers.Text;
using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Stats;

/// <summary>The counters of one cgroup's files. A file that is not there counts nothing.</summary>
/// <param name="directory">The cgroup; null when the hierarchy is not mounted.</param>
internal readonly struct StatFiles(CgroupDirectory? directory)
{
    /// <summary>A cgroup by its absolute path.</summary>
    public static StatFiles At(string path) => new(new CgroupDirectory(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path)));

    /// <summary>The text of a file; empty when there is none.</summary>
    /// <exception cref="CgroupException">It cannot be read.</exception>
    public ReadOnlySpan<byte> Text(string file)
    {
        if (directory is null)
            return default;
        nint fd = directory.TryOpen(file, Fcntl.O_RDONLY);
        if (fd == -(nint)Errno.ENOENT)
            return default;
        if (fd < 0)
            throw directory.Refused("open", file, null, fd);
        using var opened = new OwnedFd((int)fd);
        try
        {
            return Syscall.ReadToEnd(opened.Value, file);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENODEV or Errno.EOPNOTSUPP)
        {
            // The cgroup was removed, or the kernel has the counter turned off (pressure).
            return default;
        }
        catch (LinuxException e)
        {
            throw directory.Refused("read", file, null, -(nint)e.Errno);
        }
    }

    /// <summary>A file with one number; <c>max</c> is the greatest there is.</summary>
    public ulong Number(string file) => ParseNumber(Text(file));

    /// <summary>A file with one number that may be negative.</summary>
    public long Signed(string file) => Utf8Parser.TryParse(Text(file), out long value, out _) ? value : 0;

    /// <summary>A file with numbers and ranges: <c>0-2,5</c>.</summary>
    public IReadOnlyList<ulong> List(string file)
    {
        List<ulong> numbers = [];
        ReadOnlySpan<byte> text = Text(file);
        while (Utf8Parser.TryParse(text, out ulong first, out int used))
        {
            text = text[used..];
            ulong last = first;
            if (text.StartsWith("-"u8) && Utf8Parser.TryParse(text[1..], out last, out used))
                text = text[(used + 1)..];
            for (ulong number = first; number <= last; number++)
                numbers.Add(number);
            text = text.TrimStart(", "u8);
        }

        return numbers;
    }

    /// <summary>A file with a key and a number per line.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Table(string file)
    {
        List<KeyValuePair<string, ulong>> table = [];
        foreach (ReadOnlySpan<byte> line in new Lines(Text(file)))
        {
            int blank = line.IndexOf((byte)' ');
            if (blank > 0)
                table.Add(new(Encoding.UTF8.GetString(line[..blank]), ParseNumber(line[(blank + 1)..])));
        }

        return table;
    }

    /// <summary>A *.pressure file; null when the kernel does not count.</summary>
    public PressureStats? Pressure(string file)
    {
        ReadOnlySpan<byte> text = Text(file);
        if (text.IsEmpty)
            return null;
        PressureLine some = default, full = default;
        foreach (ReadOnlySpan<byte> line in new Lines(text))
        {
            var parsed = new PressureLine(
                Field(line, "avg10="u8), Field(line, "avg60="u8), Field(line, "avg300="u8), (ulong)Field(line, "total="u8));
            if (line.StartsWith("some "u8))
                some = parsed;
            else if (line.StartsWith("full "u8))
                full = parsed;
        }

        return new PressureStats(some, full);
    }

    /// <summary>The value of a key in a table, or 0.</summary>
    public static ulong Find(IReadOnlyList<KeyValuePair<string, ulong>> table, string key)
    {
        foreach (KeyValuePair<string, ulong> entry in table)
        {
            if (entry.Key == key)
                return entry.Value;
        }

        return 0;
    }

    /// <summary>A number, or <c>max</c>.</summary>
    public static ulong ParseNumber(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("max"u8))
            return ulong.MaxValue;
        return Utf8Parser.TryParse(text, out ulong value, out _) ? value : 0;
    }

    private static double Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        int at = line.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(line[(at + name.Length)..], out double value, out _) ? value : 0;
    }
}
