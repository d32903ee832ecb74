using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config-linux.md, "Memory Policy".</summary>
[Differs("runc", "config-linux.md, Memory Policy: the NUMA memory policy of the container; younger than runc 1.1.5")]
[Differs("crun", "config-linux.md, Memory Policy: the NUMA memory policy of the container; younger than crun 1.8.1")]
public sealed class MemoryPolicy : ContainerFixture
{
    [OneTimeSetUp]
    public void Kernel() => Require.That(File.Exists("/proc/self/numa_maps"), "this kernel knows no memory nodes");

    [TestCase("MPOL_BIND", "0", null, "bind:0")]
    [TestCase("MPOL_BIND", "0", "MPOL_F_STATIC_NODES", "bind=static:0")]
    [TestCase("MPOL_INTERLEAVE", "0", "MPOL_F_RELATIVE_NODES", "interleave=relative:0")]
    [TestCase("MPOL_PREFERRED", "0", null, "prefer:0")]
    [TestCase("MPOL_LOCAL", null, null, "local")]
    [TestCase("MPOL_DEFAULT", null, null, "default")]
    public void The_kernel_has_it_for_the_process(string mode, string? nodes, string? flag, string expected)
    {
        var policy = new JsonObject { ["mode"] = mode };
        if (nodes is not null) policy["nodes"] = nodes;
        if (flag is not null) policy["flags"] = Bundle.Strings(flag);
        var policies = Look(NewBundle().WithLinux("memoryPolicy", policy), "cut -d ' ' -f 2 /proc/self/numa_maps | sort -u")[0];
        Assert.That(policies, Is.EqualTo(expected));
    }

    [Test]
    public void A_node_that_is_not_there_is_refused() =>
        FailToCreate(NewBundle().WithLinux("memoryPolicy", new JsonObject { ["mode"] = "MPOL_BIND", ["nodes"] = "1023" })).Failed("memoryPolicy");

    [Test]
    public void An_unknown_mode_is_refused() =>
        FailToCreate(NewBundle().WithLinux("memoryPolicy", new JsonObject { ["mode"] = "MPOL_NOWHERE" })).Failed("MPOL_NOWHERE");
}
