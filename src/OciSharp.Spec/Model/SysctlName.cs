namespace OciSharp.Spec;

/// <summary>Names of kernel parameters, as sysctl(8) reads them.</summary>
public static class SysctlName
{
    /// <summary>
    /// The file below /proc/sys: <c>net.ipv4.ip_forward</c> and <c>net/ipv4/ip_forward</c> are both <c>net/ipv4/ip_forward</c>. Of the two
    /// separators the first one counts; the other one then is a literal dot: <c>net.ipv4.conf.eth0/1.forwarding</c>. False: a part of the
    /// name is empty or leads elsewhere.
    /// </summary>
    public static bool TryGetPath(string name, out string path)
    {
        bool dotted = name.AsSpan().IndexOfAny('.', '/') is >= 0 and int first && name[first] == '.';
        path = dotted ? string.Create(name.Length, name, static (target, source) => Swap(source, target)) : name;
        foreach (Range range in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(range) is "" or "." or "..")
                return false;
        }
        return true;
    }

    private static void Swap(ReadOnlySpan<char> source, Span<char> target)
    {
        for (int i = 0; i < source.Length; i++)
            target[i] = source[i] switch { '.' => '/', '/' => '.', char c => c };
    }
}
