using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>A value for a file of a cgroup.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Value">The value.</param>
internal readonly record struct Limit(string File, string Value);

/// <summary>What controllers set limits through. In an update it keeps what was there before.</summary>
/// <param name="directory">The cgroup.</param>
/// <param name="undo">Gets the old values; null at creation, where there is nothing to go back to.</param>
/// <param name="rehearsal">Gets what would be written; null to write.</param>
internal sealed class LimitWriter(CgroupDirectory directory, UndoLog? undo, List<CgroupAct>? rehearsal = null)
{
    private const int ValueMax = 4096;

    /// <summary>The cgroup.</summary>
    public CgroupDirectory Directory => directory;

    /// <summary>The cgroup is in use and is being changed.</summary>
    public bool IsUpdate => undo is not null;

    /// <summary>Writes a number.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Set(string file, long value)
    {
        Remember(file);
        Write(file, value);
    }

    /// <summary>Writes a number that the file shows behind a key, beside others.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void SetShown(string file, string key, long value)
    {
        Span<byte> buffer = stackalloc byte[ValueMax];
        if (undo is not null && KeyedFile.Find(directory.Read(file, buffer), key) is { } old)
            undo.Add(directory, file, old);
        Write(file, value);
    }

    /// <summary>Writes a text.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Set(string file, string value)
    {
        nint result = TrySet(file, value);
        if (result < 0)
            throw directory.Refused("set", file, value, result);
    }

    /// <summary>Writes a text.</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint TrySet(string file, string value)
    {
        Remember(file);
        return Write(file, value);
    }

    /// <summary>
    /// Writes values of which the kernel checks one against the other (a limit and its sum with swap; quota, period and burst),
    /// so that the right order depends on what is there. A refused one is tried again after the others, instead of reading.
    /// </summary>
    /// <exception cref="CgroupException">One is refused in every order.</exception>
    public void SetTogether(ReadOnlySpan<Limit> limits)
    {
        foreach (Limit limit in limits)
            Remember(limit.File);

        Span<bool> done = stackalloc bool[limits.Length];
        int left = limits.Length;
        while (left > 0)
        {
            int before = left;
            nint refusal = 0;
            int refused = 0;
            for (int i = 0; i < limits.Length; i++)
            {
                if (done[i])
                    continue;
                nint result = Write(limits[i].File, limits[i].Value);
                if (result >= 0)
                {
                    done[i] = true;
                    left--;
                    continue;
                }

                refusal = result;
                refused = i;
                if (refusal != -(nint)Errno.EINVAL)
                    break;
            }

            if (left == before || (refusal != 0 && refusal != -(nint)Errno.EINVAL))
                throw directory.Refused("set", limits[refused].File, limits[refused].Value, refusal);
        }
    }

    /// <summary>Writes a line of a file that has one value per key, such as a device.</summary>
    /// <param name="file">The file.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="unset">The value that means there is none, for going back.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void SetKeyed(string file, string key, string value, string unset)
    {
        nint result = TrySetKeyed(file, key, value, unset);
        if (result < 0)
            throw directory.Refused("set", file, $"{key} {value}", result);
    }

    /// <summary>As <see cref="SetKeyed"/>.</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint TrySetKeyed(string file, string key, string value, string unset)
    {
        if (undo is not null)
        {
            nint fd = directory.TryOpen(file, Fcntl.O_RDONLY);
            if (fd < 0)
                return fd;
            using var opened = new OwnedFd((int)fd);
            undo.Add(directory, file, $"{key} {KeyedFile.Find(Syscall.ReadToEnd(opened.Value, file), key) ?? unset}");
        }

        return Write(file, $"{key} {value}");
    }

    private nint Write(string file, string value) => rehearsal is null ? directory.TryWrite(file, value) : Rehearse(file, value);

    private void Write(string file, long value)
    {
        if (rehearsal is null)
            directory.Write(file, value);
        else
            Rehearse(file, $"{value}");
    }

    private nint Rehearse(string file, string value)
    {
        rehearsal!.Add(new CgroupAct(CgroupActKind.Write, $"{directory.Path}/{file}", value));
        return 0;
    }

    private void Remember(string file)
    {
        if (undo is null)
            return;
        Span<byte> buffer = stackalloc byte[ValueMax];
        nint count = directory.TryRead(file, buffer);
        if (count > 0)
            undo.Add(directory, file, Encoding.UTF8.GetString(buffer[..(int)count].TrimEnd((byte)'\n')));
    }
}
