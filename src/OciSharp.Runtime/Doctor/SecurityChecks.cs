using System.Text;
using OciSharp.Spec;

namespace OciSharp.Runtime.Doctor;

/// <summary>Capabilities, AppArmor, SELinux.</summary>
internal static class SecurityChecks
{
    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        Capabilities(host, subject, checks);
        Modules(host, checks);
        AppArmor(host, checks);
        Selinux(host, subject, checks);
    }

    private static void Capabilities(Host host, Subject subject, CheckList checks)
    {
        const string Id = "security.capabilities";
        const string Name = "capabilities";
        if (subject.Rootless)
        {
            checks.NotApplicable(Id, Name, "an ordinary user has them in their user namespace only");
            return;
        }

        ulong ours = host.Capabilities;
        var missing = new List<string>();
        bool fit = true;
        IReadOnlyList<string> names = CapabilityNames.All;
        for (int number = 0; number < names.Count && number < host.CapabilityCount; number++)
        {
            if ((ours & (1UL << number)) != 0)
                continue;
            missing.Add(names[number]);
            fit &= names[number] is not ("CAP_SYS_ADMIN" or "CAP_SETUID" or "CAP_SETGID" or "CAP_SETPCAP" or "CAP_SYS_CHROOT" or "CAP_MKNOD");
        }

        if (missing.Count == 0)
            checks.Ok(Id, Name, "all that the kernel knows", needed: true);
        else if (fit)
            checks.Problem(Id, Name, $"we do not have {string.Join(", ", missing)}, and so no container can be given them", ["run where root has them, or leave them out of config.json"]);
        else
            checks.Problem(Id, Name, $"we do not have {string.Join(", ", missing)}", ["run as root of the host, with all capabilities; in a container: --privileged"], needed: true);
    }

    private static void Modules(Host host, CheckList checks)
    {
        string modules = host.Read("/sys/kernel/security/lsm").Trimmed;
        if (modules.Length == 0)
            checks.NotApplicable("security.lsm", "security modules", "cannot be told: securityfs is not mounted at /sys/kernel/security");
        else
            checks.Ok("security.lsm", "security modules", modules);
    }

    private static void AppArmor(Host host, CheckList checks)
    {
        if (host.Read("/sys/module/apparmor/parameters/enabled").Trimmed == "Y")
            checks.Ok("security.apparmor", "AppArmor", "enabled: process.apparmorProfile is applied");
        else
            checks.NotApplicable("security.apparmor", "AppArmor", "not enabled: a configuration with process.apparmorProfile is refused");
    }

    private static void Selinux(Host host, Subject subject, CheckList checks)
    {
        const string Id = "security.selinux";
        const string Name = "SELinux";
        string enforce = host.Read("/sys/fs/selinux/enforce").Trimmed;
        if (enforce.Length == 0)
        {
            checks.NotApplicable(Id, Name, "not enabled");
            return;
        }

        string mode = enforce == "1" ? "enforcing" : "permissive";
        string label = subject.Executable is { } path ? Encoding.UTF8.GetString(host.Attribute(path, "security.selinux")).TrimEnd('\0') : "";
        string[] parts = label.Split(':');
        if (parts.Length >= 3 && parts[2] == "container_runtime_exec_t")
            checks.Ok(Id, Name, $"{mode}; the executable is labelled {label}");
        else
            checks.Problem(Id, Name, $"{mode}, and the executable is labelled {(label.Length == 0 ? "nothing" : label)}: engines cannot change into the domain of containers",
                [$"semanage fcontext -a -t container_runtime_exec_t {subject.Ourselves} && restorecon {subject.Ourselves}"]);
    }
}
