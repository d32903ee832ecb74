namespace OciSharp.Spec;

/// <summary>Whom the process runs as.</summary>
internal static class UserRules
{
    private static Rule UmaskRange =>
        Rule.Error("OCI1230", "umask(2)", "write permission bits, at most 511 (octal 777); JSON numbers are decimal");

    private static Rule NotAnId => Rule.Error("OCI1231", "setresuid(2)", "write another id; this one stands for \"unchanged\"");

    private static Rule NotMapped => Rule.Error("OCI1232", "user_namespaces(7)", "map the id, or choose one that is mapped");

    private static Rule GroupsNotAllowed =>
        Rule.Error("OCI1233", "user_namespaces(7)", "leave additionalGids out, or map more than one gid (newgidmap, /etc/subgid)");

    /// <summary>What the namespaces do not decide, for the user of the process at a path.</summary>
    public static void Check(User user, string at, Findings findings)
    {
        if (user.Umask > 0x1FF)
            findings.Add(UmaskRange, $"{at}.user.umask", $"{user.Umask} is no umask");
        CheckId(user.Uid, at, "uid", findings);
        CheckId(user.Gid, at, "gid", findings);
        ReadOnlySpan<uint> groups = user.AdditionalGids.AsSpan();
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i] == uint.MaxValue)
                findings.Add(NotAnId, $"{at}.user.additionalGids[{i}]", $"{uint.MaxValue} is no id");
        }
    }

    /// <summary>What a new user namespace allows.</summary>
    public static void CheckMapped(User user, LinuxConfig linux, ValidationContext context, Findings findings)
    {
        const string At = "$.process.user";
        if (!findings.IsIncomplete("$.linux.uidMappings") && linux.UidMappings is { Count: > 0 } uids && !IdMappingRules.Maps(uids, user.Uid))
            findings.Add(NotMapped, $"{At}.uid", $"uid {user.Uid} is not mapped into the container's user namespace");
        if (findings.IsIncomplete("$.linux.gidMappings") || linux.GidMappings is not { Count: > 0 } gids)
            return;

        if (!IdMappingRules.Maps(gids, user.Gid))
            findings.Add(NotMapped, $"{At}.gid", $"gid {user.Gid} is not mapped into the container's user namespace");
        ReadOnlySpan<uint> groups = user.AdditionalGids.AsSpan();
        if (context.Rootless && groups.Length > 0 && gids is [{ Size: 1 }])
        {
            findings.Add(
                GroupsNotAllowed,
                $"{At}.additionalGids",
                "cannot set any additional groups in a rootless container with one mapped gid");
            return;
        }
        for (int i = 0; i < groups.Length; i++)
        {
            if (!IdMappingRules.Maps(gids, groups[i]))
                findings.Add(NotMapped, $"{At}.additionalGids[{i}]", $"gid {groups[i]} is not mapped into the container's user namespace");
        }
    }

    private static void CheckId(uint id, string at, string name, Findings findings)
    {
        if (id == uint.MaxValue)
            findings.Add(NotAnId, $"{at}.user.{name}", $"{uint.MaxValue} is no id");
    }
}
