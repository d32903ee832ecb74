using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Doctor;

/// <summary>Cgroups, and systemd, which may make them.</summary>
internal static class CgroupChecks
{
    private static string[] Unified => ["cpu", "cpuset", "io", "memory", "pids"];

    private static string[] Legacy => ["cpu", "cpuset", "memory", "devices", "freezer", "blkio", "pids"];

    /// <summary>Adds the lines.</summary>
    /// <returns>Whether everything is on cgroup v2.</returns>
    public static bool Add(Host host, Subject subject, CheckList checks)
    {
        HostFile table = host.Read("/proc/self/mountinfo");
        List<MountLine> mounts = MountTable.Of(table.Text ?? "", "cgroup", "cgroup2");
        MountLine? unified = FirstOf(mounts, "cgroup2");
        bool legacy = FirstOf(mounts, "cgroup") is not null;
        if (table.Text is null)
        {
            checks.Problem("cgroups.mode", "cgroups", $"/proc/self/mountinfo cannot be read: {table.Trouble ?? "procfs is not mounted"}", ["mount -t proc proc /proc"], needed: subject.WithCgroups);
        }
        else if (mounts.Count == 0)
        {
            checks.Missing("cgroups.mode", "cgroups", "no cgroup file system is mounted", ["mount -t cgroup2 none /sys/fs/cgroup", "or run with --cgroup-manager disabled"], needed: subject.WithCgroups);
        }
        else if (legacy)
        {
            checks.Ok("cgroups.mode", "cgroups", unified is { } beside ? $"v1, with a hierarchy of v2 at {beside.Path} (hybrid)" : "v1", needed: subject.WithCgroups);
            OfLegacy(host, subject, checks, mounts);
        }
        else
        {
            checks.Ok("cgroups.mode", "cgroups", $"v2, at {unified!.Path}", needed: subject.WithCgroups);
            OfUnified(host, subject, checks, unified!);
        }

        Systemd(host, subject, checks);
        return unified is not null && !legacy;
    }

    private static MountLine? FirstOf(List<MountLine> mounts, string type)
    {
        foreach (MountLine mount in mounts)
        {
            if (mount.Type == type)
                return mount;
        }

        return null;
    }

    private static void OfLegacy(Host host, Subject subject, CheckList checks, List<MountLine> mounts)
    {
        string[] missing = Array.FindAll(Legacy, controller => !mounts.Exists(mount => Array.IndexOf(mount.Options, controller) >= 0));
        const string Id = "cgroups.controllers";
        const string Name = "controllers";
        if (missing.Length == 0)
            checks.Ok(Id, Name, string.Join(", ", Legacy));
        else
            checks.Missing(Id, Name, $"not mounted: {string.Join(", ", missing)}; limits of theirs are refused", Array.ConvertAll(missing, controller => IsOff(host, controller) ? OnCommandLine(controller) : $"mkdir -p /sys/fs/cgroup/{controller} && mount -t cgroup -o {controller} {controller} /sys/fs/cgroup/{controller}"));

        int locked = mounts.FindIndex(mount => mount.ReadOnly);
        if (subject.Rootless)
            checks.NotApplicable("cgroups.write", "making cgroups", "cgroup v1 cannot be delegated safely: containers of ordinary users stay in the cgroup of their caller, without limits");
        else if (locked >= 0)
            checks.Problem("cgroups.write", "making cgroups", $"{mounts[locked].Path} is mounted read-only", [$"mount -o remount,rw {mounts[locked].Path}", "or run with --cgroup-manager disabled"], needed: subject.WithCgroups);
        else
            checks.Ok("cgroups.write", "making cgroups", "the hierarchies are writable", needed: subject.WithCgroups);
    }

    private static void OfUnified(Host host, Subject subject, CheckList checks, MountLine mount)
    {
        string[] available = Words(host.Read($"{mount.Path}/cgroup.controllers").Trimmed);
        string[] missing = Array.FindAll(Unified, controller => Array.IndexOf(available, controller) < 0);
        if (missing.Length == 0)
            checks.Ok("cgroups.controllers", "controllers", string.Join(", ", available));
        else
            checks.Missing("cgroups.controllers", "controllers", $"the kernel does not offer {string.Join(", ", missing)}; limits of theirs are refused", Array.ConvertAll(missing, OnCommandLine));

        if (!subject.Rootless && mount.ReadOnly)
            checks.Problem("cgroups.write", "making cgroups", $"{mount.Path} is mounted read-only", [$"mount -o remount,rw {mount.Path}", "or run with --cgroup-manager disabled"], needed: subject.WithCgroups);
        else if (!subject.Rootless)
            checks.Ok("cgroups.write", "making cgroups", $"{mount.Path} is writable", needed: subject.WithCgroups);
        else
            Delegated(host, checks, mount);
    }

