using System.Text;
using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    /// <summary>Maps the owners of the tree in <paramref name="source"/>: by the mount's own mappings, else by the container's.</summary>
    private void IdMap(Mount mount, MountFlags flags, ushort source, Origin here)
    {
        _plan.Origin = here;
        IReadOnlyList<LinuxIdMapping>? uids = mount.UidMappings ?? _linux.UidMappings;
        IReadOnlyList<LinuxIdMapping>? gids = mount.GidMappings ?? _linux.GidMappings;
        if (uids is not { Count: > 0 } || gids is not { Count: > 0 })
        {
            throw new ContainerException(
                $"{here}: an idmapped mount needs uidMappings and gidMappings, its own or those of linux (must have both uid and gid mappings specified)");
        }

        ushort space = _plan.NewSlot();
        _plan.Add(OpCode.MakeIdMap, slot: space, s: _plan.String(MapText(uids)), t: _plan.String(MapText(gids)));
        Change(source, flags.IdMapRecursive ? MountOps.Recursive : 0, MOUNT_ATTR_IDMAP, 0, 0, space);
    }

    private bool NeedsIdMap()
    {
        foreach (Mount mount in _config.Mounts.AsSpan())
        {
            if (!mount.UidMappings.AsSpan().IsEmpty)
                return true;
            foreach (string option in mount.Options.AsSpan())
            {
                if (option is "idmap" or "ridmap")
                    return true;
            }
        }

        return false;
    }

    /// <summary>Mappings as /proc/PID/uid_map takes them (user_namespaces(7)).</summary>
    internal static string MapText(IReadOnlyList<LinuxIdMapping> mappings)
    {
        var text = new StringBuilder();
        for (int i = 0; i < mappings.Count; i++)
            text.Append(mappings[i].ContainerId).Append(' ').Append(mappings[i].HostId).Append(' ').Append(mappings[i].Size).Append('\n');
        return text.ToString();
    }
}
