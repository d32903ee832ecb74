namespace OciSharp.Cgroups;

/// <summary>One line of /proc/PID/cgroup: <c>4:cpu,cpuacct:/user</c> (cgroups(7)).</summary>
/// <param name="controllers">
/// The list of controllers; <c>name=systemd</c> for a hierarchy without any; empty for the unified hierarchy.
/// </param>
/// <param name="path">The process's cgroup in that hierarchy, from the root of the cgroup namespace; begins with a slash.</param>
internal readonly ref struct SelfCgroup(ReadOnlySpan<byte> controllers, ReadOnlySpan<byte> path)
{
    public ReadOnlySpan<byte> Controllers { get; } = controllers;

    public ReadOnlySpan<byte> Path { get; } = path;

    /// <summary>Takes the next line off <paramref name="text"/>. A path may hold colons, a controller list may not.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="CgroupException">The line does not have the kernel's form.</exception>
    public static bool Next(scoped ref ReadOnlySpan<byte> text, out SelfCgroup line)
    {
        line = default;
        if (text.IsEmpty)
            return false;
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> rest = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];

        int first = rest.IndexOf((byte)':');
        int second = first < 0 ? -1 : rest[(first + 1)..].IndexOf((byte)':');
        if (second < 0)
            throw new CgroupException("read /proc/self/cgroup: a line has no two colons: is /proc a procfs?");
        line = new SelfCgroup(rest.Slice(first + 1, second), rest[(first + second + 2)..]);
        return true;
    }
}