    /// <summary>An ordinary user's containers are beside the cgroup of the caller.</summary>
    private static void Delegated(Host host, CheckList checks, MountLine mount)
    {
        string own = "/";
        foreach (string line in host.Read("/proc/self/cgroup").Trimmed.Split('\n'))
        {
            if (line.StartsWith("0::/", StringComparison.Ordinal))
                own = line[3..];
        }

        string parent = mount.Path + Above(own);
        string[] remedy =
        [
            "write /etc/systemd/system/user@.service.d/delegate.conf:",
            "  [Service]",
            "  Delegate=cpu cpuset io memory pids",
            "systemctl daemon-reload, and log in again; or use --systemd-cgroup",
        ];
        if (!host.MayWrite(parent) || !host.MayWrite($"{parent}/cgroup.procs"))
        {
            checks.Missing("cgroups.write", "making cgroups", $"{parent} is not ours: containers stay in the cgroup of their caller, without limits", ["run in a session of systemd (systemd-run --user --scope …), or use --systemd-cgroup"]);
            return;
        }

        checks.Ok("cgroups.write", "making cgroups", $"{parent} is delegated to us");

        // What the highest cgroup of ours has can be handed down to the others, and is when a container wants it.
        string top = parent;
        for (string above = Above(top); above.StartsWith(mount.Path, StringComparison.Ordinal) && host.MayWrite($"{above}/cgroup.subtree_control"); above = Above(top))
            top = above;
        string[] here = Words(host.Read($"{top}/cgroup.controllers").Trimmed);
        string[] missing = Array.FindAll(Unified, controller => Array.IndexOf(here, controller) < 0);
        if (missing.Length == 0)
            checks.Ok("cgroups.delegated", "delegated controllers", string.Join(", ", here));
        else
            checks.Missing("cgroups.delegated", "delegated controllers", $"not {string.Join(", ", missing)}; limits of theirs are refused", remedy);
    }

    private static string Above(string path) => path[..path.LastIndexOf('/')];

    private static void Systemd(Host host, Subject subject, CheckList checks)
    {
        if (host.Stat("/run/systemd/system") is not { IsDirectory: true })
        {
            if (subject.WithSystemd)
                checks.Missing("cgroups.systemd", "systemd", "it is not this host's init", ["run without --systemd-cgroup"], needed: true);
            else
                checks.NotApplicable("cgroups.systemd", "systemd", "it is not this host's init: cgroups are made by files");
            return;
        }

        checks.Ok("cgroups.systemd", "systemd", "it is this host's init", subject.WithSystemd);
        (string? path, string remedy) = subject.Rootless
            ? (BusOf(host, "DBUS_SESSION_BUS_ADDRESS") ?? (host.Variable("XDG_RUNTIME_DIR") is { } directory ? $"{directory}/bus" : null),
                $"loginctl enable-linger {subject.User}, log in again, and have dbus-user-session installed")
            : (BusOf(host, "DBUS_SYSTEM_BUS_ADDRESS") ?? "/run/dbus/system_bus_socket", "systemctl start dbus.socket");
        const string Id = "cgroups.systemd-bus";
        const string Name = "bus of systemd";
        if (path is null)
        {
            checks.Missing(Id, Name, "neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set; wanted by --systemd-cgroup", [remedy], subject.WithSystemd);
            return;
        }

        nint answer = host.Connect(path);
        if (answer >= 0)
            checks.Ok(Id, Name, path, subject.WithSystemd);
        else
            checks.Missing(Id, Name, $"{path}: {ErrorText.Of((Errno)(int)-answer)}; wanted by --systemd-cgroup", [remedy], subject.WithSystemd);
    }

    /// <summary>The path in <c>unix:path=/run/x,guid=…</c>; null where the bus is not at a path.</summary>
    private static string? BusOf(Host host, string variable)
    {
        const string Begin = "unix:path=";
        if (host.Variable(variable) is not { } address || !address.StartsWith(Begin, StringComparison.Ordinal))
            return null;
        int end = address.AsSpan(Begin.Length).IndexOfAny(',', ';');
        return end < 0 ? address[Begin.Length..] : address.Substring(Begin.Length, end);
    }

    /// <summary>/proc/cgroups: name, hierarchy, number of cgroups, enabled.</summary>
    private static bool IsOff(Host host, string controller)
    {
        foreach (string line in host.Read("/proc/cgroups").Trimmed.Split('\n'))
        {
            string[] fields = line.Split('\t');
            if (fields.Length == 4 && fields[0] == controller)
                return fields[3] == "0";
        }

        return true;
    }

    private static string OnCommandLine(string controller) =>
        $"add cgroup_enable={controller} to the kernel's command line, or use a kernel that has the controller {controller}";

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
