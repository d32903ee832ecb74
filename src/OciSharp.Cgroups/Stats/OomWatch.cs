using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.Stats;

/// <summary>Learns that the kernel had no memory left for a cgroup, and killed a process of it (or, on v1, would have).</summary>
public sealed unsafe class OomWatch : IDisposable
{
    private const int EventSize = 4096;

    private readonly OwnedFd _notifier;
    private readonly OwnedFd? _control;
    private readonly StatFiles _files;
    private ulong _kills;

    private OomWatch(OwnedFd notifier, OwnedFd? control, StatFiles files)
    {
        _notifier = notifier;
        _control = control;
        _files = files;
        _kills = control is null ? Kills() : 0;
    }

    /// <summary>Readable when there is something for <see cref="Take"/>.</summary>
    public int Fd => _notifier.Value;

    /// <summary>Watches a cgroup; null if the host does not limit memory by cgroups.</summary>
    /// <param name="paths">As <see cref="CgroupManager.Paths"/> was.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static OomWatch? Start(IReadOnlyDictionary<string, string> paths)
    {
        if (paths.TryGetValue("memory", out string? v1))
            return StartV1(v1);
        return paths.TryGetValue(CgroupManager.Unified, out string? v2) ? StartV2(v2) : null;
    }

    /// <summary>Takes what has arrived.</summary>
    /// <returns>Whether there was a kill since the last call.</returns>
    /// <exception cref="CgroupException">The counter cannot be read.</exception>
    public bool Take()
    {
        byte* buffer = stackalloc byte[EventSize];
        bool read = RawSyscall.read(_notifier.Value, buffer, EventSize) > 0;
        if (_control is not null)
            return read && !_files.Text("memory.oom_control").IsEmpty; // Removing the cgroup wakes us too.
        ulong before = _kills;
        _kills = Kills();
        return _kills > before;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _notifier.Dispose();
        _control?.Dispose();
    }

    /// <summary>cgroup-v1/memory.rst, 10: an eventfd and memory.oom_control are tied together through cgroup.event_control.</summary>
    private static OomWatch StartV1(string path)
    {
        var directory = new CgroupDirectory(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path));
        OwnedFd control = directory.Open("memory.oom_control", Fcntl.O_RDONLY);
        OwnedFd? notifier = null;
        try
        {
            nint made = RawSyscall.eventfd2(0, Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
            notifier = new OwnedFd((int)Syscall.Check(made, "make an eventfd"));
            directory.Write("cgroup.event_control", Encoding.ASCII.GetBytes($"{notifier.Value} {control.Value}"));
            return new OomWatch(notifier, control, new StatFiles(directory));
        }
        catch
        {
            notifier?.Dispose();
            control.Dispose();
            throw;
        }
    }

    /// <summary>cgroup-v2.rst: a change of memory.events is a change of the file.</summary>
    private static OomWatch StartV2(string path)
    {
        nint made = RawSyscall.inotify_init1(Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (made == -(nint)Errno.EMFILE)
            throw new CgroupException("make an inotify descriptor: there are too many: raise the sysctl fs.inotify.max_user_instances, or ulimit -n");
        OwnedFd notifier = new((int)Syscall.Check(made, "make an inotify descriptor"));
        try
        {
            string file = path + "/memory.events";
            fixed (byte* name = CString.Of(file))
            {
                nint watched = RawSyscall.inotify_add_watch(notifier.Value, name, Inotify.IN_MODIFY);
                if (watched == -(nint)Errno.ENOSPC)
                    throw new CgroupException($"watch {file}: there are too many watches: raise the sysctl fs.inotify.max_user_watches");
                Syscall.Check(watched, $"watch {file}");
            }
            return new OomWatch(notifier, null, StatFiles.At(path));
        }
        catch
        {
            notifier.Dispose();
            throw;
        }
    }

    private ulong Kills() => StatFiles.Find(_files.Table("memory.events"), "oom_kill");
}
