using OciSharp.Spec;

namespace OciSharp.Cgroups;

/// <summary>No cgroup at all: the container stays where its caller is.</summary>
internal sealed class DisabledManager : CgroupManager
{
    public override int? DirectoryFdForClone => null;

    public override bool IsFrozen => false;

    public override IReadOnlyDictionary<string, string> Paths { get; } = new Dictionary<string, string>(0);

    public override IReadOnlyList<CgroupMount> MountsForContainer => [];

    public override void Prepare()
    {
    }

    public override void Create(LinuxResources? resources)
    {
    }

    public override void Rehearse(LinuxResources? resources, List<CgroupAct> acts)
    {
    }

    public override void OpenForClone()
    {
    }

    public override int OpenForJoin(Span<int> descriptors, out int unified)
    {
        unified = -1;
        return 0;
    }

    public override void Join(int pid, bool cloned = false)
    {
    }

    public override void Update(LinuxResources resources) =>
        throw new CgroupException("update limits: the container has no cgroup: make it without --cgroup-manager disabled");

    public override IReadOnlyList<int> Processes() => [];

    public override void Signal(int signal)
    {
    }

    public override void Freeze() =>
        throw new CgroupException("pause: the container has no cgroup: make it without --cgroup-manager disabled");

    public override void Thaw() =>
        throw new CgroupException("resume: the container has no cgroup: make it without --cgroup-manager disabled");

    public override void Abandon()
    {
    }

    public override void Remove()
    {
    }

    public override IReadOnlyList<int>? RemoveUnused() => null;

    protected override void Dispose(bool disposing)
    {
    }
}
