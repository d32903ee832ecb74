using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciSharp.Integration.Harness;

/// <summary>A bundle on disk: a busybox root file system, and a config.json that starts as a sensible default and is edited from there.</summary>
public sealed class Bundle
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private string? _raw;

    /// <param name="path">The bundle's directory; it is made.</param>
    /// <param name="copy">Whether the root file system gets a busybox of its own: it has to, on another file system than that of /tmp.</param>
    public Bundle(string path, bool copy = false)
    {
        Path = path;
        Directory.CreateDirectory(path);
        Harness.Rootfs.Make(Rootfs, copy);
    }

    public string Path { get; }

    public string Rootfs => Path + "/rootfs";

    /// <summary>config.json, as it will be written by <see cref="Write"/>.</summary>
    public JsonObject Config { get; } = (JsonObject)JsonNode.Parse(Default)!;

    public JsonObject Process => (JsonObject)Config["process"]!;

    public JsonObject Linux => (JsonObject)Config["linux"]!;

    public JsonArray Mounts => (JsonArray)Config["mounts"]!;

    public Bundle Edit(Action<JsonObject> edit)
    {
        edit(Config);
        return this;
    }

    /// <summary>Edits <c>linux</c>.</summary>
    public Bundle WithLinux(string name, JsonNode? value)
    {
        Linux[name] = value;
        return this;
    }

    /// <summary>Edits <c>process</c>.</summary>
    public Bundle WithProcess(string name, JsonNode? value)
    {
        Process[name] = value;
        return this;
    }

    public Bundle Args(params string[] args) => WithProcess("args", Strings(args));

    /// <summary>The container's process is a shell that runs this.</summary>
    public Bundle Script(string script) => Args("/bin/sh", "-c", script);

    public Bundle Env(params string[] assignments) => WithProcess("env", Strings(assignments));

    public Bundle User(int uid, int gid) => WithProcess("user", new JsonObject { ["uid"] = uid, ["gid"] = gid });

    public Bundle Mount(string destination, string? source, string? type, params string[] options)
    {
        var mount = new JsonObject { ["destination"] = destination, ["options"] = Strings(options) };
        if (type is not null) mount["type"] = type;
        if (source is not null) mount["source"] = source;
        Mounts.Add(mount);
        return this;
    }

    public Bundle WithoutMount(string destination)
    {
        Mounts.Remove(Mounts.Single(m => (string)m!["destination"]! == destination));
        return this;
    }

    /// <summary>Adds a namespace, or replaces the one of that type.</summary>
    public Bundle Namespace(string type, string? path = null)
    {
        WithoutNamespace(type);
        var entry = new JsonObject { ["type"] = type };
        if (path is not null) entry["path"] = path;
        ((JsonArray)Linux["namespaces"]!).Add(entry);
        return this;
    }

    public Bundle WithoutNamespace(string type)
    {
        var namespaces = (JsonArray)Linux["namespaces"]!;
        var found = namespaces.FirstOrDefault(n => (string)n!["type"]! == type);
        if (found is not null) namespaces.Remove(found);
        return this;
    }

    /// <summary>A new user namespace whose ids 0 … <paramref name="size"/> − 1 are the host's from <paramref name="host"/> on; the root file system is given to its root.</summary>
    public Bundle UserNamespace(uint host = 100000, uint size = 65536)
    {
        Namespace("user");
        foreach (var name in (string[])["uidMappings", "gidMappings"])
        {
            Linux[name] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = host, ["size"] = size });
        }

        foreach (var directory in Directory.GetDirectories(Rootfs, "*", SearchOption.AllDirectories).Append(Rootfs))
        {
            Libc.Check(Libc.chown(directory, host, host), "chown");
        }

        return this;
    }

    public Bundle Resource(string controller, JsonNode value)
    {
        var resources = Linux["resources"] as JsonObject ?? [];
        Linux["resources"] = resources;
        resources[controller] = value;
        return this;
    }

    public Bundle Hook(string kind, string path, params string[] arguments) =>
        Hook(kind, new JsonObject { ["path"] = path, ["args"] = Strings([System.IO.Path.GetFileName(path), .. arguments]) });

    public Bundle Hook(string kind, JsonObject hook)
    {
        var hooks = Config["hooks"] as JsonObject ?? [];
        Config["hooks"] = hooks;
        var list = hooks[kind] as JsonArray ?? [];
        hooks[kind] = list;
        list.Add(hook);
        return this;
    }

    public Bundle Annotation(string key, string value)
    {
        var annotations = Config["annotations"] as JsonObject ?? [];
        Config["annotations"] = annotations;
        annotations[key] = value;
        return this;
    }

    /// <summary>config.json is this text, whatever the edits.</summary>
    public Bundle Raw(string json)
    {
        _raw = json;
        return this;
    }

    /// <summary>Adds a file to the root file system; it can be executed.</summary>
    public Bundle File(string path, string text) => File(path, System.Text.Encoding.UTF8.GetBytes(text));

    public Bundle File(string path, byte[] content)
    {
        var full = Rootfs + path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllBytes(full, content);
        System.IO.File.SetUnixFileMode(full, System.IO.File.GetUnixFileMode(full) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return this;
    }

    /// <summary>Writes config.json.</summary>
    public Bundle Write()
    {
        System.IO.File.WriteAllText(Path + "/config.json", _raw ?? Config.ToJsonString(s_indented));
        return this;
    }

    public static JsonArray Strings(params string[] values) => new([.. values.Select(v => (JsonNode)v)]);

    /// <summary>What engines ask for, without a terminal, with a writable root and few capabilities.</summary>
    private const string Default = """
        {
          "ociVersion": "1.0.2",
          "process": {
            "terminal": false,
            "user": { "uid": 0, "gid": 0 },
            "args": ["/bin/true"],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "cwd": "/",
            "capabilities": {
              "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
              "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
              "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
            },
            "noNewPrivileges": true
          },
          "root": { "path": "rootfs", "readonly": false },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
            { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"] },
            { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] }
          ],
          "linux": {
            "resources": { "devices": [{ "allow": false, "access": "rwm" }] },
            "namespaces": [{ "type": "pid" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }]
          }
        }
        """;
}
