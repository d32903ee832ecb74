using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>
/// Work on a cgroup failed. The message names what was being done, the file and the value, the kernel's reason and the remedy,
/// in lower case without a full stop.
/// </summary>
public sealed class CgroupException : Exception
{
    /// <summary>A refusal that no system call made.</summary>
    public CgroupException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal by the kernel.</summary>
    /// <param name="act">What was being done: <c>set pids.max of /sys/fs/cgroup/pids/web to 5</c>.</param>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="remedy">What to do about it; null when the reason says it all.</param>
    public CgroupException(string act, Errno errno, string? remedy = null)
        : base(remedy is null ? $"{act}: {ErrorText.Of(errno)}" : $"{act}: {ErrorText.Of(errno)}: {remedy}") => Errno = errno;

    /// <summary>The kernel's reason; 0 when it was not asked.</summary>
    public Errno Errno { get; }

    /// <summary>The controller that refused, as the kernel names it: <c>memory</c>.</summary>
    public string? Controller { get; init; }

    /// <summary>The absolute path of the file or directory.</summary>
    public string? File { get; init; }

    /// <summary>It was systemd that refused, or could not be spoken to; the kernel did what it was asked.</summary>
    public bool IsOfSystemd { get; init; }

    /// <summary>The value that was refused.</summary>
    public string? Value { get; init; }
}
