namespace OciSharp.Spec;

/// <summary>Mounts beyond the root.</summary>
internal static class MountRules
{
    private static Rule DestinationEmpty => Rule.Error("OCI1301", "config.md#mounts", "write where in the container the mount goes");

    private static Rule DestinationRelative =>
        Rule.Warning("OCI1302", "config.md#mounts", "write a path that begins with /; relative ones are deprecated");

    private static Rule SourceMissing => Rule.Error("OCI1303", "config.md#mounts", "write the directory or file to bind");

    private static Rule TypeMissing =>
        Rule.Error("OCI1304", "config.md#posix-platform-mounts", "write the type of the file system, or the option bind or rbind");

    private static Rule DataOnBind => Rule.Warning("OCI1305", "config.md#linux-mount-options", "remove the option");

    private static Rule CopyUpMisplaced => Rule.Error("OCI1306", "config.md#linux-mount-options", "remove tmpcopyup, or mount a tmpfs");

    private static Rule IdMapWithoutMapping => Rule.Error(
        "OCI1307",
        "config.md#linux-mount-options",
        "add uidMappings and gidMappings to the mount, or a namespace of type \"user\"");

    private static Rule OneMappingMissing =>
        Rule.Error("OCI1308", "config.md#posix-platform-mounts", "give both uidMappings and gidMappings");

    private static Rule IdMapNotSaid => Rule.Warning(
        "OCI1309",
        "config.md#posix-platform-mounts",
        "add the option idmap or ridmap, so that no runtime ignores the mappings silently");

    private static Rule IdMapRootless => Rule.Error("OCI1310", "mount_setattr(2)", "remove the mapping of the mount, or run as root");

    private static Rule OwnerNotMapped => Rule.Error("OCI1311", "user_namespaces(7)", "remove the option, or map the id");

    public static void Check(Config config, NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        ReadOnlySpan<Mount> mounts = config.Mounts.AsSpan();
        for (int i = 0; i < mounts.Length; i++)
        {
            CheckPlace(mounts[i], i, findings);
            CheckOptions(mounts[i], i, findings);
            CheckIdMap(mounts[i], i, namespaces, context, findings);
            if (context.Rootless && namespaces.Makes(NamespaceTypes.User))
                CheckOwner(mounts[i], i, config.Linux!, findings);
        }
    }

    private static void CheckPlace(Mount mount, int index, Findings findings)
    {
        if (mount.Destination.Length == 0)
            findings.Add(DestinationEmpty, $"$.mounts[{index}].destination", "the destination is empty");
        else if (mount.Destination[0] != '/')
        {
            findings.Add(
                DestinationRelative,
                $"$.mounts[{index}].destination",
                $"mount destination \"{mount.Destination}\" is not absolute");
        }

        bool bind = MountOptions.IsBind(mount);
        if (bind && string.IsNullOrEmpty(mount.Source))
            findings.Add(SourceMissing, $"$.mounts[{index}].source", "a bind mount needs a source");
        if (!bind && string.IsNullOrEmpty(mount.Type) && !Has(mount, "remount") && !findings.IsIncomplete($"$.mounts[{index}].options"))
            findings.Add(TypeMissing, $"$.mounts[{index}].type", "a mount that is no bind mount needs a type");
    }

    private static void CheckOptions(Mount mount, int index, Findings findings)
    {
        bool bind = MountOptions.IsBind(mount);
        ReadOnlySpan<string> options = mount.Options.AsSpan();
        for (int i = 0; i < options.Length; i++)
        {
            if (bind && options[i].Length > 0 && !MountOptions.IsKnown(options[i]))
            {
                findings.Add(
                    DataOnBind,
                    $"$.mounts[{index}].options[{i}]",
                    $"\"{options[i]}\" has no effect: it is for a file system that is mounted, and a bind mount mounts none");
            }
            if (options[i] == "tmpcopyup" && mount.Type != "tmpfs")
                findings.Add(CopyUpMisplaced, $"$.mounts[{index}].options[{i}]", "tmpcopyup is only supported for tmpfs mounts");
        }
    }

    private static void CheckIdMap(Mount mount, int index, NamespaceSet namespaces, ValidationContext context, Findings findings)
    {
        bool option = Has(mount, "idmap") || Has(mount, "ridmap");
        bool uids = mount.UidMappings is { Count: > 0 };
        bool gids = mount.GidMappings is { Count: > 0 };
        if (!option && !uids && !gids)
            return;

        string at = $"$.mounts[{index}]";
        bool unread = findings.IsIncomplete($"{at}.uidMappings") || findings.IsIncomplete($"{at}.gidMappings");
        if (uids != gids && !unread)
            findings.Add(OneMappingMissing, at, "id-mapped mounts must have both uid and gid mappings specified");
        if (!uids && !gids && namespaces.Lacks(NamespaceTypes.User) && !unread)
            findings.Add(IdMapWithoutMapping, at, "idmap without mappings and without a user namespace");
        if (!option && !findings.IsIncomplete($"{at}.options"))
            findings.Add(IdMapNotSaid, $"{at}.options", "uidMappings and gidMappings without the option idmap");
        if (context.Rootless)
            findings.Add(IdMapRootless, at, "id-mapped mounts are not supported for rootless containers");
        IdMappingRules.Check(mount.UidMappings, $"{at}.uidMappings", findings);
        IdMappingRules.Check(mount.GidMappings, $"{at}.gidMappings", findings);
    }

    // A rootless runtime mounts with the rights of the container's user namespace, which does not know other ids.
    private static void CheckOwner(Mount mount, int index, LinuxConfig linux, Findings findings)
    {
        if (MountOptions.IsBind(mount))
            return;
        ReadOnlySpan<string> options = mount.Options.AsSpan();
        for (int i = 0; i < options.Length; i++)
        {
            bool uid = options[i].StartsWith("uid=", StringComparison.Ordinal);
            bool gid = options[i].StartsWith("gid=", StringComparison.Ordinal);
            if (!uid && !gid)
                continue;
            string at = uid ? "$.linux.uidMappings" : "$.linux.gidMappings";
            IReadOnlyList<LinuxIdMapping>? mappings = uid ? linux.UidMappings : linux.GidMappings;
            bool mapped = uint.TryParse(options[i].AsSpan(4), out uint id) && mappings is not null && IdMappingRules.Maps(mappings, id);
            if (!mapped && !findings.IsIncomplete(at))
            {
                findings.Add(
                    OwnerNotMapped,
                    $"$.mounts[{index}].options[{i}]",
                    $"cannot specify {options[i]} mount option for rootless container: the id is not mapped");
            }
        }
    }

    private static bool Has(Mount mount, string name)
    {
        foreach (string option in mount.Options.AsSpan())
        {
            if (option == name)
                return true;
        }
        return false;
    }
}
