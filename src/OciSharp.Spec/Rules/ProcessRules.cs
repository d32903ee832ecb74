namespace OciSharp.Spec;

/// <summary>The process. Its user and its place in the schedules have files of their own.</summary>
internal static class ProcessRules
{
    private static Rule ArgsEmpty => Rule.Error("OCI1201", "config.md#process", "write the program and its arguments");

    private static Rule CwdNotAbsolute => Rule.Error("OCI1202", "config.md#process", "write a path that begins with /");

    private static Rule EnvSyntax => Rule.Error("OCI1203", "config.md#process", "write NAME=value");

    private static Rule RlimitUnknown =>
        Rule.Error("OCI1204", "config.md#posix-process", "write a name of getrlimit(2), as in RLIMIT_NOFILE");

    private static Rule RlimitDuplicate => Rule.Error("OCI1205", "config.md#posix-process", "keep one entry of each type");

    private static Rule RlimitSoftAboveHard => Rule.Error("OCI1206", "getrlimit(2)", "raise hard or lower soft");

    private static Rule CapabilityUnknown =>
        Rule.Warning("OCI1207", "config.md#linux-process", "write a name of capabilities(7), as in CAP_CHOWN");

    private static Rule CapabilityNotPermitted => Rule.Warning("OCI1208", "capabilities(7)", "add it to the permitted set");

    private static Rule OomScoreRange => Rule.Error("OCI1209", "proc_pid_oom_score_adj(5)", "write a number from -1000 to 1000");

    private static Rule ConsoleTooLarge => Rule.Error("OCI1210", "TIOCSWINSZ(2const)", "write a size that a terminal can have");

    public static void Check(Process process, string at, Findings findings)
    {
        if (process.Args.AsSpan() is not [{ Length: > 0 }, ..])
            findings.Add(ArgsEmpty, $"{at}.args", "args must not be empty");
        if (!process.Cwd.StartsWith('/'))
            findings.Add(CwdNotAbsolute, $"{at}.cwd", $"cwd must be an absolute path, is \"{process.Cwd}\"");
        CheckEnv(process.Env.AsSpan(), at, findings);
        CheckRlimits(process.Rlimits.AsSpan(), at, findings);
        if (process.Capabilities is { } capabilities)
            CheckCapabilities(capabilities, at, findings);
        if (process.OomScoreAdj is < -1000 or > 1000)
            findings.Add(OomScoreRange, $"{at}.oomScoreAdj", $"{process.OomScoreAdj} is no oom_score_adj");
        if (process.Terminal && process.ConsoleSize is { } size && (size.Height > ushort.MaxValue || size.Width > ushort.MaxValue))
        {
            findings.Add(
                ConsoleTooLarge,
                $"{at}.consoleSize",
                $"{size.Height} rows of {size.Width} columns are more than {ushort.MaxValue}");
        }
        UserRules.Check(process.User, at, findings);
        SchedulingRules.Check(process, at, findings);
        if (process.ExecCpuAffinity is { } affinity)
        {
            CommonRules.CheckIdList(affinity.Initial, $"{at}.execCPUAffinity", "initial", findings);
            CommonRules.CheckIdList(affinity.Final, $"{at}.execCPUAffinity", "final", findings);
        }
    }

    private static void CheckEnv(ReadOnlySpan<string> env, string at, Findings findings)
    {
        for (int i = 0; i < env.Length; i++)
        {
            if (env[i].IndexOf('=') < 0)
                findings.Add(EnvSyntax, $"{at}.env[{i}]", $"environment variable \"{env[i]}\" has no =");
            else if (env[i][0] == '=')
                findings.Add(EnvSyntax, $"{at}.env[{i}]", $"environment variable \"{env[i]}\" has an empty name");
        }
    }

    private static void CheckRlimits(ReadOnlySpan<PosixRlimit> rlimits, string at, Findings findings)
    {
        uint seen = 0;
        for (int i = 0; i < rlimits.Length; i++)
        {
            PosixRlimit rlimit = rlimits[i];
            uint bit = RlimitBit(rlimit.Type);
            if (bit == 0)
                findings.Add(RlimitUnknown, $"{at}.rlimits[{i}].type", $"invalid rlimit type \"{rlimit.Type}\"");
            if ((seen & bit) != 0)
                findings.Add(RlimitDuplicate, $"{at}.rlimits[{i}].type", $"{rlimit.Type} is limited more than once");
            if (rlimit.Soft > rlimit.Hard && !findings.IsIncomplete($"{at}.rlimits[{i}]"))
            {
                findings.Add(
                    RlimitSoftAboveHard,
                    $"{at}.rlimits[{i}].soft",
                    $"the soft limit {rlimit.Soft} is above the hard limit {rlimit.Hard}");
            }
            seen |= bit;
        }
    }

    private static void CheckCapabilities(LinuxCapabilities capabilities, string at, Findings findings)
    {
        CheckNames(capabilities.Bounding.AsSpan(), at, "bounding", findings);
        CheckNames(capabilities.Effective.AsSpan(), at, "effective", findings);
        CheckNames(capabilities.Inheritable.AsSpan(), at, "inheritable", findings);
        CheckNames(capabilities.Permitted.AsSpan(), at, "permitted", findings);
        CheckNames(capabilities.Ambient.AsSpan(), at, "ambient", findings);

        ulong permitted = 0;
        foreach (string name in capabilities.Permitted.AsSpan())
            permitted |= Bit(name);
        ReadOnlySpan<string> effective = capabilities.Effective.AsSpan();
        for (int i = 0; i < effective.Length; i++)
        {
            if ((Bit(effective[i]) & ~permitted) != 0)
            {
                findings.Add(
                    CapabilityNotPermitted,
                    $"{at}.capabilities.effective[{i}]",
                    $"{effective[i]} cannot be effective without being permitted");
            }
        }
    }

    private static void CheckNames(ReadOnlySpan<string> names, string at, string set, Findings findings)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (CapabilityNames.Number(names[i]) < 0)
                findings.Add(CapabilityUnknown, $"{at}.capabilities.{set}[{i}]", $"unknown capability \"{names[i]}\" is ignored");
        }
    }

    private static ulong Bit(string capability) => CapabilityNames.Number(capability) is >= 0 and int number ? 1UL << number : 0;

    private static uint RlimitBit(string type) => RlimitTypes.Number(type) is >= 0 and int number ? 1u << number : 0;
}
