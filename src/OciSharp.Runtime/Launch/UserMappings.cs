using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Processes;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>Writes the mappings of a user namespace (user_namespaces(7)): directly where that is allowed, else through newuidmap and newgidmap.</summary>
internal static class UserMappings
{
    /// <summary>Whether the kernel will want setgroups(2) denied before the group mapping is written.</summary>
    public static bool DeniesSetgroups(LinuxConfig linux, bool rootless) =>
        rootless && IsOwn(linux.GidMappings, (uint)RawSyscall.getegid());

    /// <summary>Whether newuidmap or newgidmap is needed: a user without privileges maps more than the own id.</summary>
    public static bool NeedsTools(LinuxConfig linux, bool rootless) =>
        rootless && !(IsOwn(linux.UidMappings, (uint)RawSyscall.geteuid()) && IsOwn(linux.GidMappings, (uint)RawSyscall.getegid()));

    /// <summary>Writes both mappings for a process that has just made its user namespace.</summary>
    /// <exception cref="ContainerException">A mapping is refused.</exception>
    public static void Write(LinuxConfig linux, int pid, bool rootless)
    {
        if (DeniesSetgroups(linux, rootless))
            WriteFile($"/proc/{pid}/setgroups", "deny", "$.linux.gidMappings");
        WriteOne(linux.UidMappings, pid, "uid_map", "newuidmap", "/etc/subuid", rootless && !IsOwn(linux.UidMappings, (uint)RawSyscall.geteuid()));
        WriteOne(linux.GidMappings, pid, "gid_map", "newgidmap", "/etc/subgid", rootless && !IsOwn(linux.GidMappings, (uint)RawSyscall.getegid()));
    }

    private static bool IsOwn(IReadOnlyList<LinuxIdMapping>? mappings, uint own) =>
        mappings is { Count: 1 } && mappings[0].Size == 1 && mappings[0].HostId == own;

    private static void WriteOne(IReadOnlyList<LinuxIdMapping>? mappings, int pid, string file, string tool, string ranges, bool withTool)
    {
        string where = file == "uid_map" ? "$.linux.uidMappings" : "$.linux.gidMappings";
        if (mappings is not { Count: > 0 })
            throw new ContainerException($"{where}: user namespaces enabled, but no namespace path to join nor mappings to apply specified");
        if (withTool)
            RunTool(mappings, pid, tool, ranges, where);
        else
            WriteFile($"/proc/{pid}/{file}", Planner.MapText(mappings), where);
    }

    private static void WriteFile(string path, string text, string where)
    {
        try
        {
            using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY);
            Syscall.WriteAll(file.Value, System.Text.Encoding.ASCII.GetBytes(text), path);
        }
        catch (LinuxException e)
        {
            throw FailureClasses.MappingRefused.Failure($"the kernel refuses the mapping: {e.Message}", where, e);
        }
    }

    private static void RunTool(IReadOnlyList<LinuxIdMapping> mappings, int pid, string tool, string ranges, string where)
    {
        var arguments = new List<string>(2 + (3 * mappings.Count)) { tool, pid.ToString() };
        foreach (LinuxIdMapping mapping in mappings)
        {
            arguments.Add(mapping.ContainerId.ToString());
            arguments.Add(mapping.HostId.ToString());
            arguments.Add(mapping.Size.ToString());
        }

        string? path = Find(tool);
        if (path is null)
            throw FailureClasses.MapToolMissing.Failure($"a user who is not root can map more than one id only with {tool}, which is not installed", where);

        SpawnResult result = Spawn.Run(new SpawnRequest { Path = path, Arguments = arguments });
        if (!result.Status.Success)
        {
            throw FailureClasses.NoSubordinateIds.Failure(
                $"{tool} refuses the mapping ({result.Status}, {result.Output.Trim().ReplaceLineEndings(" | ")}): the host ids must lie in your ranges in {ranges}, "
                + SubordinateIds.Describe(ranges, (uint)RawSyscall.geteuid()), where);
        }
    }

    private static string? Find(string tool)
    {
        foreach (string directory in (string[])["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin"])
        {
            string path = $"{directory}/{tool}";
            nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_PATH);
            if (fd == -(nint)Errno.ENOENT)
                continue;
            new OwnedFd((int)Syscall.Check(fd, $"open {path}")).Dispose();
            return path;
        }

        return null;
    }
}
