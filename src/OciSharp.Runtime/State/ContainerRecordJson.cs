using System.Text.Json;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.State;

/// <summary>
/// <c>state.json</c> as text. By hand, as every command pays for it: a serializer's metadata takes a millisecond to build.
/// Properties that a later version adds are passed over.
/// </summary>
public static class ContainerRecordJson
{
    /// <summary>The UTF-8 text of <paramref name="record"/>.</summary>
    public static ReadOnlyMemory<byte> Write(ContainerRecord record)
    {
        var json = new JsonWriter();
        json.BeginObject();
        json.Property("ociVersion"u8, record.OciVersion);
        json.Property("id"u8, record.Id);
        json.Property("bundle"u8, record.Bundle);
        json.Property("rootfs"u8, record.Rootfs);
        json.Property("created"u8, record.Created);
        json.Property("owner"u8, record.Owner);
        json.Property("creating"u8, record.Creating);
        json.Property("pid"u8, record.Pid);
        json.Property("startTime"u8, record.StartTime);
        json.Property("privatePidNamespace"u8, record.PrivatePidNamespace);
        json.Property("hasPoststopHooks"u8, record.HasPoststopHooks);
        json.Property("hasStartHooks"u8, record.HasStartHooks);
        json.Property("hasNoProcess"u8, record.HasNoProcess);
        json.Property("mountBelowRoot"u8, record.MountBelowRoot);
        json.Property("cgroupManager"u8, NameOf(record.CgroupManager));
        json.Property("cgroupPaths"u8, record.CgroupPaths);
        if (record.Resctrl is { } resctrl)
            WriteResctrl(json, resctrl);
        json.Property("annotations"u8, record.Annotations);
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A value is of the wrong type, or a required one is missing.</exception>
    /// <exception cref="ArgumentException">A cgroup is there twice.</exception>
    public static ContainerRecord Read(ReadOnlySpan<byte> text)
    {
        Utf8JsonReader json = new(text);
        string? ociVersion = null, id = null, bundle = null, rootfs = null, created = null;
        uint owner = 0;
        int pid = 0;
        ulong startTime = 0, mountBelowRoot = 0;
        bool creating = false, privatePidNamespace = false, hasPoststopHooks = false, hasStartHooks = false, hasNoProcess = false;
        CgroupManagerKind cgroupManager = CgroupManagerKind.Cgroupfs;
        Dictionary<string, string> cgroupPaths = [];
        ResctrlGroup? resctrl = null;
        List<KeyValuePair<string, string>> annotations = [];

        Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Next(ref json, "ociVersion"u8))
                ociVersion = json.GetString();
            else if (Next(ref json, "id"u8))
                id = json.GetString();
            else if (Next(ref json, "bundle"u8))
                bundle = json.GetString();
            else if (Next(ref json, "rootfs"u8))
                rootfs = json.GetString();
            else if (Next(ref json, "created"u8))
                created = json.GetString();
            else if (Next(ref json, "owner"u8))
                owner = json.GetUInt32();
            else if (Next(ref json, "creating"u8))
                creating = json.GetBoolean();
            else if (Next(ref json, "pid"u8))
                pid = json.GetInt32();
            else if (Next(ref json, "startTime"u8))
                startTime = json.GetUInt64();
            else if (Next(ref json, "privatePidNamespace"u8))
                privatePidNamespace = json.GetBoolean();
            else if (Next(ref json, "hasPoststopHooks"u8))
                hasPoststopHooks = json.GetBoolean();
            else if (Next(ref json, "hasStartHooks"u8))
                hasStartHooks = json.GetBoolean();
            else if (Next(ref json, "hasNoProcess"u8))
                hasNoProcess = json.GetBoolean();
            else if (Next(ref json, "mountBelowRoot"u8))
                mountBelowRoot = json.GetUInt64();
            else if (Next(ref json, "annotations"u8))
                ReadMap(ref json, annotations);
            else if (Next(ref json, "cgroupManager"u8))
                cgroupManager = ReadManager(ref json);
            else if (Next(ref json, "cgroupPaths"u8))
                ReadMap(ref json, cgroupPaths);
            else if (Next(ref json, "resctrl"u8))
                resctrl = ReadResctrl(ref json);
            else
                json.Skip();
        }

        return new ContainerRecord
        {
            OciVersion = Required(ociVersion, "ociVersion"),
            Id = Required(id, "id"),
            Bundle = Required(bundle, "bundle"),
            Rootfs = Required(rootfs, "rootfs"),
            Created = Required(created, "created"),
            Owner = owner,
            Creating = creating,
            Pid = pid,
            StartTime = startTime,
            PrivatePidNamespace = privatePidNamespace,
            HasPoststopHooks = hasPoststopHooks,
            HasStartHooks = hasStartHooks,
            HasNoProcess = hasNoProcess,
            MountBelowRoot = mountBelowRoot,
            CgroupManager = cgroupManager,
            CgroupPaths = cgroupPaths,
            Resctrl = resctrl,
            Annotations = annotations,
        };
    }

    /// <summary>At a property of that name: steps to its value.</summary>
    private static bool Next(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    private static void ReadMap(ref Utf8JsonReader json, ICollection<KeyValuePair<string, string>> map)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            Expect(ref json, JsonTokenType.String);
            map.Add(new(key, json.GetString()!));
        }
    }

    private static void WriteResctrl(JsonWriter json, ResctrlGroup group)
    {
        json.BeginObject("resctrl"u8);
        json.Property("root"u8, group.Root);
        json.Property("name"u8, group.Name);
        if (group.Monitoring is not null)
            json.Property("monitoring"u8, group.Monitoring);
        json.Property("isOwn"u8, group.IsOwn);
        json.EndObject();
    }

    private static ResctrlGroup ReadResctrl(ref Utf8JsonReader json)
    {
        string? root = null, name = null, monitoring = null;
        bool isOwn = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Next(ref json, "root"u8))
                root = json.GetString();
            else if (Next(ref json, "name"u8))
                name = json.GetString();
            else if (Next(ref json, "monitoring"u8))
                monitoring = json.GetString();
            else if (Next(ref json, "isOwn"u8))
                isOwn = json.GetBoolean();
            else
                json.Skip();
        }

        return new ResctrlGroup(Required(root, "resctrl.root"), Required(name, "resctrl.name"), monitoring, isOwn);
    }

    private static string NameOf(CgroupManagerKind kind) => kind switch
    {
        CgroupManagerKind.Systemd => "systemd",
        CgroupManagerKind.Disabled => "disabled",
        _ => "cgroupfs",
    };

    private static CgroupManagerKind ReadManager(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("cgroupfs"u8))
            return CgroupManagerKind.Cgroupfs;
        if (json.ValueTextEquals("systemd"u8))
            return CgroupManagerKind.Systemd;
        return json.ValueTextEquals("disabled"u8)
            ? CgroupManagerKind.Disabled
            : throw new InvalidOperationException("\"cgroupManager\" is none that this version knows");
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
            throw new InvalidOperationException($"byte {json.TokenStartIndex} is not what it should be");
    }

    private static string Required(string? value, string name) => value ?? throw new InvalidOperationException($"\"{name}\" is missing");
}
