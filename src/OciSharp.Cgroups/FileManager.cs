using OciSharp.Spec;

namespace OciSharp.Cgroups;

/// <summary>A driver that works on the files of the cgroup file system.</summary>
internal abstract class FileManager : CgroupManager
{
    /// <inheritdoc/>
    public sealed override void Update(LinuxResources resources) => BeginUpdate(resources);

    /// <summary>As <see cref="Update"/>.</summary>
    /// <returns>What takes it back.</returns>
    /// <exception cref="CgroupException">A limit is refused; those set before it are set back.</exception>
    internal UndoLog BeginUpdate(LinuxResources resources)
    {
        var undo = new UndoLog();
        try
        {
            Apply(resources, undo);
            return undo;
        }
        catch (CgroupException e)
        {
            if (undo.Revert() is not { } left)
                throw;
            throw new CgroupException($"{e.Message} (and these could not be set back: {left})")
            {
                Controller = e.Controller,
                File = e.File,
                Value = e.Value,
            };
        }
    }

    /// <inheritdoc/>
    public sealed override void Rehearse(LinuxResources? resources, List<CgroupAct> acts)
    {
        Rehearsal = acts;
        try
        {
            RehearseAll(resources);
        }
        finally
        {
            Rehearsal = null;
        }
    }

    /// <summary>Gets what would be done; null when it is done.</summary>
    protected List<CgroupAct>? Rehearsal { get; private set; }

    /// <summary>Adds all that <see cref="CgroupManager.Create"/> would do to <see cref="Rehearsal"/>.</summary>
    /// <exception cref="CgroupException">As <see cref="Rehearse"/>.</exception>
    protected abstract void RehearseAll(LinuxResources? resources);

    /// <summary>
    /// As <see cref="CgroupManager.Create"/>, for a cgroup that systemd has made, with the container's process in it: makes what
    /// is missing of it in hierarchies that systemd leaves alone.
    /// </summary>
    /// <exception cref="CgroupException">A limit is refused; all that was made here is removed again.</exception>
    internal abstract void Adopt(LinuxResources? resources);

    /// <summary>Sets limits.</summary>
    /// <param name="resources">Those to set.</param>
    /// <param name="undo">Gets the old values; null at creation.</param>
    /// <exception cref="CgroupException">A limit is refused.</exception>
    protected abstract void Apply(LinuxResources? resources, UndoLog? undo);
}
