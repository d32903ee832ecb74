using System.Text;
using System.Text.Json.Nodes;
using OciSharp.Fuzz.Tests.Mutation;

namespace OciSharp.Faults;

/// <summary>
/// Mutations of a configuration that may be launched on somebody's machine: what could reach the host is put back as it was, or left out. The
/// container has all namespaces of its own, mounts nothing of the host, has its cgroup where it belongs, and no devices, hooks or sockets.
/// </summary>
internal static class HarmlessMutation
{
    private static readonly string[] s_kept = ["ociVersion", "process", "root", "hostname", "domainname", "mounts", "annotations", "linux"];
    private static readonly string[] s_keptOfLinux =
        ["sysctl", "resources", "cgroupsPath", "namespaces", "seccomp", "rootfsPropagation", "maskedPaths", "readonlyPaths", "mountLabel", "timeOffsets", "personality", "memoryPolicy"];

    private static readonly string[] s_keptOfResources = ["memory", "cpu", "pids", "hugepageLimits", "unified", "devices"];
    private static readonly string[] s_harmlessTypes = ["tmpfs", "proc", "sysfs", "devpts", "mqueue"];

    /// <summary>What is mutated: much of what a configuration can say, and all of it true of the bundle.</summary>
    public static JsonObject Original(Bundle bundle, string cgroup) => bundle
        .Args("/bin/true")
        .Edit(c => c["hostname"] = "host")
        .Edit(c => c["domainname"] = "domain")
        .Annotation("key", "value")
        .Mount("/tmp/a/b", "tmpfs", "tmpfs", "size=64k", "nodev", "mode=700")
        .Namespace("cgroup")
        .Namespace("time")
        .WithLinux("cgroupsPath", cgroup)
        .WithLinux("sysctl", new JsonObject { ["net.ipv4.ip_forward"] = "1", ["kernel.shmmax"] = "1000000" })
        .WithLinux("maskedPaths", Bundle.Strings("/proc/kcore", "/sys/firmware"))
        .WithLinux("readonlyPaths", Bundle.Strings("/proc/sys", "/proc/bus"))
        .WithLinux("rootfsPropagation", "slave")
        .WithLinux("timeOffsets", new JsonObject { ["monotonic"] = new JsonObject { ["secs"] = 10, ["nanosecs"] = 0 } })
        .WithLinux("seccomp", (JsonObject)JsonNode.Parse("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace", "bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}""")!)
        .Resource("memory", new JsonObject { ["limit"] = 64 << 20, ["reservation"] = 32 << 20 })
        .Resource("cpu", new JsonObject { ["shares"] = 512, ["quota"] = 50000, ["period"] = 100000 })
        .Resource("pids", new JsonObject { ["limit"] = 20 })
        .WithProcess("rlimits", new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 100, ["hard"] = 200 }))
        .WithProcess("oomScoreAdj", 100)
        .WithProcess("scheduler", new JsonObject { ["policy"] = "SCHED_OTHER", ["nice"] = 5 })
        .WithProcess("ioPriority", new JsonObject { ["class"] = "IOPRIO_CLASS_BE", ["priority"] = 4 })
        .Config;

    /// <summary>The mutation of a number: always the same.</summary>
    public static string Of(JsonObject original, int seed)
    {
        var text = Encoding.UTF8.GetBytes(original.ToJsonString());
        while (JsonNode.Parse(JsonMutator.Mutate(text, text, new Random(seed))) is not JsonObject) seed += 1_000_000;
        var mutation = (JsonObject)JsonNode.Parse(JsonMutator.Mutate(text, text, new Random(seed)))!;
        Keep(mutation, s_kept);
        mutation["root"] = original["root"]!.DeepClone();
        if (mutation["process"] is JsonObject process) Keep(process, [.. process.Select(p => p.Key).Where(name => name is not ("terminal" or "execCPUAffinity"))]);
        if (mutation["mounts"] is JsonArray mounts) MakeHarmless(mounts);
        else mutation["mounts"] = original["mounts"]!.DeepClone();
        if (mutation["annotations"] is JsonObject annotations) Keep(annotations, [.. annotations.Select(a => a.Key).Where(name => !name.StartsWith("run.oci", StringComparison.Ordinal))]);
        var linux = mutation["linux"] as JsonObject ?? [];
        mutation["linux"] = linux;
        Keep(linux, s_keptOfLinux);
        foreach (var name in (string[])["namespaces", "cgroupsPath"]) linux[name] = original["linux"]![name]!.DeepClone();
        if (linux["sysctl"] is JsonObject sysctl) Keep(sysctl, [.. sysctl.Select(s => s.Key).Where(name => original["linux"]!["sysctl"]!.AsObject().ContainsKey(name))]);
        else linux.Remove("sysctl");
        if (linux["seccomp"] is JsonObject seccomp) seccomp.Remove("listenerPath");
        if (linux["resources"] is JsonObject resources)
        {
            Keep(resources, s_keptOfResources);
            resources["devices"] = original["linux"]!["resources"]!["devices"]!.DeepClone();
        }

        return mutation.ToJsonString();
    }

    private static void Keep(JsonObject parent, string[] names)
    {
        foreach (var name in parent.Select(p => p.Key).Except(names).ToArray()) parent.Remove(name);
    }

    /// <summary>Only what has nothing behind it is mounted: no directory of the host, no device.</summary>
    private static void MakeHarmless(JsonArray mounts)
    {
        for (var i = mounts.Count - 1; i >= 0; i--)
        {
            var mount = mounts[i] as JsonObject;
            var options = mount?["options"]?.ToJsonString() ?? "";
            if (mount?["type"] is not JsonValue type || !type.TryGetValue(out string? text) || !s_harmlessTypes.Contains(text) || options.Contains("bind")) mounts.RemoveAt(i);
        }
    }
}
