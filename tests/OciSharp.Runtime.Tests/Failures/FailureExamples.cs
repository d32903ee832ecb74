using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Cgroups;
using OciSharp.Init.Plan;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Launch;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;
using Mount = OciSharp.Spec.Mount;

namespace OciSharp.Runtime.Tests.Failures;

/// <summary>One failure of each class, worded by the code that words them when they happen.</summary>
internal static class FailureExamples
{
    private static readonly Config s_config = new()
    {
        OciVersion = "1.3.0",
        Process = new Process
        {
            Cwd = "/work",
            User = new User { Uid = 1000, Gid = 1000 },
            Env = ["PATH=/usr/bin:/bin"],
            ApparmorProfile = "web",
            Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = 1_000_000 }],
        },
        Mounts =
        [
            new Mount { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["noexec", "size=much"] },
            new Mount { Destination = "/layers", Type = "overlay", Source = "overlay", Options = ["lowerdir=/no/such/layer"] },
            new Mount { Destination = "/proc", Type = "proc", Source = "proc" },
            new Mount { Destination = "/x", Type = "zfs", Source = "/dev/no/such" },
        ],
    };

    /// <summary>Id and message.</summary>
    public static IEnumerable<(string Id, string Message)> All()
    {
        using var image = new ExampleImage();
        List<ContainerException> failures =
        [
            Step(OpCode.FindExecutable, Errno.ENOENT, "nginx", "$.process.args[0]"),
            .. image.Programs.Select(program => Step(program.Step, program.Errno, program.Path, "$.process.args", image)),
            FailureClasses.NoexecMount.Failure("exec: \"/data/app\": permission denied: it lies on the mount at /data, which has noexec", "$.mounts[0].options"),
            Step(OpCode.Execute, Errno.ETXTBSY, "/bin/app", "$.process.args"),
            Step(OpCode.Execute, Errno.E2BIG, "/bin/app", "$.process.args"),
            Step(OpCode.Execute, Errno.EPERM, "/bin/app", "$.process.args"),
            Step(OpCode.ChangeDirectory, Errno.ENOENT, "/srv/web", "$.process.cwd", image),
            Step(OpCode.ChangeDirectory, Errno.ENOTDIR, "/bin/text", "$.process.cwd", image),
            Step(OpCode.CheckDirectory, Errno.EACCES, "/private/web", "$.process.cwd", image),
            Step(OpCode.CheckDirectory, Errno.EXDEV, "/proc/self/fd/7", "$.process.cwd"),
            Step(OpCode.Target, Errno.EROFS, "/work", "$.process.cwd"),
            Step(OpCode.OpenTree, Errno.ENOENT, "/no/rootfs", "$.root.path"),
            Step(OpCode.PivotRoot, Errno.EINVAL, "", "$.root.path"),
            Step(OpCode.OpenTree, Errno.ENOENT, "/no/such/source", "$.mounts[0].source"),
            FailureClasses.SourceUnreachable.Failure(
                "cannot take \"/root/data\" from the host: permission denied: the directory /root may not be searched (mode 0700, owner 0:0, asked by 1000:1000)", "$.mounts[0].source"),
            Step(OpCode.MountFileSystem, Errno.EINVAL, "tmpfs: Bad value for 'size'", "$.mounts[0]"),
            Step(OpCode.MountFileSystem, Errno.ENODEV, "zfs", "$.mounts[3]"),
            Step(OpCode.MountFileSystem, Errno.EPERM, "proc", "$.mounts[2]"),
            Step(OpCode.MountFileSystem, Errno.EBUSY, "zfs", "$.mounts[3]"),
            Step(OpCode.MountFileSystem, Errno.ENOENT, "overlay", "$.mounts[1]"),
            Step(OpCode.Target, Errno.EROFS, "/data", "$.mounts[0]"),
            Step(OpCode.Target, Errno.EXDEV, "/proc/sys", "$.mounts[0]"),
            Step(OpCode.ChangeMount, Errno.EPERM, "", "$.mounts[0]"),
            Step(OpCode.JoinNamespace, Errno.ENOENT, "/run/netns/web", "$.linux.namespaces[1].path"),
            Step(OpCode.JoinNamespace, Errno.EINVAL, "/proc/self/ns/net", "$.linux.namespaces[1].path"),
            Step(OpCode.JoinNamespace, Errno.EPERM, "/proc/1/ns/net", "$.linux.namespaces[1].path"),
            Step(OpCode.UnshareUser, Errno.ENOSPC, "", "$.linux.uidMappings"),
            Step(OpCode.CloneInit, Errno.EPERM, "", "$.linux.namespaces"),
            FailureClasses.MapToolMissing.Failure("a user who is not root can map more than one id only with newuidmap, which is not installed", "$.linux.uidMappings"),
            FailureClasses.NoSubordinateIds.Failure(
                "newuidmap refuses the mapping (exit status 1, newuidmap: uid range [0-65536) -> [100000-165536) not allowed): the host ids must lie in your ranges in /etc/subuid, "
                + SubordinateIds.Describe("alice:231072:65536\n", 1000, "bob"), "$.linux.uidMappings"),
            FailureClasses.MappingRefused.Failure("the kernel refuses the mapping: write /proc/4711/uid_map: operation not permitted", "$.linux.uidMappings"),
            Step(OpCode.User, Errno.EINVAL, "", "$.process.user"),
            CgroupFailure.Of(new CgroupException("set limits of the io controller: this kernel does not have it on cgroup v2, or uses it on v1: leave these limits out") { Controller = "io" }),
            CgroupFailure.Of(new CgroupException("make /sys/fs/cgroup/web", Errno.EACCES, "the cgroup belongs to someone else: run as root, or have it delegated to you (systemd: Delegate=yes for user@.service)")),
            CgroupFailure.Of(new CgroupException("set pids.max of /sys/fs/cgroup/web to \"-7\"", Errno.EINVAL, "the kernel takes no such value there") { Controller = "pids", Value = "-7" }),
            Step(OpCode.JoinCgroups, Errno.EOPNOTSUPP, "", "$.linux.cgroupsPath"),
            CgroupFailure.Of(new CgroupException("make /sys/fs/cgroup/web: the container's cgroup is frozen: thaw or remove it first")),
            Step(OpCode.Seccomp, Errno.EACCES, "", "$.linux.seccomp"),
            Step(OpCode.Seccomp, Errno.EINVAL, "", "$.linux.seccomp"),
            FailureClasses.FilterKilled.Failure("the program was ended by SIGSYS, as by the seccomp filter for a system call that it kills for", "$.linux.seccomp"),
            Step(OpCode.Label, Errno.ENOENT, "1/attr/exec", "$.process.apparmorProfile"),
            Step(OpCode.Label, Errno.EINVAL, "1/attr/exec", "$.process.apparmorProfile"),
            Step(OpCode.Label, Errno.EACCES, "1/attr/exec", "$.process.apparmorProfile"),
            Step(OpCode.Capabilities, Errno.EPERM, "", "$.process.capabilities"),
            Hook(new Hook { Path = "/bin/sh", Args = ["sh", "-c", "echo no such bridge; exit 3"] }),
            Hook(new Hook { Path = "/bin/sleep", Args = ["sleep", "60"], Timeout = 0 }),
            Hook(new Hook { Path = "/no/such/hook" }),
            Step(OpCode.MakeDevice, Errno.EEXIST, "/dev/fuse", "$.linux.devices[0]"),
            Step(OpCode.MakeDevice, Errno.EPERM, "/dev/fuse", "$.linux.devices[0]"),
            Step(OpCode.OpenConsole, Errno.ENOENT, "/dev/pts/ptmx", "$.process.terminal"),
            Step(OpCode.OpenNull, Errno.ENXIO, "/dev/null", "$.linux.maskedPaths"),
            Step(OpCode.ResourceLimit, Errno.EPERM, "", "$.process.rlimits[0]"),
            Step(OpCode.Sysctl, Errno.ENOENT, "sys/net/ipv4/no_such", "$.linux.sysctl.net.ipv4.no_such"),
            Step(OpCode.Scheduler, Errno.EPERM, "", "$.process.scheduler"),
            Step(OpCode.CloneInit, Errno.EAGAIN, "", "$.linux.namespaces"),
            FailureClasses.InitVanished.Failure(
                "the container's init ended before it was done, without a word: it was killed (by the memory limit of its cgroup, $.linux.resources.memory.limit, of 65536 bytes, "
                + "or by somebody), or refused a system call (by a security module)"),
            Step(OpCode.PropagateRoot, Errno.EINVAL, "", "$.linux.rootfsPropagation"),
        ];
        foreach (ContainerException failure in failures)
            yield return (failure.Message[^8..^1], failure.Message.Replace($"owner {image.Owner}", "owner 0:0").Replace($"asked by {image.Owner}", "asked by 0:0"));
    }

    private static ContainerException Hook(Hook hook)
    {
        try
        {
            HookRunner.Run("createRuntime", [hook], ReadOnlyMemory<byte>.Empty);
        }
        catch (ContainerException failure)
        {
            return failure;
        }

        throw new InvalidOperationException("the hook has not failed");
    }

    private static unsafe ContainerException Step(OpCode step, Errno errno, string text, string origin, ExampleImage? image = null)
    {
        byte[] arena = new byte[4096];
        fixed (byte* start = arena)
        {
            var plan = new PlanBuilder(start, (uint)arena.Length) { Origin = new Origin(origin) };
            plan.Add(step);
            var word = new ChildWord { Message = new Message { Kind = MessageKind.Failed, Op = step, B = (int)errno }, Text = text };
            return LaunchFailure.Of(word, new Scene(image) { Plan = plan, Config = s_config, Log = NullLogger.Instance });
        }
    }

    /// <summary>A scene whose container is a directory of the test's.</summary>
    private sealed class Scene(ExampleImage? image) : LaunchScene
    {
        public override ContainerView? View() => image?.View();
    }
}
