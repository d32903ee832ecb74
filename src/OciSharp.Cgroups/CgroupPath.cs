using System.Text;

namespace OciSharp.Cgroups;

/// <summary><c>linux.cgroupsPath</c> (<c>config-linux.md#cgroups-path</c>).</summary>
internal readonly struct CgroupPath
{
    private CgroupPath(bool absolute, string below)
    {
        IsAbsolute = absolute;
        Below = below;
    }

    /// <summary>From the root of each hierarchy; otherwise from the caller's own cgroup there.</summary>
    public bool IsAbsolute { get; }

    /// <summary>The components, joined by single slashes, none of them <c>.</c> or <c>..</c>; at least one.</summary>
    public string Below { get; }

    /// <summary>Reads a path. Without one the container's id is a relative path, as with runc.</summary>
    /// <exception cref="CgroupException">The path names no cgroup of its own, or climbs with <c>..</c>.</exception>
    public static CgroupPath Parse(string? path, string id)
    {
        if (string.IsNullOrEmpty(path))
            return new CgroupPath(false, id);

        var below = new StringBuilder(path.Length);
        foreach (Range range in path.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> name = path.AsSpan(range);
            if (name.IsEmpty || name.SequenceEqual("."))
                continue;
            if (!IsName(name))
                throw new CgroupException(
                    $"use cgroupsPath \"{Printable(path)}\": a cgroup's path has no \"..\", newline or NUL: name the cgroup from the root, beginning with a slash");
            if (below.Length > 0)
                below.Append('/');
            below.Append(name);
        }

        return below.Length > 0
            ? new CgroupPath(path[0] == '/', below.ToString())
            : throw new CgroupException($"use cgroupsPath \"{path}\": that is the root cgroup, which is not the container's to limit and remove: name one below it");
    }

    /// <summary>Whether a cgroup may be called that, below the one that it is made in.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => name is not ("" or "." or "..") && name.IndexOfAny("/\0\n") < 0;

    /// <summary>The path in one hierarchy: below its root, or below the caller's own cgroup there.</summary>
    /// <param name="own">The caller's cgroup as in /proc/self/cgroup.</param>
    /// <returns>UTF-8, beginning with a slash.</returns>
    public byte[] In(ReadOnlySpan<byte> own)
    {
        if (IsAbsolute || own.SequenceEqual("/"u8))
            own = default;
        byte[] path = new byte[own.Length + 1 + Encoding.UTF8.GetByteCount(Below)];
        own.CopyTo(path);
        path[own.Length] = (byte)'/';
        Encoding.UTF8.GetBytes(Below, path.AsSpan(own.Length + 1));
        return path;
    }

    private static string Printable(string path) => path.Replace("\0", "\\0").Replace("\n", "\\n");
}
