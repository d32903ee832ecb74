using System.Text;
using OciSharp.Linux;

namespace OciSharp.Cgroups.V1;

/// <summary>
/// cgroup v1: one directory per hierarchy. On a hybrid host the unified hierarchy, which has no controllers then, is joined as well.
/// </summary>
internal sealed partial class V1Manager : FileManager
{
    // The hierarchies of a host of today, for the size of the list.
    private const int UsualCount = 14;

    private readonly CgroupLayout? layout;
    private readonly List<Hierarchy> hierarchies;
    private readonly bool rootless;
    private OwnedFd? cloneDirectory;

    private V1Manager(CgroupLayout? layout, List<Hierarchy> hierarchies, bool rootless)
    {
        this.layout = layout;
        this.hierarchies = hierarchies;
        this.rootless = rootless;
    }

    /// <summary>The driver for a container that is about to be made.</summary>
    /// <exception cref="CgroupException">The path is not usable.</exception>
    public static V1Manager For(CgroupLayout layout, string? cgroupsPath, string id, bool rootless)
    {
        var path = CgroupPath.Parse(cgroupsPath, id);
        var hierarchies = new List<Hierarchy>(UsualCount);
        ReadOnlySpan<byte> text = layout.SelfCgroupText.Span;
        while (SelfCgroup.Next(ref text, out SelfCgroup line))
        {
            if (New(layout, line, path, rootless) is { } hierarchy)
                hierarchies.Add(hierarchy);
        }

        return new V1Manager(layout, hierarchies, rootless);
    }

    /// <summary>The driver for a container that exists.</summary>
    /// <param name="paths">Absolute path by controller. Those that are mounted together have the same path.</param>
    public static V1Manager OfPaths(IReadOnlyDictionary<string, string> paths)
    {
        var hierarchies = new List<Hierarchy>(paths.Count);
        var lists = new Dictionary<string, string>(paths.Count);
        foreach ((string controller, string path) in paths)
            lists[path] = lists.TryGetValue(path, out string? list) ? $"{list},{controller}" : controller;

        foreach ((string path, string list) in lists)
        {
            hierarchies.Add(new Hierarchy
            {
                List = list,
                Name = NameOf(list),
                Controllers = ControllerNames.Parse(Encoding.UTF8.GetBytes(list)),
                Directory = new CgroupDirectory(Fcntl.AT_FDCWD, "", Encoding.UTF8.GetBytes(path)),
            });
        }

        return new V1Manager(null, hierarchies, rootless: false);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Paths
    {
        get
        {
            var paths = new Dictionary<string, string>(UsualCount);
            foreach (Hierarchy hierarchy in hierarchies)
            {
                if (!hierarchy.Present)
                    continue;
                string path = hierarchy.Directory.Path;
                foreach (string controller in hierarchy.List.Split(','))
                    paths[controller] = path;
            }

            return paths;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The unified hierarchy of a hybrid host is not shown, as with the peers.</remarks>
    public override IReadOnlyList<CgroupMount> MountsForContainer
    {
        get
        {
            var mounts = new List<CgroupMount>(hierarchies.Count);
            foreach (Hierarchy hierarchy in hierarchies)
            {
                if (hierarchy.IsUnified)
                    continue;
                string options = hierarchy.List.StartsWith("name=", StringComparison.Ordinal) ? $"none,{hierarchy.List}" : hierarchy.List;
                IReadOnlyList<string> links = hierarchy.List.Contains(',') ? hierarchy.List.Split(',') : [];
                mounts.Add(new CgroupMount(hierarchy.Name, hierarchy.Directory.Path, options, links));
            }

            return mounts;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        cloneDirectory?.Dispose();
        layout?.Dispose();
    }

    /// <summary>The container's cgroup in one hierarchy; null when the hierarchy is not mounted here.</summary>
    private static Hierarchy? New(CgroupLayout layout, in SelfCgroup line, CgroupPath path, bool rootless)
    {
        string list = Encoding.UTF8.GetString(line.Controllers);
        string name = NameOf(list);

        // Controllers that share a hierarchy also share a directory, whose name may list them in another order; each name is a link to it.
        if (!IsMounted(layout, name))
        {
            if (name.IndexOf(',') is not (> 0 and int comma))
                return null;
            name = name[..comma];
            if (!IsMounted(layout, name))
                return null;
        }

        ReadOnlySpan<byte> own = path.IsAbsolute || line.Path.Length <= 1 ? default : line.Path;
        if (!own.IsEmpty && !Exists(layout, name, own))
            own = default; // only our own part of the hierarchy is mounted here, as in a container without a cgroup namespace

        var directory = new CgroupDirectory(layout.Root, layout.Path, Join(name, path.In(own)));
        bool ours = !rootless || directory.CanMake();
        return new Hierarchy
        {
            List = list,
            Name = name,
            Controllers = ControllerNames.Parse(line.Controllers),
            Present = ours,
            Directory = ours ? directory : new CgroupDirectory(layout.Root, layout.Path, Join(name, own)),
        };
    }

    private static byte[] Join(string name, ReadOnlySpan<byte> below)
    {
        byte[] path = new byte[name.Length + below.Length];
        Encoding.UTF8.GetBytes(name, path);
        below.CopyTo(path.AsSpan(name.Length));
        return path;
    }

    private static string NameOf(string list) =>
        list.Length == 0 ? Hierarchy.UnifiedName
        : list.StartsWith("name=", StringComparison.Ordinal) ? list["name=".Length..]
        : list;

    /// <summary>
    /// A directory of that name is not enough: where the hierarchy is mounted in another mount namespace only, it is an empty one.
    /// </summary>
    private static bool IsMounted(CgroupLayout layout, string name) => Exists(layout, name, "/cgroup.procs"u8);

    private static unsafe bool Exists(CgroupLayout layout, string name, ReadOnlySpan<byte> below)
    {
        int length = name.Length + below.Length;
        byte* path = stackalloc byte[length + 1];
        Encoding.UTF8.GetBytes(name, new Span<byte>(path, name.Length));
        below.CopyTo(new Span<byte>(path + name.Length, below.Length));
        path[length] = 0;
        return RawSyscall.faccessat2(layout.Root, path, Fcntl.F_OK, 0) == 0;
    }

    private Hierarchy? Find(Controllers controller)
    {
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (hierarchy.Present && (hierarchy.Controllers & controller) != 0)
                return hierarchy;
        }

        return null;
    }

    private Hierarchy? FindUnified()
    {
        foreach (Hierarchy hierarchy in hierarchies)
        {
            if (hierarchy.Present && hierarchy.IsUnified)
                return hierarchy;
        }

        return null;
    }
}
