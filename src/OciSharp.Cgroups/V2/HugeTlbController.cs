using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>hugetlb of v2 (cgroup-v2.rst, "HugeTLB"); <c>config-linux.md#huge-page-limits</c>.</summary>
internal static class HugeTlbController
{
    /// <summary>Sets the limits of pages in use, and those of reservations where the kernel has them.</summary>
    /// <exception cref="CgroupException">A value is refused, or there are no pages of that size.</exception>
    public static void Apply(LimitWriter writer, IReadOnlyList<LinuxHugepageLimit> limits)
    {
        foreach (LinuxHugepageLimit limit in limits)
        {
            writer.Set($"hugetlb.{limit.PageSize}.max", $"{limit.Limit}");
            string file = $"hugetlb.{limit.PageSize}.rsvd.max";
            nint result = writer.TrySet(file, $"{limit.Limit}");
            if (result < 0 && result != -(nint)Errno.ENOENT)
                throw writer.Directory.Refused("set", file, $"{limit.Limit}", result);
        }
    }
}
