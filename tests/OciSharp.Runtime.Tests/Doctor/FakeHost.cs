using OciSharp.Cgroups;
using OciSharp.Runtime.Doctor;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Doctor;

/// <summary>A host that is described: its files are in a directory, and the kernel answers what the test says. By default all is well.</summary>
internal sealed class FakeHost(string root) : Host(root)
{
    private readonly string _root = root;

    public Dictionary<string, string> Environment { get; } = new() { ["PATH"] = "/usr/bin" };

    public Dictionary<Feature, nint> Answers { get; } = new()
    {
        [Feature.CloneIntoCgroup] = -(nint)Errno.EINVAL,
        [Feature.Fsopen] = -(nint)Errno.EINVAL,
        [Feature.MoveMount] = -(nint)Errno.EINVAL,
        [Feature.MountSetattr] = -(nint)Errno.EINVAL,
        [Feature.IdmappedMounts] = -(nint)Errno.EBADF,
        [Feature.Bpf] = -(nint)Errno.EFAULT,
    };

    public Dictionary<string, uint> Owners { get; } = [];

    public Dictionary<string, uint> Modes { get; } = [];

    public Dictionary<string, byte[]> Attributes { get; } = [];

    public HashSet<string> ReadOnly { get; } = [];

    public HashSet<uint> UnknownActions { get; } = [];

    public HashSet<string> Listeners { get; } = [];

    public uint User { get; set; }

    public ulong Owned { get; set; } = ulong.MaxValue;

    public HostFileSystem? Free { get; set; } = new(OciSharp.Linux.Stat.TMPFS_MAGIC, 100 << 20, 10_000);

    public string? Program { get; set; } = "/usr/local/bin/ocisharp";

    public List<Feature> Asked { get; } = [];

    public override uint Uid => User;

    public override uint Gid => User;

    public override string? Executable => Program;

    public override string? Variable(string name) => Environment.GetValueOrDefault(name);

    public override ulong Capabilities => Owned;

    public override uint CapabilityCount => 41;

    public override nint Ask(Feature feature)
    {
        Asked.Add(feature);
        return Answers.GetValueOrDefault(feature);
    }

    public override nint AskSeccomp(uint action) => UnknownActions.Contains(action) ? -(nint)Errno.EOPNOTSUPP : 0;

    public override nint Connect(string path) => Listeners.Contains(path) ? 0 : -(nint)Errno.ENOENT;

    public override HostFileSystem? FileSystem(string path) => Free;

    public override HostStat? Stat(string path) =>
        base.Stat(path) is { } found
            ? found with { Uid = Owners.GetValueOrDefault(path), Gid = 0, Mode = (found.Mode & OciSharp.Linux.Stat.S_IFMT) | Modes.GetValueOrDefault(path, 0x1EDu) } // 0755
            : null;

    public override bool MayWrite(string path) => Stat(path).HasValue && !ReadOnly.Contains(path);

    public override byte[] Attribute(string path, string name) => Attributes.GetValueOrDefault($"{path} {name}", []);

    /// <summary>Where a path of the host is.</summary>
    public string PathOf(string path) => _root + path;

    /// <summary>Writes a file, and the directories above it.</summary>
    public FakeHost With(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
        return this;
    }

    /// <summary>Writes a program.</summary>
    public FakeHost WithProgram(string path)
    {
        With(path, "#!");
        File.SetUnixFileMode(_root + path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    public FakeHost WithDirectory(string path)
    {
        Directory.CreateDirectory(_root + path);
        return this;
    }

    /// <summary>What every host has: /proc, cgroup v2 in the shape of systemd's, our executable.</summary>
    public FakeHost Usual()
    {
        foreach (string name in (string[])["mnt", "pid", "ipc", "uts", "net", "user", "cgroup", "time"])
            With($"/proc/self/ns/{name}", "");
        With("/proc/filesystems", "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tdevpts\nnodev\tmqueue\nnodev\toverlay\n\text4\n");
        With("/proc/sys/kernel/osrelease", "6.12.9-amd64\n");
        With("/proc/sys/user/max_user_namespaces", "95555\n");
        With("/proc/self/mountinfo", "25 1 0:23 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        With("/proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n");
        With("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
        With("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\njane:x:1000:1000::/home/jane:/bin/bash\n");
        With("/sys/kernel/security/lsm", "lockdown,capability,yama,apparmor");
        With("/sys/module/apparmor/parameters/enabled", "Y\n");
        return WithProgram("/usr/local/bin/ocisharp").WithDirectory("/run");
    }

    /// <summary>Jane, who is no root, with all that she needs.</summary>
    public FakeHost AsJane()
    {
        User = 1000;
        Environment["XDG_RUNTIME_DIR"] = "/run/user/1000";
        Environment["HOME"] = "/home/jane";
        foreach (string tool in (string[])["/usr/bin/newuidmap", "/usr/bin/newgidmap"])
        {
            WithProgram(tool);
            Modes[tool] = 0x9ED; // 04755
        }

        With("/etc/subuid", "john:1:2\njane:100000:65536\n").With("/etc/subgid", "jane:100000:65536\n");
        With("/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.controllers", "cpuset cpu io memory pids\n");
        With("/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.procs", "");
        return WithDirectory("/run/user/1000");
    }

    /// <summary>Examines it.</summary>
    public Examination Examine(CgroupManagerKind cgroups = CgroupManagerKind.Cgroupfs, string? stateRoot = null) => Examination.Of(
        new RuntimeContext { Root = stateRoot ?? (User == 0 ? "/run/ocisharp" : "/run/user/1000/ocisharp"), CgroupManager = cgroups, Log = new RecordedLog() },
        this);
}
