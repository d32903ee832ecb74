using System.Text;
using OciSharp.Cgroups.V1;
using OciSharp.Cgroups.V2;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// The cgroup is that of a transient scope of systemd, which is told the limits that it knows, so that it does not undo them. All
/// limits are also written to the
/// files, and everything but making and removing the cgroup is done there.
/// </summary>
internal sealed class SystemdManager : CgroupManager
{
    private readonly UnitName unit;
    private readonly bool user;
    private readonly bool unified;
    private readonly FileManager files;
    private readonly List<UnitProperty> annotated = [];
    private bool made;

    private SystemdManager(UnitName unit, bool user, bool unified, FileManager files)
    {
        this.unit = unit;
        this.user = user;
        this.unified = unified;
        this.files = files;
    }

    /// <summary>The driver for a container that is about to be made.</summary>
    /// <exception cref="CgroupException">The path or an annotation is not usable.</exception>
    public static SystemdManager For(CgroupLayout layout, string? cgroupsPath, string id, bool rootless, IReadOnlyDictionary<string,
        string>? annotations)
    {
        var unit = UnitName.Parse(cgroupsPath, id, rootless);
        string path = (rootless ? UserManagerCgroup(layout) : "") + unit.CgroupPath;
        FileManager files = layout.IsUnified
            ? V2Manager.At(layout, path[1..], rootless)
            : V1Manager.For(layout, path, id, rootless);
        var manager = new SystemdManager(unit, rootless, layout.IsUnified, files);
        AnnotationProperties.Add(manager.annotated, annotations);
        return manager;
    }

    /// <summary>
    /// The driver for a container that exists: the unit is the last component of its path, and the user's if it is below his
    /// manager.
    /// </summary>
    public static SystemdManager OfPaths(IReadOnlyDictionary<string, string> paths, FileManager files)
    {
        bool unified = paths.TryGetValue(Unified, out string? path) && paths.Count == 1;
        if (!unified && !paths.TryGetValue("name=systemd", out path))
            throw new CgroupException("find the container's unit: its state has no cgroup in the hierarchy of systemd");
        return new SystemdManager(new UnitName("", path![(path!.LastIndexOf('/') + 1)..]), path.Contains("/user@",
            StringComparison.Ordinal), unified, files);
    }

    /// <inheritdoc/>
    public override bool NeedsFirstProcess => true;

    /// <inheritdoc/>
    public override int? DirectoryFdForClone => files.DirectoryFdForClone;

    /// <inheritdoc/>
    public override bool IsFrozen => files.IsFrozen;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Paths => files.Paths;

    /// <inheritdoc/>
    public override IReadOnlyList<CgroupMount> MountsForContainer => files.MountsForContainer;

    /// <inheritdoc/>
    /// <remarks>There is nothing to prepare: a scope cannot be empty.</remarks>
    public override void Prepare()
    {
    }

    /// <inheritdoc/>
    public override void Create(LinuxResources? resources)
    {
        if (FirstProcess <= 0)
            throw new InvalidOperationException("a scope is made around a process: set FirstProcess before");
        using var systemd = SystemdClient.Connect(user);
        systemd.StartTransientUnit(unit.Name, UnitProperties(resources, systemd.Version()));
        try
        {
            files.Adopt(resources);
        }
        catch
        {
            systemd.StopUnit(unit.Name);
            throw;
        }

        made = true;
    }

    /// <inheritdoc/>
    public override void OpenForClone() => files.OpenForClone();

    /// <inheritdoc/>
    /// <remarks>What systemd made has the first process in it; hierarchies that it leaves alone are still to be joined.</remarks>
    public override int OpenForJoin(Span<int> descriptors, bool cloned) => files.OpenForJoin(descriptors, cloned || made);

    /// <inheritdoc/>
    /// <remarks>As in <see cref="OpenForJoin"/>.</remarks>
    public override void Join(int pid, bool cloned = false) => files.Join(pid, cloned || made);

    /// <inheritdoc/>
    public override void DelegateTo(uint owner) => files.DelegateTo(owner);

    /// <inheritdoc/>
    /// <remarks>
    /// The kernel is asked first, as it refuses more than systemd does; systemd then writes what it knows once more, rounded.
    /// </remarks>
    public override void Update(LinuxResources resources)
    {
        UndoLog undo = files.BeginUpdate(resources);
        try
        {
            using var systemd = SystemdClient.Connect(user);
            List<UnitProperty> properties = LimitProperties(resources, systemd.Version());
            if (properties.Count > 0)
                systemd.SetUnitProperties(unit.Name, properties);
        }
        catch
        {
            undo.Revert();
            throw;
        }

        files.Update(resources);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Processes() => files.Processes();

    /// <inheritdoc/>
    public override void Signal(int signal) => files.Signal(signal);

    /// <inheritdoc/>
    public override void Freeze() => files.Freeze();

    /// <inheritdoc/>
    public override void Thaw() => files.Thaw();

    /// <inheritdoc/>
    public override void Remove()
    {
        using (var systemd = SystemdClient.Connect(user))
            systemd.StopUnit(unit.Name);
        files.Remove();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => files.Dispose();

    /// <summary>
    /// The cgroup of the user's service manager: our own cgroup up to <c>user@UID.service</c>, where a session's processes are;
    /// its usual place
    /// otherwise.
    /// </summary>
    private static string UserManagerCgroup(CgroupLayout layout)
    {
        uint uid = (uint)RawSyscall.geteuid();
        string service = $"user@{uid}.service";
        ReadOnlySpan<byte> text = layout.SelfCgroupText.Span;
        while (SelfCgroup.Next(ref text, out SelfCgroup line))
        {
            string path = Encoding.UTF8.GetString(line.Path);
            int at = path.IndexOf($"/{service}", StringComparison.Ordinal);
            if (at >= 0)
                return path[..(at + 1 + service.Length)];
        }

        return $"/user.slice/user-{uid}.slice/{service}";
    }

    private List<UnitProperty> UnitProperties(LinuxResources? resources, int version)
    {
        var properties = new List<UnitProperty>
        {
            UnitProperty.Of("Description", $"container {unit.Name}"),
            UnitProperty.Of("DefaultDependencies", false),
            UnitProperty.Of("Slice", unit.Slice.Length == 0 ? "-.slice" : unit.Slice),
            UnitProperty.Of("Delegate", true),
            UnitProperty.Of("PIDs", [(uint)FirstProcess]),
        };
        foreach (string accounting in (ReadOnlySpan<string>)["MemoryAccounting", "CPUAccounting", unified ? "IOAccounting"
            : "BlockIOAccounting", "TasksAccounting"])
            properties.Add(UnitProperty.Of(accounting, true));
        DeviceProperties.Add(properties, resources?.Devices);
        properties.AddRange(LimitProperties(resources, version));
        properties.AddRange(annotated);
        return properties;
    }

    private List<UnitProperty> LimitProperties(LinuxResources? resources, int version) =>
        unified ? ResourceProperties.ForV2(resources, version) : ResourceProperties.ForV1(resources, version);
}
