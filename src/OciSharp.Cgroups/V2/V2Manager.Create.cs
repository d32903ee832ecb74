using System.Text;
using OciSharp.Linux;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

internal sealed partial class V2Manager
{
    // How much of the path was there before; -1 as long as nothing was made.
    private int existing = -1;

    /// <inheritdoc/>
    public override void Prepare()
    {
        if (cloneDirectory is not null || !present)
            return;
        try
        {
            Make();
            OpenForClone();
        }
        catch
        {
            RemoveMade();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Create(LinuxResources? resources)
    {
        Prepare();
        try
        {
            Made?.Invoke();
            SetLimits(resources);
            if (present)
                ApplyDevices(resources, isNew: existing >= 0);
        }
        catch
        {
            RemoveMade();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The program that systemd attaches stays beside ours: both must allow a device.</remarks>
    internal override void Adopt(LinuxResources? resources)
    {
        OpenForClone();
        SetLimits(resources);
        ApplyDevices(resources, isNew: true);
    }

    /// <summary>Makes the cgroup below one whose only process moves into it: a cgroup with processes of its own hands no controllers down.</summary>
    /// <param name="process">That process.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    internal void MakeBelow(int process)
    {
        nint result = directory.Make();
        if (result is not (0 or -(nint)Errno.EEXIST))
            throw directory.Refused("make", "", null, result);
        Join(process);
    }

    /// <inheritdoc/>
    public override void DelegateTo(uint user)
    {
        if (present)
            Delegation.Chown(directory, user);
    }

    /// <inheritdoc/>
    public override bool MakesDelegated => present;

    /// <inheritdoc/>
    public override void MakeDelegated(string name, uint? user)
    {
        CgroupDirectory delegated = Delegated(name);
        nint result = delegated.Make();
        if (result < 0)
            throw delegated.Refused("make", "", null, result);
        if (user is { } owner)
            Delegation.Chown(delegated, owner);
    }

    /// <inheritdoc/>
    public override OwnedFd OpenDelegated(string name) => Delegated(name).Open("cgroup.procs", Fcntl.O_WRONLY);

    /// <inheritdoc/>
    public override void RemoveUnusedDelegated(string name) => Delegated(name).TryRemove();

    private CgroupDirectory Delegated(string name) => directory.Child(Encoding.UTF8.GetBytes(name));

    /// <summary>Hands the controllers down and sets all limits but the device rules, which are no files.</summary>
    /// <exception cref="CgroupException">A limit is refused.</exception>
    internal void SetLimits(LinuxResources? resources)
    {
        if (present)
            controllers = ControllerTree.Enable(directory, out refusals);
        Apply(resources, undo: null);
    }

    /// <inheritdoc/>
    public override void Abandon()
    {
        if (existing < 0)
            return;
        CgroupTree.Remove(directory);
        RemoveMade();
    }

    private void Make()
    {
        nint result = directory.Make();
        if (result == 0)
            existing = Math.Max(0, directory.PathBytes.LastIndexOf((byte)'/'));
        else if (result == -(nint)Errno.EEXIST)
            RefuseUsed();
        else if (result == -(nint)Errno.ENOENT)
            result = MakeWithParents();

        if (result < 0 && result != -(nint)Errno.EEXIST)
            throw directory.Refused("make", "", null, result, (Errno)(int)-result is Errno.EACCES or Errno.EPERM
                ? Delegation.Advice(directory) : null);
    }

    private nint MakeWithParents()
    {
        int there = 0;
        for (int i = 1; i <= directory.PathBytes.Length; i++)
        {
            if (i < directory.PathBytes.Length && directory.PathBytes[i] != (byte)'/')
                continue;
            nint result = directory.Make(i);
            if (result == 0 && existing < 0)
                existing = there;
            if (result < 0 && (result != -(nint)Errno.EEXIST || i == directory.PathBytes.Length))
                return result;
            there = i;
        }

        return 0;
    }

    /// <summary>A cgroup that exists may be taken over only when nobody is in it and it is not frozen.</summary>
    private void RefuseUsed()
    {
        Span<byte> events = stackalloc byte[256];
        nint length = directory.TryRead("cgroup.events", events);
        if (length > 0 && KeyedFile.Find(events[..(int)length], "populated") == "1")
        {
            throw new CgroupException(
                $"make {directory.Path}: the container's cgroup is not empty: {Processes().Count} process(es) found: choose another cgroupsPath or id")
            {
                File = directory.Path,
            };
        }

        if (IsFrozen)
            throw new CgroupException($"make {directory.Path}: the container's cgroup is frozen: thaw or remove it first") { File = directory.Path };
    }

    /// <summary>
    /// Takes back what <see cref="Make"/> did. It runs while another error is on its way, which says more than its own could.
    /// </summary>
    private void RemoveMade()
    {
        if (existing < 0 || directory.TryRemove() is not (0 or -(nint)Errno.ENOENT))
            return; // the process that was cloned into it is still there, or somebody else's
        for (int end = Parent(directory.PathBytes.Length); end > existing; end = Parent(end))
        {
            if (directory.TryRemove(end) < 0)
                break; // in use by somebody else by now
        }

        existing = -1;

        int Parent(int end) => Math.Max(0, directory.PathBytes[..end].LastIndexOf((byte)'/'));
    }
}
