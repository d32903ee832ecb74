using System.Text.Json;

namespace OciSharp.Spec;

public static partial class ConfigReader
{
    private static Mount? ReadMount(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        string? destination = null, type = null, source = null;
        string[]? options = null;
        LinuxIdMapping[]? uidMappings = null, gidMappings = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("destination"u8))
                destination = json.String();
            else if (json.Is("type"u8))
                type = json.String();
            else if (json.Is("source"u8))
                source = json.String();
            else if (json.Is("options"u8))
                options = json.Strings();
            else if (json.Is("uidMappings"u8))
                uidMappings = json.Objects(ReadIdMapping);
            else if (json.Is("gidMappings"u8))
                gidMappings = json.Objects(ReadIdMapping);
            else
                json.Keep(ref extensions);
        }

        return new Mount
        {
            Destination = json.Required(destination, "destination"),
            Type = type,
            Source = source,
            Options = options,
            UidMappings = uidMappings,
            GidMappings = gidMappings,
            Extensions = extensions,
        };
    }

    private static LinuxIdMapping? ReadIdMapping(ref DocumentReader json)
    {
        if (!json.BeginObject())
            return null;

        uint? containerId = null, hostId = null, size = null;
        Dictionary<string, JsonElement>? extensions = null;

        while (json.NextProperty())
        {
            if (json.Is("containerID"u8))
                containerId = json.UInt32();
            else if (json.Is("hostID"u8))
                hostId = json.UInt32();
            else if (json.Is("size"u8))
                size = json.UInt32();
            else
                json.Keep(ref extensions);
        }

        return new LinuxIdMapping
        {
            ContainerId = json.Required(containerId, "containerID"),
            HostId = json.Required(hostId, "hostID"),
            Size = json.Required(size, "size"),
            Extensions = extensions,
        };
    }
}
