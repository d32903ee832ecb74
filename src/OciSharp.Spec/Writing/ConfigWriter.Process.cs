using static OciSharp.Spec.JsonProperties;

namespace OciSharp.Spec;

public static partial class ConfigWriter
{
    private static void WriteProcess(JsonWriter json, Process process)
    {
        json.Property("terminal"u8, UnlessFalse(process.Terminal));
        json.Property("consoleSize"u8, process.ConsoleSize, WriteBox);
        json.Property("user"u8, process.User, WriteUser);
        json.Property("args"u8, process.Args);
        json.Property("env"u8, process.Env);
        json.Property("cwd"u8, process.Cwd);
        json.Property("capabilities"u8, process.Capabilities, WriteCapabilities);
        json.Property("rlimits"u8, process.Rlimits, WriteRlimit);
        json.Property("noNewPrivileges"u8, UnlessFalse(process.NoNewPrivileges));
        json.Property("apparmorProfile"u8, process.ApparmorProfile);
        json.Property("oomScoreAdj"u8, process.OomScoreAdj);
        json.Property("scheduler"u8, process.Scheduler, WriteScheduler);
        json.Property("selinuxLabel"u8, process.SelinuxLabel);
        json.Property("ioPriority"u8, process.IoPriority, WriteIoPriority);
        json.Property("execCPUAffinity"u8, process.ExecCpuAffinity, WriteCpuAffinity);
    }

    private static void WriteBox(JsonWriter json, Box box)
    {
        json.Property("height"u8, box.Height);
        json.Property("width"u8, box.Width);
    }

    private static void WriteUser(JsonWriter json, User user)
    {
        json.Property("uid"u8, user.Uid);
        json.Property("gid"u8, user.Gid);
        json.Property("umask"u8, user.Umask);
        json.Property("additionalGids"u8, user.AdditionalGids);
    }

    private static void WriteCapabilities(JsonWriter json, LinuxCapabilities capabilities)
    {
        json.Property("bounding"u8, capabilities.Bounding);
        json.Property("effective"u8, capabilities.Effective);
        json.Property("inheritable"u8, capabilities.Inheritable);
        json.Property("permitted"u8, capabilities.Permitted);
        json.Property("ambient"u8, capabilities.Ambient);
    }

    private static void WriteRlimit(JsonWriter json, PosixRlimit posixRlimit)
    {
        json.Property("type"u8, posixRlimit.Type);
        json.Property("hard"u8, posixRlimit.Hard);
        json.Property("soft"u8, posixRlimit.Soft);
    }

    private static void WriteScheduler(JsonWriter json, Scheduler scheduler)
    {
        json.Property("policy"u8, scheduler.Policy);
        json.Property("nice"u8, UnlessZero(scheduler.Nice));
        json.Property("priority"u8, UnlessZero(scheduler.Priority));
        json.Property("flags"u8, scheduler.Flags);
        json.Property("runtime"u8, UnlessZero(scheduler.Runtime));
        json.Property("deadline"u8, UnlessZero(scheduler.Deadline));
        json.Property("period"u8, UnlessZero(scheduler.Period));
    }

    private static void WriteIoPriority(JsonWriter json, LinuxIoPriority ioPriority)
    {
        json.Property("class"u8, ioPriority.Class);
        json.Property("priority"u8, ioPriority.Priority);
    }

    private static void WriteCpuAffinity(JsonWriter json, CpuAffinity cpuAffinity)
    {
        json.Property("initial"u8, cpuAffinity.Initial);
        json.Property("final"u8, cpuAffinity.Final);
    }
}
