using OciSharp.Cgroups;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Failures;

/// <summary>Words what <c>OciSharp.Cgroups</c>, which knows the kernel's files, found: with the place in the configuration, and the class.</summary>
internal static class CgroupFailure
{
    /// <summary>The failure as the user is told of it.</summary>
    public static ContainerException Of(CgroupException failure) => ClassOf(failure).Told(failure.Message, OriginOf(failure), failure);

    private static FailureClass ClassOf(CgroupException failure) => failure.Errno switch
    {
        Errno.EACCES or Errno.EPERM or Errno.EROFS => FailureClasses.CgroupDenied,
        Errno.ENOENT when failure.Value is not null => FailureClasses.CgroupControllerMissing,
        0 when failure.Controller is not null => FailureClasses.CgroupControllerMissing,
        Errno.EINVAL or Errno.ERANGE or Errno.EBUSY when failure.Value is not null => FailureClasses.CgroupValueRefused,
        _ => FailureClasses.CgroupRefused,
    };

    private static string OriginOf(CgroupException failure) => failure.Controller switch
    {
        "memory" => "$.linux.resources.memory",
        "cpu" or "cpuset" => "$.linux.resources.cpu",
        "pids" => "$.linux.resources.pids",
        "io" or "blkio" => "$.linux.resources.blockIO",
        "hugetlb" => "$.linux.resources.hugepageLimits",
        "rdma" => "$.linux.resources.rdma",
        "net_cls" or "net_prio" => "$.linux.resources.network",
        "devices" => "$.linux.resources.devices",
        // Of a key of unified the name is no path.
        _ => failure.File is { Length: > 0 } file && file[0] != '/' ? "$.linux.resources.unified" : "$.linux.cgroupsPath",
    };
}
