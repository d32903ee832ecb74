using System.Text.Json.Nodes;

namespace OciSharp.Fuzz.Tests.Mutation;

/// <summary>The values that programs stumble over.</summary>
internal static class HostileValues
{
    private static readonly string[] s_texts =
    [
        "", " ", "/", "//", "..", "../../..", "/..", ".", "\0", "a\0b", "\n", "a\nb", "\r\n", "\u001b[31m", "\u001b]0;title\u0007", "\u202e", "\ufeff",
        "%d", "%s%n", "*", "?", "[", "-1", "0", "00", "+1", "1e9", "0x10", "NaN", "max", "true", "null", "4294967296", "18446744073709551616",
        "/proc", "/proc/self/exe", "/proc/self/fd/3", "/sys", "/dev", "/dev/null", "/sys/fs/cgroup", "proc", "sysfs", "tmpfs", "cgroup", "cgroup2", "bind", "none",
        "ro", "rbind", "rprivate", "idmap", "ridmap", "idmap=uids=0-1-10;gids=0-1-10", "size=1k", "mode=", "tmpcopyup", "remount", "pid", "user", "mount", "network", "time",
        "CAP_SYS_ADMIN", "cap_chown", "CAP_", "RLIMIT_NOFILE", "RLIMIT_", "kernel.shmmax", "net.ipv4.ip_forward", "net/../kernel", "system.slice:a:b", "::", "a:b", "user.slice:x:y",
        "SCMP_ACT_NOTIFY", "SCMP_ACT_ERRNO", "SCMP_CMP_MASKED_EQ", "SCMP_ARCH_X86_64", "socketcall", "openat2", "write", "0-4294967295", "0-1,3", "5-2", ",", "a", "c", "rwm", "L3:0=f;1=f",
    ];

    private static readonly string[] s_characters = ["\0", "\n", "\t", "/", ":", "=", ",", ";", "-", "..", "\\", "\"", "'", "\u001b", "\u007f", "\u0085", "é", "\u65e5", "\ud83d\ude00", "%"];

    private static readonly long[] s_numbers =
    [
        0, 1, -1, 2, 127, 128, 255, 256, 999, 1000, 1001, 4095, 4096, 65535, 65536, 262144, int.MaxValue, int.MinValue, 1L << 31, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue,
    ];

    public static string Text(Random random) => random.Next(20) switch
    {
        0 => new string('a', random.Next(1, 5000)),
        1 => "/" + string.Join('/', Enumerable.Repeat("d", random.Next(1, 2000))),
        2 => string.Join(',', Enumerable.Range(0, random.Next(1, 400))),
        _ => s_texts[random.Next(s_texts.Length)],
    };

    public static string Character(Random random) => s_characters[random.Next(s_characters.Length)];

    public static JsonNode Number(Random random) => random.Next(6) switch
    {
        0 => JsonValue.Create(ulong.MaxValue - (ulong)random.Next(3)),
        1 => JsonValue.Create(1.5),
        2 => JsonValue.Create(1e300),
        3 => JsonValue.Create(random.NextInt64()),
        _ => JsonValue.Create(s_numbers[random.Next(s_numbers.Length)]),
    };
}
