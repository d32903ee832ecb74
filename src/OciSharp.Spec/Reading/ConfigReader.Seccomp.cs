using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static LinuxSeccomp? ReadSeccomp(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? defaultAction = null, listenerPath = null, listenerMetadata = null;
        uint? defaultErrnoRet = null;
        string[]? architectures = null, flags = null;
        LinuxSyscall[]? syscalls = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("defaultAction"u8))
                defaultAction = json.String();
            else if (json.Is("defaultErrnoRet"u8))
                defaultErrnoRet = json.UInt32();
            else if (json.Is("architectures"u8))
                architectures = json.Strings();
            else if (json.Is("flags"u8))
                flags = json.Strings();
            else if (json.Is("listenerPath"u8))
                listenerPath = json.String();
            else if (json.Is("listenerMetadata"u8))
                listenerMetadata = json.String();
            else if (json.Is("syscalls"u8))
                syscalls = json.Objects(ReadSyscall);
            else
                json.Keep(ref extensions);
        }

        return new LinuxSeccomp
        {
            DefaultAction = json.Required(defaultAction, "defaultAction"),
            DefaultErrnoRet = defaultErrnoRet,
            Architectures = architectures,
            Flags = flags,
            ListenerPath = listenerPath,
            ListenerMetadata = listenerMetadata,
            Syscalls = syscalls,
            Extensions = extensions,
        };
    }

    private static LinuxSyscall? ReadSyscall(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string[]? names = null;
        string? action = null;
        uint? errnoRet = null;
        LinuxSeccompArg[]? args = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("names"u8))
                names = json.Strings();
            else if (json.Is("action"u8))
                action = json.String();
            else if (json.Is("errnoRet"u8))
                errnoRet = json.UInt32();
            else if (json.Is("args"u8))
                args = json.Objects(ReadSeccompArg);
            else
                json.Keep(ref extensions);
        }

        return new LinuxSyscall
        {
            Names = json.Required(names, "names"),
            Action = json.Required(action, "action"),
            ErrnoRet = errnoRet,
            Args = args,
            Extensions = extensions,
        };
    }

    private static LinuxSeccompArg? ReadSeccompArg(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? index = null;
        ulong? value = null, valueTwo = null;
        string? op = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("index"u8))
                index = json.UInt32();
            else if (json.Is("value"u8))
                value = json.UInt64();
            else if (json.Is("valueTwo"u8))
                valueTwo = json.UInt64();
            else if (json.Is("op"u8))
                op = json.String();
            else
                json.Keep(ref extensions);
        }

        return new LinuxSeccompArg
        {
            Index = json.Required(index, "index"),
            Value = json.Required(value, "value"),
            ValueTwo = valueTwo ?? 0,
            Op = json.Required(op, "op"),
            Extensions = extensions,
        };
    }
}
