using static OciSharp.Spec.JsonProperties;

namespace OciSharp.Spec;

public static partial class ConfigWriter
{
    private static void WriteSeccomp(JsonWriter json, LinuxSeccomp seccomp)
    {
        json.Property("defaultAction"u8, seccomp.DefaultAction);
        json.Property("defaultErrnoRet"u8, seccomp.DefaultErrnoRet);
        json.Property("architectures"u8, seccomp.Architectures);
        json.Property("flags"u8, seccomp.Flags);
        json.Property("listenerPath"u8, seccomp.ListenerPath);
        json.Property("listenerMetadata"u8, seccomp.ListenerMetadata);
        json.Property("syscalls"u8, seccomp.Syscalls, WriteSyscall);
    }

    private static void WriteSyscall(JsonWriter json, LinuxSyscall syscall)
    {
        json.Property("names"u8, syscall.Names);
        json.Property("action"u8, syscall.Action);
        json.Property("errnoRet"u8, syscall.ErrnoRet);
        json.Property("args"u8, syscall.Args, WriteSeccompArg);
    }

    private static void WriteSeccompArg(JsonWriter json, LinuxSeccompArg seccompArg)
    {
        json.Property("index"u8, seccompArg.Index);
        json.Property("value"u8, seccompArg.Value);
        json.Property("valueTwo"u8, UnlessZero(seccompArg.ValueTwo));
        json.Property("op"u8, seccompArg.Op);
    }
}
