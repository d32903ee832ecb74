using static OciSharp.Spec.JsonProperties;

namespace OciSharp.Spec;

/// <summary>
/// Writes a configuration (<c>config.md</c>) as JSON in UTF-8: properties in the order of the specification's Go types, absent ones left
/// out, unknown ones at the end of their object.
/// </summary>
public static partial class ConfigWriter
{
    /// <summary>Writes a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="indent">What a level is indented with: a tab, four spaces; empty: everything is on one line.</param>
    public static byte[] Write(Config config, string indent = "")
    {
        var json = new JsonWriter(indent);
        json.Write(config, WriteConfig);
        return json.Written.ToArray();
    }

    private static void WriteConfig(JsonWriter json, Config config)
    {
        json.Property("ociVersion"u8, config.OciVersion);
        json.Property("process"u8, config.Process, WriteProcess);
        json.Property("root"u8, config.Root, WriteRoot);
        json.Property("hostname"u8, config.Hostname);
        json.Property("domainname"u8, config.Domainname);
        json.Property("mounts"u8, config.Mounts, WriteMount);
        json.Property("hooks"u8, config.Hooks, WriteHooks);
        json.Property("annotations"u8, config.Annotations);
        json.Property("linux"u8, config.Linux, WriteLinux);
    }

    private static void WriteRoot(JsonWriter json, Root root)
    {
        json.Property("path"u8, root.Path);
        json.Property("readonly"u8, UnlessFalse(root.Readonly));
    }

    private static void WriteMount(JsonWriter json, Mount mount)
    {
        json.Property("destination"u8, mount.Destination);
        json.Property("type"u8, mount.Type);
        json.Property("source"u8, mount.Source);
        json.Property("options"u8, mount.Options);
        json.Property("uidMappings"u8, mount.UidMappings, WriteIdMapping);
        json.Property("gidMappings"u8, mount.GidMappings, WriteIdMapping);
    }

    private static void WriteIdMapping(JsonWriter json, LinuxIdMapping idMapping)
    {
        json.Property("containerID"u8, idMapping.ContainerId);
        json.Property("hostID"u8, idMapping.HostId);
        json.Property("size"u8, idMapping.Size);
    }

    private static void WriteHooks(JsonWriter json, Hooks hooks)
    {
        json.Property("prestart"u8, hooks.Prestart, WriteHook);
        json.Property("createRuntime"u8, hooks.CreateRuntime, WriteHook);
        json.Property("createContainer"u8, hooks.CreateContainer, WriteHook);
        json.Property("startContainer"u8, hooks.StartContainer, WriteHook);
        json.Property("poststart"u8, hooks.Poststart, WriteHook);
        json.Property("poststop"u8, hooks.Poststop, WriteHook);
    }

    private static void WriteHook(JsonWriter json, Hook hook)
    {
        json.Property("path"u8, hook.Path);
        json.Property("args"u8, hook.Args);
        json.Property("env"u8, hook.Env);
        json.Property("timeout"u8, hook.Timeout);
    }
}
