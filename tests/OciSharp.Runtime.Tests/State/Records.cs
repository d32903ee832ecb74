using OciSharp.Cgroups;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Tests.State;

internal static class Records
{
    public static ContainerRecord Sample(string id) => new()
    {
        OciVersion = "1.3.0",
        Id = id,
        Bundle = "/bundle with \"quotes\"",
        Rootfs = "/bundle/rootfs",
        Created = Timestamp.Now(),
        Owner = 1000,
        PrivatePidNamespace = true,
        CgroupManager = CgroupManagerKind.Systemd,
        CgroupPaths = new Dictionary<string, string> { ["memory"] = "/nowhere/memory/c1", ["freezer"] = "/nowhere/freezer/c1" },
        Annotations = [new("org.example.ä", "<&>\n"), new("", "")],
    };
}
