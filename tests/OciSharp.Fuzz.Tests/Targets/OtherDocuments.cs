using System.Text;
using System.Text.Json;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Update;
using OciSharp.Spec;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>The file of <c>exec --process</c>.</summary>
internal sealed class ProcessTarget() : JsonTarget("process.json", Parts("process"))
{
    public override bool Feed(byte[] input)
    {
        var bag = new DiagnosticBag();
        if (ConfigReader.ReadProcess(input, bag) is { } process && !bag.HasErrors)
            ConfigValidator.ValidateProcess(process, bag);
        CheckDiagnostics(bag);
        return !bag.HasErrors;
    }

    /// <summary>A property of each good configuration.</summary>
    internal static byte[][] Parts(params string[] path)
    {
        List<byte[]> parts = [];
        foreach (byte[] config in Fixtures("config/good", ".json"))
        {
            using JsonDocument document = JsonDocument.Parse(config);
            JsonElement part = document.RootElement;
            if (path.All(name => part.TryGetProperty(name, out part)))
                parts.Add(Encoding.UTF8.GetBytes(part.GetRawText()));
        }

        Assert.That(parts, Is.Not.Empty);
        return [.. parts];
    }
}

/// <summary>The file of <c>update --resources</c>, put upon limits that there are.</summary>
internal sealed class ResourcesTarget() : JsonTarget("resources of update", ProcessTarget.Parts("linux", "resources"))
{
    private static readonly LinuxResources[] s_kept = [.. ProcessTarget.Parts("linux", "resources").Select(part => ConfigReader.ReadResources(part, new DiagnosticBag())!)];

    public override bool Feed(byte[] input)
    {
        var bag = new DiagnosticBag();
        LinuxResources? change = ConfigReader.ReadResources(input, bag);
        if (change is not null && !bag.HasErrors)
            ConfigValidator.ValidateResources(change, bag);
        CheckDiagnostics(bag);
        if (change is null || bag.HasErrors)
            return false;
        foreach (LinuxResources kept in s_kept)
            ResourceChange.Complete(change, ResourceChange.Merge(kept, change));
        return true;
    }
}

/// <summary>A container's record, which a full disk or a stranger may have damaged.</summary>
internal sealed class RecordTarget() : JsonTarget("state.json of the state directory", Record())
{
    public override bool Feed(byte[] input)
    {
        try
        {
            ContainerRecord record = ContainerRecordJson.Read(input);
            ContainerRecordJson.Read(ContainerRecordJson.Write(record).Span);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return false; // StateDirectory makes one message of these.
        }
    }

    private static byte[] Record() => ContainerRecordJson.Write(new ContainerRecord
    {
        OciVersion = "1.2.0",
        Id = "c",
        Bundle = "/bundle",
        Rootfs = "/bundle/rootfs",
        Created = "2026-01-01T00:00:00Z",
        Pid = 1234,
        StartTime = 5678,
        CgroupPaths = new Dictionary<string, string> { ["memory"] = "/sys/fs/cgroup/memory/c", [""] = "/sys/fs/cgroup/unified/c" },
        Annotations = [new("a", "b")],
    }).ToArray();
}

/// <summary>The state that the specification defines, as hooks and agents read it.</summary>
internal sealed class StateTarget() : JsonTarget("state of the specification", [.. Fixtures("state/good", ".json"), .. Fixtures("state/bad", ".json")])
{
    public override bool Feed(byte[] input)
    {
        var bag = new DiagnosticBag();
        StateReader.Read(input, bag);
        foreach (Diagnostic diagnostic in bag.Diagnostics)
            CheckText(diagnostic.ToString());
        return !bag.HasErrors;
    }
}
