using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>cgroup v2 (cgroup-v2.rst): one directory for everything.</summary>
internal sealed partial class V2Manager : FileManager
{
    private readonly CgroupLayout? layout;
    private readonly CgroupDirectory directory;
    private readonly bool rootless;

    // False when an ordinary user may not make cgroups: the container stays in that of its caller, which the directory stands for then.
    private readonly bool present = true;

    // Why not.
    private readonly CgroupException? refusal;
    private OwnedFd? cloneDirectory;

    private V2Manager(CgroupLayout? layout, CgroupDirectory directory, bool rootless)
    {
        this.layout = layout;
        this.directory = directory;
        this.rootless = rootless;
    }

    private V2Manager(CgroupLayout layout, CgroupDirectory own, CgroupException refusal)
        : this(layout, own, rootless: true)
    {
        present = false;
        this.refusal = refusal;
    }

    /// <summary>The driver for a container that is about to be made.</summary>
    /// <remarks>
    /// A relative path starts beside the caller's own cgroup, not below it: that one holds the caller, and a cgroup that holds
    /// processes may not hand controllers down.
    /// </remarks>
    /// <exception cref="CgroupException">The path is not usable.</exception>
    public static V2Manager For(CgroupLayout layout, string? cgroupsPath, string id, bool rootless)
    {
        var path = CgroupPath.Parse(cgroupsPath, id);
        ReadOnlySpan<byte> own = "/"u8;
        ReadOnlySpan<byte> text = layout.SelfCgroupText.Span;
        while (SelfCgroup.Next(ref text, out SelfCgroup line))
        {
            if (line.Controllers.IsEmpty)
                own = line.Path;
        }

        // Without the slash that it begins with, a path is relative to the root.
        var directory = new CgroupDirectory(layout.Root, layout.Path, path.In(own[..Math.Max(1, own.LastIndexOf((byte)'/'))])[1..]);
        if (!rootless || directory.CanMake())
            return new V2Manager(layout, directory, rootless);

        CgroupException refusal = directory.Refused("make", "", null, -(nint)Errno.EACCES, Delegation.Advice(directory));
        return new V2Manager(layout, new CgroupDirectory(layout.Root, layout.Path, own.Length > 1 ? own[1..].ToArray() : [(byte)'.']),
            refusal);
    }

    /// <summary>The driver for a cgroup that systemd makes.</summary>
    /// <param name="layout">The host.</param>
    /// <param name="path">Its path from the root, without a slash before it.</param>
    /// <param name="rootless">By the user's service manager.</param>
    public static V2Manager At(CgroupLayout layout, string path, bool rootless) =>
        new(layout, new CgroupDirectory(layout.Root, layout.Path, Encoding.UTF8.GetBytes(path)), rootless);

    /// <summary>The driver for a container that exists.</summary>
    /// <param name="path">The absolute path of its cgroup.</param>
    public static V2Manager FromPath(string path) =>
        new(null, new CgroupDirectory(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path)), rootless: false);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Paths =>
        present ? new Dictionary<string, string>(1) { [Unified] = directory.Path } : new Dictionary<string, string>(0);

    /// <inheritdoc/>
    public override IReadOnlyList<CgroupMount> MountsForContainer => [new CgroupMount("", directory.Path, "", [])];

    /// <inheritdoc/>
    public override int? DirectoryFdForClone => cloneDirectory?.Value;

    /// <inheritdoc/>
    public override void OpenForClone()
    {
        if (present)
            cloneDirectory ??= directory.Open("", Fcntl.O_PATH | Fcntl.O_DIRECTORY);
    }

    /// <inheritdoc/>
    public override int OpenForJoin(Span<int> descriptors, out int unified)
    {
        unified = -1;
        if (!present)
            return 0;
        nint fd = directory.TryOpen("cgroup.procs", Fcntl.O_WRONLY);
        if (fd < 0)
            throw directory.Refused("open", "cgroup.procs", null, fd);
        descriptors[0] = (int)fd;
        unified = 0;
        return 1;
    }

    /// <inheritdoc/>
    public override void Join(int pid, bool cloned = false)
    {
        if (cloned || !present)
            return;
        nint result = directory.TryWrite("cgroup.procs", pid);
        if (result == -(nint)Errno.EBUSY)
            throw directory.Refused("set", "cgroup.procs", $"{pid}", result,
                "it has cgroups below that it hands controllers to, so it may hold no process itself");
        if (result < 0)
            throw directory.Refused("set", "cgroup.procs", $"{pid}", result);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        cloneDirectory?.Dispose();
        layout?.Dispose();
    }
}
