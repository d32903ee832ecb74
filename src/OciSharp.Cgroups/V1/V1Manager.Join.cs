using OciSharp.Linux;

namespace OciSharp.Cgroups.V1;

internal sealed partial class V1Manager
{
    /// <inheritdoc/>
    public override int? DirectoryFdForClone => cloneDirectory?.Value;

    /// <inheritdoc/>
    public override void OpenForClone() =>
        cloneDirectory ??= FindUnified()?.Directory.Open("", Fcntl.O_PATH | Fcntl.O_DIRECTORY);

    /// <inheritdoc/>
    public override int OpenForJoin(Span<int> descriptors, out int unified)
    {
        int count = 0;
        unified = -1;
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (!hierarchy.Present)
                continue;

            // "tasks" moves one thread, and with it a process that has no other, without the lock that "cgroup.procs" takes.
            string file = hierarchy.IsUnified ? "cgroup.procs" : "tasks";
            nint fd = hierarchy.Directory.TryOpen(file, Fcntl.O_WRONLY);
            if (fd < 0)
            {
                for (int i = 0; i < count; i++)
                    RawSyscall.close(descriptors[i]);
                throw hierarchy.Directory.Refused("open", file, null, fd);
            }

            if (hierarchy.IsUnified)
                unified = count;
            descriptors[count++] = (int)fd;
        }

        return count;
    }

    /// <inheritdoc/>
    public override void Join(int pid, bool cloned = false)
    {
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (hierarchy.Present && !(hierarchy.IsUnified && cloned))
                hierarchy.Directory.Write("cgroup.procs", pid);
        }
    }
}
