using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Doctor;

/// <summary>Namespaces, and what an ordinary user needs to have any.</summary>
internal static class NamespaceChecks
{
    /// <summary>Adds the lines that come from files.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        Kinds(host, subject, checks);
        Limit(host, subject, checks);
        Switch(host, subject, checks);
        AppArmor(host, subject, checks);
        Tools(host, subject, checks);
        Ranges(host, subject, checks, "subuid");
        Ranges(host, subject, checks, "subgid");
    }

    /// <summary>Makes a user namespace and the others in it. This process is in them from then on, so that it is the last thing that is done.</summary>
    public static void AddProbe(Host host, Subject subject, CheckList checks)
    {
        const string Id = "namespaces.probe";
        const string Name = "making namespaces";
        string[] remedy = ["see the other lines of this group; in a container or sandbox, let its seccomp profile allow unshare and clone3"];
        nint user = host.Ask(Feature.UserNamespace);
        if (user == -(nint)Errno.EINVAL)
        {
            checks.NotApplicable(Id, Name, "not tried: this process has several threads, or the kernel has no user namespaces");
            return;
        }

        if (user < 0)
        {
            string why = user == -(nint)Errno.ENOSPC ? "user.max_user_namespaces is reached, or they are nested too deep" : ErrorText.Of((Errno)(int)-user);
            checks.Missing(Id, Name, $"a user namespace is refused: {why}", remedy, subject.Rootless);
            return;
        }

        nint others = host.Ask(Feature.NamespacesInside);
        if (others < 0)
            checks.Problem(Id, Name, $"in a user namespace of its own the user may not make the others: {ErrorText.Of((Errno)(int)-others)}", remedy, subject.Rootless);
        else
            checks.Ok(Id, Name, "tried: a user namespace, and mount, uts, ipc, net and pid namespaces in it", subject.Rootless);
    }

    private static void Kinds(Host host, Subject subject, CheckList checks)
    {
        if (!host.Stat("/proc/self/ns").HasValue)
        {
            checks.NotApplicable("namespaces.kinds", "namespaces", "cannot be told without /proc");
            return;
        }

        var missing = new List<string>();
        foreach (string name in (string[])["mnt", "pid", "ipc", "uts", "net"])
        {
            if (!host.Stat($"/proc/self/ns/{name}").HasValue)
                missing.Add(name);
        }

        if (missing.Count == 0)
            checks.Ok("namespaces.kinds", "namespaces", "mnt, pid, ipc, uts and net", needed: true);
        else
            checks.Missing("namespaces.kinds", "namespaces", $"the kernel does not have {string.Join(", ", missing)}", ["use a kernel with CONFIG_NAMESPACES and all below it"], needed: true);

        Kind("user", "user namespaces", "CONFIG_USER_NS=y", subject.Rootless);
        Kind("cgroup", "cgroup namespaces", "CONFIG_CGROUPS=y", needed: false);
        Kind("time", "time namespaces", "CONFIG_TIME_NS=y (Linux 5.6)", needed: false);

        void Kind(string file, string name, string option, bool needed)
        {
            if (host.Stat($"/proc/self/ns/{file}").HasValue)
                checks.Ok($"namespaces.{file}", name, "the kernel has them", needed);
            else
                checks.Missing($"namespaces.{file}", name, "the kernel does not have them", [$"use a kernel with {option}"], needed);
        }
    }

    private static void Limit(Host host, Subject subject, CheckList checks)
    {
        const string Id = "namespaces.user-limit";
        const string Name = "user.max_user_namespaces";
        HostFile file = host.Read("/proc/sys/user/max_user_namespaces");
        if (!ulong.TryParse(file.Trimmed, out ulong limit))
            checks.NotApplicable(Id, Name, file.Trouble ?? "the kernel has no such setting");
        else if (limit == 0)
            checks.Problem(Id, Name, "0: nobody can make one", ["sysctl -w user.max_user_namespaces=15000", "echo user.max_user_namespaces=15000 >/etc/sysctl.d/50-userns.conf    # for good"], subject.Rootless);
        else
            checks.Ok(Id, Name, $"{limit}", subject.Rootless);
    }

    private static void Switch(Host host, Subject subject, CheckList checks)
    {
        const string Id = "namespaces.unprivileged-clone";
        const string Name = "kernel.unprivileged_userns_clone";
        string value = host.Read("/proc/sys/kernel/unprivileged_userns_clone").Trimmed;
        if (value.Length == 0)
            checks.NotApplicable(Id, Name, "only some kernels of Debian and its like have it");
        else if (value == "0")
            checks.Problem(Id, Name, "0: ordinary users can make no user namespace", ["sysctl -w kernel.unprivileged_userns_clone=1", "echo kernel.unprivileged_userns_clone=1 >/etc/sysctl.d/50-userns.conf    # for good"], subject.Rootless);
        else
            checks.Ok(Id, Name, value, subject.Rootless);
    }

    /// <summary>Ubuntu's: programs without a profile of their own have no privileges in their user namespaces.</summary>
    private static void AppArmor(Host host, Subject subject, CheckList checks)
    {
        const string Id = "namespaces.apparmor-restriction";
        const string Name = "kernel.apparmor_restrict_unprivileged_userns";
        string value = host.Read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").Trimmed;
        if (value.Length == 0)
        {
            checks.NotApplicable(Id, Name, "only kernels of Ubuntu and its like have it");
            return;
        }

        if (value == "0" || host.Read("/etc/apparmor.d/ocisharp").Text?.Contains("userns") == true)
        {
            checks.Ok(Id, Name, value == "0" ? value : $"{value}, and /etc/apparmor.d/ocisharp lets us");
            return;
        }

        checks.Problem(Id, Name, $"{value}: programs of ordinary users need an AppArmor profile to use user namespaces",
        [
            "write /etc/apparmor.d/ocisharp:",
            "  abi <abi/4.0>,",
            "  include <tunables/global>",
            $"  profile ocisharp {subject.Ourselves} flags=(unconfined) {{",
            "    userns,",
            "  }",
            "apparmor_parser -r /etc/apparmor.d/ocisharp",
        ]);
    }

    private static void Tools(Host host, Subject subject, CheckList checks)
    {
        foreach (string tool in (string[])["newuidmap", "newgidmap"])
        {
            string id = $"namespaces.{tool}";
            if (!subject.Rootless)
            {
                checks.NotApplicable(id, tool, "root maps ids without it");
                continue;
            }

            string? path = Array.Find(["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin"], directory => host.Stat($"{directory}/{tool}").HasValue);
            if (path is null)
            {
                checks.Missing(id, tool, "not installed: a container has only the user's own id", ["apt-get install uidmap    # Debian; on Fedora: dnf install shadow-utils"]);
                continue;
            }

            path = $"{path}/{tool}";
            HostStat found = host.Stat(path)!.Value;
            bool setuid = found.Uid == 0 && (found.Mode & 0x800) != 0; // 04000
            if (setuid)
                checks.Ok(id, tool, $"{path}, setuid root");
            else if (host.Attribute(path, "security.capability").Length > 0)
                checks.Ok(id, tool, $"{path}, with file capabilities");
            else
                checks.Problem(id, tool, $"{path} has neither the set-user-ID bit of root nor file capabilities, and so cannot map anything", [$"chown root {path} && chmod u+s {path}"]);
        }
    }

    private static void Ranges(Host host, Subject subject, CheckList checks, string kind)
    {
        string id = $"namespaces.{kind}";
        string path = $"/etc/{kind}";
        if (!subject.Rootless)
        {
            checks.NotApplicable(id, path, "root may map all ids");
            return;
        }

        HostFile file = host.Read(path);
        ulong ids = 0;
        var ranges = new List<string>();
        foreach ((uint first, uint count) in SubordinateIds.Of(file.Text ?? "", host.Uid, subject.User))
        {
            ranges.Add($"{first}-{(ulong)first + count - 1}");
            ids += count;
        }

        string option = kind == "subuid" ? "--add-subuids" : "--add-subgids";
        string[] remedy = [$"usermod {option} 100000-165535 {subject.User}    # as root, with a range that no line of {path} has yet"];
        if (file.Trouble is { } trouble)
            checks.Problem(id, path, trouble, [$"chmod a+r {path}"]);
        else if (ids == 0)
            checks.Missing(id, path, $"no range for {subject.User}: a container has only the user's own id", remedy);
        else if (ids < 65536)
            checks.Problem(id, path, $"{ids} ids ({string.Join(", ", ranges)}): images of engines use up to 65536", remedy);
        else
            checks.Ok(id, path, string.Join(", ", ranges));
    }
}
