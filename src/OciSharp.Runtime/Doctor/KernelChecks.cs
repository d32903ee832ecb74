using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;
using static OciSharp.Linux.Seccomp;

namespace OciSharp.Runtime.Doctor;

/// <summary>System calls and file systems.</summary>
internal static class KernelChecks
{
    private const string Proc = "procfs is not mounted";

    /// <summary>Adds the lines.</summary>
    public static void Add(Host host, Subject subject, CheckList checks)
    {
        Call(host, checks, Feature.CloneIntoCgroup, "clone3", "clone3, CLONE_INTO_CGROUP", "5.7", "processes are born in their cgroup", needed: true);
        Call(host, checks, Feature.PidfdOpen, "pidfd", "pidfd_open", "5.3", "processes are known by descriptors, not by pids", needed: true);
        Call(host, checks, Feature.PidfdSetns, "pidfd-setns", "setns with a pidfd", "5.8", "exec joins all namespaces at once", needed: true);
        Call(host, checks, Feature.Openat2, "openat2", "openat2", "5.6", "paths are resolved inside the root file system", needed: true);
        Call(host, checks, Feature.OpenTree, "open_tree", "open_tree", "5.2", "bind mounts are made by descriptors", needed: true);
        Call(host, checks, Feature.Fsopen, "fsopen", "fsopen, fsmount", "5.2", "file systems are mounted by descriptors", needed: true);
        Call(host, checks, Feature.MoveMount, "move_mount", "move_mount", "5.2", "mounts are attached by descriptors", needed: true);
        Call(host, checks, Feature.MountSetattr, "mount_setattr", "mount_setattr", "5.12", "recursive mount options such as rro", needed: false);
        IdmappedMounts(host, subject, checks);
        Call(host, checks, Feature.Faccessat2, "faccessat2", "faccessat2", "5.8", "permissions are those of the effective user", needed: true);
        Call(host, checks, Feature.SealedMemory, "memfd", "memfd_create, sealed", "3.17", "the executable can be protected from containers", needed: true);
        Call(host, checks, Feature.CloseRange, "close_range", "close_range, CLOEXEC", "5.11", "descriptors do not leak; without it they are closed one by one", needed: false);
        Seccomp(host, checks);
        FileSystems(host, checks);
    }

    /// <summary>bpf(2), which is needed where devices are cgroup v2's business.</summary>
    public static void AddBpf(Host host, CheckList checks, bool needed) =>
        Call(host, checks, Feature.Bpf, "bpf", "bpf", "4.15", "device rules on cgroup v2", needed);

    private static void Call(Host host, CheckList checks, Feature feature, string id, string name, string since, string what, bool needed)
    {
        id = $"kernel.{id}";
        nint answer = host.Ask(feature);
        if (IsThere(feature, answer))
            checks.Ok(id, name, what, needed);
        else
            checks.Missing(id, name, $"{ErrorText.Of((Errno)(int)-answer)}; wanted because {what}", [$"use Linux {since} or newer; in a container or sandbox, let its seccomp profile allow the call"], needed);
    }

    /// <summary>Whether the answer is one of a kernel that knows what it was asked for.</summary>
    private static bool IsThere(Feature feature, nint answer) => feature switch
    {
        Feature.CloneIntoCgroup => answer == -(nint)Errno.EINVAL,
        Feature.PidfdSetns => answer >= 0 || answer == -(nint)Errno.EPERM,
        Feature.Fsopen or Feature.MoveMount => answer == -(nint)Errno.EPERM || answer == -(nint)Errno.EINVAL || answer == -(nint)Errno.EFAULT,
        Feature.MountSetattr => answer == -(nint)Errno.EINVAL,
        Feature.Bpf => answer != -(nint)Errno.ENOSYS,
        _ => answer >= 0,
    };

    private static void IdmappedMounts(Host host, Subject subject, CheckList checks)
    {
        const string Id = "kernel.idmapped-mounts";
        const string Name = "idmapped mounts";
        nint answer = host.Ask(Feature.IdmappedMounts);
        if (answer == -(nint)Errno.EBADF)
            checks.Ok(Id, Name, "known; whether a file system takes part shows when it is mounted");
        else if (answer == -(nint)Errno.EPERM)
            checks.NotApplicable(Id, Name, subject.Rootless ? "only root may ask, and make them" : "we may not ask: CAP_SYS_ADMIN is missing");
        else
            checks.Missing(Id, Name, ErrorText.Of((Errno)(int)-answer), ["use Linux 5.12 or newer"]);
    }

    private static void Seccomp(Host host, CheckList checks)
    {
        const string Id = "kernel.seccomp";
        const string Name = "seccomp filters";
        uint[] actions =
        [
            SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_LOG,
            SECCOMP_RET_ALLOW,
        ];
        string[] names = ["kill process", "kill thread", "trap", "errno", "notify", "trace", "log", "allow"];
        var known = new List<string>();
        var unknown = new List<string>();
        for (int i = 0; i < actions.Length; i++)
            (host.AskSeccomp(actions[i]) == 0 ? known : unknown).Add(names[i]);
        if (known.Count == 0)
            checks.Missing(Id, Name, "the kernel takes none; engines load one into each container", ["use a kernel with CONFIG_SECCOMP_FILTER=y"]);
        else if (unknown.Count > 0)
            checks.Problem(Id, Name, $"actions that this kernel does not know: {string.Join(", ", unknown)}", ["use Linux 5.0 or newer"]);
        else
            checks.Ok(Id, Name, $"all actions: {string.Join(", ", known)}");
    }

    private static void FileSystems(Host host, CheckList checks)
    {
        HostFile file = host.Read("/proc/filesystems");
        if (file.Text is null)
        {
            checks.Problem("kernel.procfs", "/proc", file.Trouble ?? Proc, ["mount -t proc proc /proc"], needed: true);
            return;
        }

        checks.Ok("kernel.procfs", "/proc", "procfs is mounted", needed: true);
        string[] known = Array.ConvertAll(file.Text.Split('\n'), line => line[(line.LastIndexOf('\t') + 1)..]);
        Known(["proc", "tmpfs", "devpts", "sysfs"], "kernel.filesystems", "file systems of containers", needed: true);
        Known(["mqueue"], "kernel.mqueue", "mqueue", needed: false);
        Known(["overlay"], "kernel.overlay", "overlay", needed: false);

        void Known(string[] wanted, string id, string name, bool needed)
        {
            string missing = string.Join(", ", Array.FindAll(wanted, type => Array.IndexOf(known, type) < 0));
            if (missing.Length == 0)
                checks.Ok(id, name, $"the kernel has {string.Join(", ", wanted)}", needed);
            else if (missing == "overlay")
                checks.Missing(id, name, "not loaded; images of engines usually are such mounts", ["modprobe overlay"]);
            else
                checks.Missing(id, name, $"the kernel does not have {missing}", [$"use a kernel with {(missing == "mqueue" ? "CONFIG_POSIX_MQUEUE=y, or leave the mount of type mqueue out of config.json" : "them")}"], needed);
        }
    }
}
