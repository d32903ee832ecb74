using System.Buffers.Text;
using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>A cgroup together with those below it.</summary>
internal static unsafe class CgroupTree
{
    private const int RemoveBoundMicroseconds = 5_000_000;

    // What is still in it then has not just lost its parent.
    private const int UnusedBoundMicroseconds = 1_000_000;

    // More than this says nothing new in a message.
    private const int SurvivorsNamed = 16;

    /// <summary>Waits for processes to leave: a little at first, as one that was killed is gone in well under a millisecond, unless it has much memory to give back.</summary>
    private struct Patience(int boundMicroseconds)
    {
        private const int Longest = 20_000;

        private int _next = 50;
        private int _waited;

        /// <summary>Waits once more. False: the bound was reached, and it did not.</summary>
        public bool Wait()
        {
            if (_waited >= boundMicroseconds)
                return false;
            Syscall.Sleep(_next);
            _waited += _next;
            _next = Math.Min(_next * 2, Longest);
            return true;
        }
    }

    /// <summary>Appends the processes of the cgroup and of all below it.</summary>
    /// <exception cref="CgroupException">The cgroup cannot be read. One that disappears meanwhile has none.</exception>
    public static void CollectProcesses(CgroupDirectory directory, List<int> pids)
    {
        nint fd = directory.TryOpen("cgroup.procs", Fcntl.O_RDONLY);
        if (fd < 0)
        {
            if (fd != -(nint)Errno.ENOENT)
                throw directory.Refused("open", "cgroup.procs", null, fd);
            directory.RequireMounted();
            return;
        }

        using (var file = new OwnedFd((int)fd))
        {
            try
            {
                Parse(Syscall.ReadToEnd(file.Value, "cgroup.procs"), pids);
            }
            catch (LinuxException e) when (e.Errno is Errno.ENODEV)
            {
                return; // removed after it was opened
            }
            catch (LinuxException e) when (e.Errno is Errno.EOPNOTSUPP)
            {
                // A threaded cgroup: its processes are listed in the domain above it, which was read already.
            }
        }

        foreach (CgroupDirectory child in Children(directory))
            CollectProcesses(child, pids);
    }

    /// <summary>
    /// Removes the cgroup and all below it; that it is gone already is no error. As long as processes are still about to leave it, waits, up to five seconds.
    /// </summary>
    /// <exception cref="CgroupException">Processes stay in it; they are named. Or its hierarchy is not mounted.</exception>
    public static void Remove(CgroupDirectory directory)
    {
        var patience = new Patience(RemoveBoundMicroseconds);
        nint result;
        while ((result = TryRemoveAll(directory)) == -(nint)Errno.EBUSY)
        {
            if (!patience.Wait())
                throw directory.Refused("remove", "", null, result, Survivors(directory));
        }

        if (result == -(nint)Errno.ENOENT)
            directory.RequireMounted();
        else if (result < 0)
            throw directory.Refused("remove", "", null, result);
    }

    /// <summary>Removes the cgroup, as soon as it is empty in the next second. What is below it is left alone, and so keeps it.</summary>
    /// <returns>Null: it is gone. Else it was in use all the time, at last by these processes.</returns>
    public static List<int>? RemoveUnused(CgroupDirectory directory)
    {
        var patience = new Patience(UnusedBoundMicroseconds);
        nint result;
        while ((result = directory.TryRemove()) == -(nint)Errno.EBUSY)
        {
            if (patience.Wait())
                continue;
            var processes = new List<int>();
            CollectProcesses(directory, processes);
            return processes;
        }

        if (result == -(nint)Errno.ENOENT)
            directory.RequireMounted();
        return null;
    }

    /// <summary>The cgroups directly below; none when the directory is gone.</summary>
    public static List<CgroupDirectory> Children(CgroupDirectory directory)
    {
        var children = new List<CgroupDirectory>();
        nint fd = directory.TryOpen("", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return fd == -(nint)Errno.ENOENT ? children : throw directory.Refused("open", "", null, fd);

        using var opened = new OwnedFd((int)fd);
        nint result = DirectoryNames.Read(opened.Value, (name, isDirectory) =>
        {
            if (isDirectory)
                children.Add(directory.Child(name));
        });
        return result is 0 or -(nint)Errno.ENOENT ? children : throw directory.Refused("list", "", null, result);
    }

    /// <summary>
    /// Appends the numbers of <paramref name="text"/>, one per line. Processes that our pid namespace does not know are listed as 0, which
    /// means something else to kill(2); they are left out.
    /// </summary>
    internal static void Parse(ReadOnlySpan<byte> text, List<int> pids)
    {
        while (Utf8Parser.TryParse(text, out int pid, out int consumed))
        {
            if (pid > 0)
                pids.Add(pid);
            text = text[consumed..].TrimStart((byte)'\n');
        }
    }

    /// <returns>0, or the negated errno: ENOENT is that it was gone.</returns>
    private static nint TryRemoveAll(CgroupDirectory directory)
    {
        nint result = directory.TryRemove();
        if (result != -(nint)Errno.EBUSY)
            return result;

        bool removed = false;
        foreach (CgroupDirectory child in Children(directory))
        {
            nint below = TryRemoveAll(child);
            if (below is < 0 and not -(nint)Errno.ENOENT)
                return below;
            removed = true;
        }

        return removed ? directory.TryRemove() : result;
    }

    private static string Survivors(CgroupDirectory directory)
    {
        var pids = new List<int>();
        CollectProcesses(directory, pids);
        if (pids.Count == 0)
            return "no process is left in it: something in the kernel still holds it: try again later";

        var text = new StringBuilder(pids.Count == 1 ? "process " : "processes ");
        for (int i = 0; i < Math.Min(pids.Count, SurvivorsNamed); i++)
            text.Append(i == 0 ? "" : ", ").Append(pids[i]);
        if (pids.Count > SurvivorsNamed)
            text.Append(" and ").Append(pids.Count - SurvivorsNamed).Append(" more");
        return text.Append(pids.Count == 1 ? " lives on in it: end it"
            : " live on in it: end them").Append(", then delete again").ToString();
    }
}
