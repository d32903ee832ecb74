namespace OciSharp.Runtime.Planning;

/// <summary>Resource limits by name (asm-generic/resource.h).</summary>
internal static class Rlimits
{
    /// <summary>The number of a name such as <c>RLIMIT_NOFILE</c>.</summary>
    /// <exception cref="ContainerException">The name is unknown.</exception>
    public static int Parse(string name) => name switch
    {
        "RLIMIT_CPU" => 0,
        "RLIMIT_FSIZE" => 1,
        "RLIMIT_DATA" => 2,
        "RLIMIT_STACK" => 3,
        "RLIMIT_CORE" => 4,
        "RLIMIT_RSS" => 5,
        "RLIMIT_NPROC" => 6,
        "RLIMIT_NOFILE" => 7,
        "RLIMIT_MEMLOCK" => 8,
        "RLIMIT_AS" => 9,
        "RLIMIT_LOCKS" => 10,
        "RLIMIT_SIGPENDING" => 11,
        "RLIMIT_MSGQUEUE" => 12,
        "RLIMIT_NICE" => 13,
        "RLIMIT_RTPRIO" => 14,
        "RLIMIT_RTTIME" => 15,
        _ => throw new ContainerException($"$.process.rlimits: wrong rlimit value: {name}"),
    };
}
