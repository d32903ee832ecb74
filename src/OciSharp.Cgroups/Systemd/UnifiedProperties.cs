namespace OciSharp.Cgroups.Systemd;

/// <summary>Those files of <c>linux.resources.unified</c> that systemd has a property for. The others are only written.</summary>
internal static class UnifiedProperties
{
    private const ulong MicrosecondsPeriod = 100_000;

    /// <summary>Appends the properties.</summary>
    /// <exception cref="CgroupException">A value has no form that systemd takes.</exception>
    public static void Add(List<UnitProperty> properties, IReadOnlyDictionary<string, string>? unified, int version)
    {
        foreach ((string file, string value) in unified ?? new Dictionary<string, string>(0))
        {
            switch (file)
            {
                case "cpu.max":
                    AddCpuMax(properties, value, version);
                    break;
                case "cpu.weight":
                    properties.Add(UnitProperty.Of("CPUWeight", Number(file, value)));
                    break;
                case "cpuset.cpus":
                    ResourceProperties.AddCpuList(properties, "AllowedCPUs", value, version);
                    break;
                case "cpuset.mems":
                    ResourceProperties.AddCpuList(properties, "AllowedMemoryNodes", value, version);
                    break;
                case "memory.min":
                    properties.Add(UnitProperty.Of("MemoryMin", Number(file, value)));
                    break;
                case "memory.low":
                    properties.Add(UnitProperty.Of("MemoryLow", Number(file, value)));
                    break;
                case "memory.high":
                    properties.Add(UnitProperty.Of("MemoryHigh", Number(file, value)));
                    break;
                case "memory.max":
                    properties.Add(UnitProperty.Of("MemoryMax", Number(file, value)));
                    break;
                case "memory.swap.max":
                    properties.Add(UnitProperty.Of("MemorySwapMax", Number(file, value)));
                    break;
                case "pids.max":
                    properties.Add(UnitProperty.Of("TasksMax", Math.Max(1, Number(file, value))));
                    break;
                default:
                    break; // systemd does not know the file, and so does not write to it
            }
        }
    }

    private static void AddCpuMax(List<UnitProperty> properties, string value, int version)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 2))
            throw Bad("cpu.max", value);
        ulong quota = Number("cpu.max", words[0]);
        ulong period = words.Length == 2 ? Number("cpu.max", words[1]) : MicrosecondsPeriod;
        ResourceProperties.AddQuota(properties, quota == UnitProperty.Infinity ? -1 : checked((long)quota), period, version);
    }

    private static ulong Number(string file, string value) =>
        value.AsSpan().Trim().SequenceEqual("max") ? UnitProperty.Infinity
        : ulong.TryParse(value.AsSpan().Trim(), System.Globalization.NumberStyles.None, null, out ulong number) ? number
        : throw Bad(file, value);

    private static CgroupException Bad(string file, string value) =>
        new($"set linux.resources.unified \"{file}\" to \"{value}\": systemd needs a number there, or max") { File = file, Value = value };
}
