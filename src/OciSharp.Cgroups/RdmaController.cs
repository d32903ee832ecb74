using OciSharp.Spec;

namespace OciSharp.Cgroups;

/// <summary>rdma, the same file on v1 and v2 (rdma.rst); <c>config-linux.md#rdma</c>.</summary>
internal static class RdmaController
{
    /// <summary>Sets the limits, per device.</summary>
    /// <exception cref="CgroupException">A device is not known.</exception>
    public static void Apply(LimitWriter writer, IReadOnlyDictionary<string, LinuxRdma> devices)
    {
        foreach ((string device, LinuxRdma limits) in devices)
        {
            string value = (limits.HcaHandles, limits.HcaObjects) switch
            {
                ({ } handles, { } objects) => $"hca_handle={handles} hca_object={objects}",
                ({ } handles, null) => $"hca_handle={handles}",
                (null, { } objects) => $"hca_object={objects}",
                _ => "",
            };
            if (value.Length > 0)
                writer.SetKeyed("rdma.max", device, value, unset: "hca_handle=max hca_object=max");
        }
    }
}
