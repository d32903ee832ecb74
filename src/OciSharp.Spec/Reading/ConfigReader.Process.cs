using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static Process? ReadProcess(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        bool? terminal = null, noNewPrivileges = null;
        Box? consoleSize = null;
        User? user = null;
        string[]? args = null, env = null;
        string? cwd = null, apparmorProfile = null, selinuxLabel = null;
        LinuxCapabilities? capabilities = null;
        PosixRlimit[]? rlimits = null;
        int? oomScoreAdj = null;
        Scheduler? scheduler = null;
        LinuxIoPriority? ioPriority = null;
        CpuAffinity? execCpuAffinity = null;
        Dictionary<string, JsonElement>? extensions = null;
        (int From, int To) mistakesInConsoleSize = default;

        while (json.NextProperty())
        {
            if (json.Is("terminal"u8))
                terminal = json.Bool();
            else if (json.Is("consoleSize"u8))
            {
                (int before, consoleSize) = (json.Mistakes, ReadBox(ref json));
                mistakesInConsoleSize = (before, json.Mistakes);
            }
            else if (json.Is("user"u8))
                user = ReadUser(ref json);
            else if (json.Is("args"u8))
                args = json.Strings();
            else if (json.Is("env"u8))
                env = json.Strings();
            else if (json.Is("cwd"u8))
                cwd = json.String();
            else if (json.Is("capabilities"u8))
                capabilities = ReadCapabilities(ref json);
            else if (json.Is("rlimits"u8))
                rlimits = json.Objects(ReadRlimit);
            else if (json.Is("noNewPrivileges"u8))
                noNewPrivileges = json.Bool();
            else if (json.Is("apparmorProfile"u8))
                apparmorProfile = json.String();
            else if (json.Is("oomScoreAdj"u8))
                oomScoreAdj = json.Int32();
            else if (json.Is("scheduler"u8))
                scheduler = ReadScheduler(ref json);
            else if (json.Is("selinuxLabel"u8))
                selinuxLabel = json.String();
            else if (json.Is("ioPriority"u8))
                ioPriority = ReadIoPriority(ref json);
            else if (json.Is("execCPUAffinity"u8))
                execCpuAffinity = ReadCpuAffinity(ref json);
            else
                json.Keep(ref extensions);
        }

        // "Runtimes MUST ignore consoleSize if terminal is false or unset."
        if (terminal is not true)
            json.Forget(mistakesInConsoleSize.From, mistakesInConsoleSize.To);
        if (user is null)
            json.Assumed("user", "uid 0 and gid 0");

        return new Process
        {
            Terminal = terminal ?? false,
            ConsoleSize = consoleSize,
            User = user,
            Args = args,
            Env = env,
            Cwd = json.Required(cwd, "cwd"),
            Capabilities = capabilities,
            Rlimits = rlimits,
            NoNewPrivileges = noNewPrivileges ?? false,
            ApparmorProfile = apparmorProfile,
            OomScoreAdj = oomScoreAdj,
            Scheduler = scheduler,
            SelinuxLabel = selinuxLabel,
            IoPriority = ioPriority,
            ExecCpuAffinity = execCpuAffinity,
            Extensions = extensions,
        };
    }

    private static Box? ReadBox(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? height = null, width = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("height"u8))
                height = json.UInt32();
            else if (json.Is("width"u8))
                width = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new Box
        {
            Height = json.Required(height, "height"),
            Width = json.Required(width, "width"),
            Extensions = extensions,
        };
    }

    private static User? ReadUser(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? uid = null, gid = null, umask = null;
        uint[]? additionalGids = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("uid"u8))
                uid = json.UInt32();
            else if (json.Is("gid"u8))
                gid = json.UInt32();
            else if (json.Is("umask"u8))
                umask = json.UInt32();
            else if (json.Is("additionalGids"u8))
                additionalGids = json.UInt32s();
            else
                json.Keep(ref extensions);
        }

        if (uid is null)
            json.Assumed("uid", "0");
        if (gid is null)
            json.Assumed("gid", "0");

        return new User
        {
            Uid = uid ?? 0,
            Gid = gid ?? 0,
            Umask = umask,
            AdditionalGids = additionalGids,
            Extensions = extensions,
        };
    }

    private static LinuxCapabilities? ReadCapabilities(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string[]? bounding = null, effective = null, inheritable = null, permitted = null, ambient = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("bounding"u8))
                bounding = json.Strings();
            else if (json.Is("effective"u8))
                effective = json.Strings();
            else if (json.Is("inheritable"u8))
                inheritable = json.Strings();
            else if (json.Is("permitted"u8))
                permitted = json.Strings();
            else if (json.Is("ambient"u8))
                ambient = json.Strings();
            else
                json.Keep(ref extensions);
        }

        return new LinuxCapabilities
        {
            Bounding = bounding,
            Effective = effective,
            Inheritable = inheritable,
            Permitted = permitted,
            Ambient = ambient,
            Extensions = extensions,
        };
    }

    private static PosixRlimit? ReadRlimit(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? type = null;
        ulong? hard = null, soft = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("type"u8))
                type = json.String();
            else if (json.Is("hard"u8))
                hard = json.UInt64();
            else if (json.Is("soft"u8))
                soft = json.UInt64();
            else
                json.Keep(ref extensions);
        }

        return new PosixRlimit
        {
            Type = json.Required(type, "type"),
            Hard = json.Required(hard, "hard"),
            Soft = json.Required(soft, "soft"),
            Extensions = extensions,
        };
    }

    private static Scheduler? ReadScheduler(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? policy = null;
        int? nice = null, priority = null;
        string[]? flags = null;
        ulong? runtime = null, deadline = null, period = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("policy"u8))
                policy = json.String();
            else if (json.Is("nice"u8))
                nice = json.Int32();
            else if (json.Is("priority"u8))
                priority = json.Int32();
            else if (json.Is("flags"u8))
                flags = json.Strings();
            else if (json.Is("runtime"u8))
                runtime = json.UInt64();
            else if (json.Is("deadline"u8))
                deadline = json.UInt64();
            else if (json.Is("period"u8))
                period = json.UInt64();
            else
                json.Keep(ref extensions);
        }

        return new Scheduler
        {
            Policy = json.Required(policy, "policy"),
            Nice = nice ?? 0,
            Priority = priority ?? 0,
            Flags = flags,
            Runtime = runtime ?? 0,
            Deadline = deadline ?? 0,
            Period = period ?? 0,
            Extensions = extensions,
        };
    }

    private static LinuxIoPriority? ReadIoPriority(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? ioClass = null;
        int? priority = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("class"u8))
                ioClass = json.String();
            else if (json.Is("priority"u8))
                priority = json.Int32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxIoPriority
        {
            Class = json.Required(ioClass, "class"),
            Priority = json.Required(priority, "priority"),
            Extensions = extensions,
        };
    }

    private static CpuAffinity? ReadCpuAffinity(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? initial = null, final = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("initial"u8))
                initial = json.String();
            else if (json.Is("final"u8))
                final = json.String();
            else
                json.Keep(ref extensions);
        }

        return new CpuAffinity { Initial = initial, Final = final, Extensions = extensions };
    }
}
