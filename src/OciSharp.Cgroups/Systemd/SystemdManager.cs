using OciSharp.Cgroups.Systemd.DBus;
using OciSharp.Cgroups.V1;
using OciSharp.Cgroups.V2;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Systemd;

/// <summary>
/// The cgroup is that of a transient scope of systemd, which is told the limits that it knows, so that it does not undo them. All
/// limits are also written to the files, and everything but making and ending the cgroup is done there.
/// </summary>
internal sealed class SystemdManager : CgroupManager
{
    private readonly UnitName unit;

    // The unit's cgroup in some hierarchy: it ends with what systemd calls it.
    private readonly string path;
    private readonly bool user;
    private readonly FileManager files;
    private IReadOnlyList<UnitProperty> annotated = [];

    // The container is in a cgroup below that of the unit.
    private bool isBelow;

    // Left open by For for Create: a container that is attended to for hours must not hold a connection for as long.
    private SystemdClient? opened;

    // Only then is the unit of that name ours.
    private bool started;

    private SystemdManager(UnitName unit, string path, bool user, FileManager files)
    {
        this.unit = unit;
        this.path = path;
        this.user = user;
        this.files = files;
    }

    /// <summary>The driver for a container that is about to be made.</summary>
    /// <param name="layout">The host; becomes this object's.</param>
    /// <param name="cgroupsPath"><c>slice:prefix:name</c>.</param>
    /// <param name="id">The container's id.</param>
    /// <param name="rootless">We are not root, or only that of a user namespace.</param>
    /// <param name="annotations">Those of the configuration.</param>
    /// <exception cref="CgroupException">The path or an annotation is not usable, or systemd cannot be spoken to.</exception>
    public static SystemdManager For(
        CgroupLayout layout, string? cgroupsPath, string id, bool rootless, IReadOnlyDictionary<string, string>? annotations)
    {
        bool user = rootless && !BusAddress.SystemIsOurs();
        var unit = UnitName.Parse(cgroupsPath, id, user);
        var annotated = AnnotationProperties.Of(annotations);
        string subgroup = Subgroup.Of(annotations);
        if (subgroup.Length > 0 && !layout.IsUnified)
            throw new CgroupException($"use the annotation {SubgroupAnnotation}: on cgroup v1 systemd has no cgroup below a scope: leave it out, or empty");
        var systemd = SystemdClient.Connect(user, "systemd cgroups need the bus of systemd: start it, or do without --systemd-cgroup");
        try
        {
            string path = systemd.ControlGroup() + unit.CgroupPath;
            FileManager files = layout.IsUnified
                ? V2Manager.At(layout, subgroup.Length == 0 ? path[1..] : $"{path[1..]}/{subgroup}", rootless)
                : V1Manager.For(layout, path, id, rootless);
            return new SystemdManager(unit, path, user, files) { opened = systemd, annotated = annotated, isBelow = subgroup.Length > 0 };
        }
        catch
        {
            systemd.Dispose();
            throw;
        }
    }

    /// <summary>The driver for a container that exists.</summary>
    /// <param name="paths">As <see cref="CgroupManager.Paths"/>: all have the unit in them, and are below the user's manager if it is his.</param>
    /// <param name="files">The same by files.</param>
    public static SystemdManager OfPaths(IReadOnlyDictionary<string, string> paths, FileManager files)
    {
        string path = "";
        foreach (string any in paths.Values)
            path = any;
        var unit = UnitName.OfCgroup(path, out string own);
        return new SystemdManager(unit, own, own.Contains("/user@", StringComparison.Ordinal), files);
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
        using SystemdClient systemd = Connect();
        string job = systemd.StartTransientUnit(unit.Name, UnitProperties(resources, systemd.Version()));
        started = true;
        systemd.AwaitStart(unit.Name, job);
        if (isBelow)
            ((V2Manager)files).MakeBelow(FirstProcess);
        files.Adopt(resources);
    }

    /// <inheritdoc/>
    public override void Rehearse(LinuxResources? resources, List<CgroupAct> acts)
    {
        using SystemdClient systemd = Connect();
        List<UnitProperty> properties = UnitProperties(resources, systemd.Version());
        acts.Add(new CgroupAct(CgroupActKind.StartUnit, unit.Name, string.Join('\n', properties.ConvertAll(Told))));
        files.Rehearse(resources, acts);
    }

