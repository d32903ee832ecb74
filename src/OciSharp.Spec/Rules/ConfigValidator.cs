namespace OciSharp.Spec;

/// <summary>
/// Checks a configuration against the rules that can be decided without looking at the host or the bundle; reports all breaches. What the
/// host decides (a kernel without a feature, a file that is not there) is found when the container is made.
/// </summary>
/// <remarks>Strings with a NUL byte are refused earlier, by <see cref="ConfigReader"/>.</remarks>
public static class ConfigValidator
{
    /// <summary>Checks a whole configuration.</summary>
    public static void Validate(Config config, DiagnosticBag bag, ValidationContext context = default)
    {
        var findings = new Findings(bag, "$");
        NamespaceSet namespaces = NamespaceSet.Of(config, findings);

        GeneralRules.Check(config, namespaces, findings);
        if (config.Process is { } process)
            ProcessRules.Check(process, "$.process", findings);
        if (config.Process is not null && config.Linux is not null && namespaces.Makes(NamespaceTypes.User))
            UserRules.CheckMapped(config.Process.User, config.Linux, context, findings);
        MountRules.Check(config, namespaces, context, findings);
        if (config.Hooks is { } hooks)
            HookRules.Check(hooks, findings);
        if (config.Linux is { } linux)
            CheckLinux(config, linux, namespaces, context, findings);
        else
            NamespaceRules.CheckRootless(namespaces, context, findings);
    }

    /// <summary>Checks a process that joins a container, as <c>exec</c> does. Paths begin at the process: <c>$.cwd</c>.</summary>
    /// <param name="process">The process.</param>
    /// <param name="bag">Takes the diagnostics.</param>
    public static void ValidateProcess(Process process, DiagnosticBag bag) =>
        ProcessRules.Check(process, "$", new Findings(bag, "$.process"));

    /// <summary>Checks new limits of a container, as <c>update</c> sets them. Paths begin there: <c>$.memory.limit</c>.</summary>
    public static void ValidateResources(LinuxResources resources, DiagnosticBag bag) =>
        ResourceRules.Check(resources, "$", new Findings(bag, "$.linux.resources"));

    /// <summary>Checks new schemata of a container, as <c>update</c> sets them. Paths begin at the configuration: <c>$.linux.intelRdt</c>.</summary>
    public static void ValidateIntelRdt(LinuxIntelRdt rdt, DiagnosticBag bag) => IntelRdtRules.Check(rdt, new Findings(bag, "$"));

    private static void CheckLinux(Config config, LinuxConfig linux, NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        NamespaceRules.Check(linux, namespaces, context, findings);
        if (linux.TimeOffsets is { } offsets)
            TimeRules.Check(offsets, namespaces, findings);
        DeviceRules.Check(linux, findings);
        if (linux.NetDevices is { } netDevices)
            NetDeviceRules.Check(netDevices, namespaces, context, findings);
        if (linux.Sysctl is { } sysctl)
            SysctlRules.Check(sysctl, config, namespaces, findings);
        PathRules.Check(linux, namespaces, context, findings);
        if (linux.Resources is { } resources)
            ResourceRules.Check(resources, "$.linux.resources", findings);
        if (linux.Seccomp is { } seccomp)
            SeccompRules.Check(seccomp, findings);
        if (linux.IntelRdt is { } rdt)
            IntelRdtRules.Check(rdt, findings);
        if (linux.MemoryPolicy is { } memoryPolicy)
            MemoryPolicyRules.Check(memoryPolicy, findings);
        if (linux.Personality is { } personality)
            PersonalityRules.Check(personality, findings);
    }
}
