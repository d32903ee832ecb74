namespace OciSharp.Spec;

/// <summary>Values of <see cref="PosixRlimit.Type"/>, as getrlimit(2) names them.</summary>
public static class RlimitTypes
{
    /// <summary>The number of a resource in Linux, the same on x86-64 and arm64; -1: there is none of this name.</summary>
    public static int Number(string name) => name switch
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
        _ => -1,
    };
}