    /// <inheritdoc/>
    public override void OpenForClone() => files.OpenForClone();

    /// <inheritdoc/>
    public override int OpenForJoin(Span<int> descriptors, out int unified) => files.OpenForJoin(descriptors, out unified);

    /// <inheritdoc/>
    public override void Join(int pid, bool cloned = false) => files.Join(pid, cloned);

    /// <inheritdoc/>
    public override void DelegateTo(uint user) => files.DelegateTo(user);

    /// <inheritdoc/>
    public override bool MakesDelegated => files.MakesDelegated;

    /// <inheritdoc/>
    public override void MakeDelegated(string name, uint? user) => files.MakeDelegated(name, user);

    /// <inheritdoc/>
    public override OwnedFd OpenDelegated(string name) => files.OpenDelegated(name);

    /// <inheritdoc/>
    public override void RemoveUnusedDelegated(string name) => files.RemoveUnusedDelegated(name);

    /// <inheritdoc/>
    /// <remarks>
    /// The kernel is asked first, as it refuses more than systemd does; systemd then writes what it knows once more, rounded.
    /// </remarks>
    public override void Update(LinuxResources resources)
    {
        UndoLog undo = files.BeginUpdate(resources);
        try
        {
            using SystemdClient systemd = Connect("start it, and try again");
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
    /// <remarks>
    /// By files, as the rest of what is done with a cgroup that is there, and not by systemd's FreezeUnit. That exists since systemd 246, and
    /// on the unified hierarchy only; and there would be two that know whether the cgroup is frozen, of which <c>state</c>, <c>kill</c> and
    /// <c>delete</c> ask the kernel. What it costs: systemd does not know that it has to thaw the cgroup when somebody else has it stop the
    /// unit, so that the processes see no signal before SIGKILL.
    /// </remarks>
    public override void Freeze() => files.Freeze();

    /// <inheritdoc/>
    public override void Thaw() => files.Thaw();

    /// <inheritdoc/>
    /// <remarks>
    /// A scope ends when its last process does. What is asked of systemd is to be done with it, so that its name is free; processes that
    /// live on are not its to end, but named in our message.
    /// </remarks>
    public override void Remove()
    {
        files.Remove();
        using SystemdClient systemd = Connect();
        systemd.StopUnit(unit.Name);
    }

    /// <inheritdoc/>
    public override void Abandon()
    {
        if (started)
            Remove();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// systemd ends a scope when it becomes empty, but one that it makes around a process that is just ending was never anything else, and
    /// would stay.
    /// </remarks>
    public override IReadOnlyList<int>? RemoveUnused()
    {
        using SystemdClient systemd = Connect();

        // The answer also tells that what the launch asked for before it was cut off is done.
        string cgroup = systemd.ScopeControlGroup(unit.Name);
        IReadOnlyList<int>? users = files.RemoveUnused();
        if (users is null && (cgroup.Length == 0 || path.EndsWith(cgroup, StringComparison.Ordinal)))
            systemd.StopUnit(unit.Name);
        return users;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        opened?.Dispose();
        files.Dispose();
    }

    private bool IsUnified => files is V2Manager;

    private SystemdClient Connect(string? remedy = null)
    {
        SystemdClient systemd = opened ?? SystemdClient.Connect(user, remedy);
        opened = null;
        return systemd;
    }

    /// <summary>A line of an act: the process is not there yet.</summary>
    private static string Told(UnitProperty property) =>
        $"{property.Name}={(property.Name == "PIDs" ? "[the helper's]" : UnitPropertyText.Of(property).Replace("\\", "\\\\").Replace("\n", "\\n"))}";

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
        string io = IsUnified ? "IOAccounting" : "BlockIOAccounting";
        foreach (string accounting in (ReadOnlySpan<string>)["MemoryAccounting", "CPUAccounting", io, "TasksAccounting"])
            properties.Add(UnitProperty.Of(accounting, true));
        DeviceProperties.Add(properties, resources?.Devices);
        properties.AddRange(LimitProperties(resources, version));
        properties.AddRange(annotated);
        return properties;
    }

    private List<UnitProperty> LimitProperties(LinuxResources? resources, int version) =>
        IsUnified ? ResourceProperties.ForV2(resources, version) : ResourceProperties.ForV1(resources, version);
}
