using OciSharp.Linux;

namespace OciSharp.Runtime.Explain;

internal sealed partial class HtmlFormat
{
    private void MountTree()
    {
        _page.Raw("<section id=\"mounts\"><h2>Mounts</h2>\n");
        if (_plan.Mounts.Count == 0)
        {
            _page.Raw("<p>Nothing is mounted: the mount namespace is the host's, and the root is entered as it is.</p></section>\n");
            return;
        }

        _page.Raw("<p>From the container's root. Of two at one place, the lower one lies on top.</p>\n<ul class=\"tree\">\n");
        var places = new Dictionary<string, PlannedMount>(); // of several at one path the first
        foreach (PlannedMount mount in _plan.Mounts)
        {
            if (mount.Kind is not (MountKind.Mask or MountKind.Readonly))
                places.TryAdd(mount.Target, mount);
        }

        ILookup<PlannedMount?, PlannedMount> tree = _plan.Mounts.ToLookup<PlannedMount, PlannedMount?>(mount => ParentOf(mount.Target, places), ReferenceEqualityComparer.Instance);
        foreach (PlannedMount mount in tree[null])
            Branch(mount, tree);
        _page.Raw("</ul></section>\n");
    }

    /// <summary>A mount, and those that lie in it.</summary>
    private void Branch(PlannedMount mount, ILookup<PlannedMount?, PlannedMount> tree)
    {
        _page.Raw($"<li class=\"{ExplainedNames.Of(mount.Kind)}\"><div>").Element("code class=\"path\"", mount.Target).Raw(" ").Element("span", Source(mount));
        foreach (string flag in FlagsOf(mount))
            _page.Raw(" ").Element(flag == "rw" ? "span class=\"flag rw\"" : "span class=\"flag\"", flag);
        _page.Raw(" ").Element("code class=\"origin\"", mount.Origin).Raw("</div>");
        if (tree.Contains(mount))
        {
            _page.Raw("\n<ul>\n");
            foreach (PlannedMount child in tree[mount])
                Branch(child, tree);
            _page.Raw("</ul>");
        }

        _page.Raw("</li>\n");
    }

    /// <summary>The mount with the longest path that leads to this one.</summary>
    private static PlannedMount? ParentOf(string target, Dictionary<string, PlannedMount> places)
    {
        for (int end = target.LastIndexOf('/'); end >= 0 && target.Length > 1; end = end == 0 ? -1 : target.LastIndexOf('/', end - 1))
        {
            if (places.TryGetValue(end == 0 ? "/" : target[..end], out PlannedMount? parent))
                return parent;
        }

        return null;
    }

    private static string Source(PlannedMount mount) => mount.Kind switch
    {
        MountKind.Root => $"the host's {mount.Source}",
        MountKind.Bind => $"the host's {mount.Source}{(mount.Recursive ? ", with what is mounted below" : "")}",
        MountKind.Mask => "masked: the container sees it empty",
        MountKind.Readonly => "may only be read",
        _ => mount.Source.Length == 0 || mount.Source == mount.Type ? mount.Type : $"{mount.Type} ({mount.Source})",
    };

    private static IEnumerable<string> FlagsOf(PlannedMount mount)
    {
        if (mount.Kind is MountKind.Mask or MountKind.Readonly)
            yield break;
        ulong all = mount.Attributes | mount.RecursiveAttributes;
        yield return (all & Mount.MOUNT_ATTR_RDONLY) != 0 ? "ro" : "rw";
        foreach (string name in KernelNames.SetAttributes(all & ~Mount.MOUNT_ATTR_RDONLY, mount.Cleared))
            yield return name["MOUNT_ATTR_".Length..].ToLowerInvariant();
        foreach (string name in KernelNames.MountFlags(mount.Propagation & ~Mount.MS_REC))
            yield return ((mount.Propagation & Mount.MS_REC) != 0 ? "r" : "") + name["MS_".Length..].ToLowerInvariant();
        foreach (string option in mount.Data)
        {
            if (option != "ro")
                yield return option;
        }

        if (mount.CopiesUp)
            yield return "tmpcopyup";
        if (mount.MapsIds)
            yield return "idmap";
    }
}
