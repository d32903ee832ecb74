namespace OciSharp.Spec;

/// <summary>Which namespaces a configuration makes or joins. When they could not be read, nothing is claimed about them.</summary>
internal readonly struct NamespaceSet
{
    private readonly bool _unknown;
    private readonly uint _listed;
    private readonly uint _joined;

    private NamespaceSet(bool unknown, uint listed, uint joined)
    {
        _unknown = unknown;
        _listed = listed;
        _joined = joined;
    }

    /// <summary>The first of each type counts; another is a mistake of its own.</summary>
    public static NamespaceSet Of(Config config, Findings findings)
    {
        uint listed = 0, joined = 0;
        IReadOnlyList<LinuxNamespace>? namespaces = config.Linux?.Namespaces;
        foreach (LinuxNamespace ns in namespaces.AsSpan())
        {
            uint bit = Bit(ns.Type);
            if (!string.IsNullOrEmpty(ns.Path) && (listed & bit) == 0)
                joined |= bit;
            listed |= bit;
        }
        return new NamespaceSet(findings.IsIncomplete("$.linux.namespaces"), listed, joined);
    }

    /// <summary>The runtime's own namespace of this type is kept.</summary>
    public bool Lacks(string type) => !_unknown && (_listed & Bit(type)) == 0;

    /// <summary>A new namespace of this type is made.</summary>
    public bool Makes(string type) => !_unknown && (_listed & ~_joined & Bit(type)) != 0;

    /// <summary>An existing namespace of this type is joined.</summary>
    public bool Joins(string type) => !_unknown && (_joined & Bit(type)) != 0;

    /// <summary>One bit for each known type; 0 for an unknown one.</summary>
    public static uint Bit(string type) => type switch
    {
        NamespaceTypes.Pid => 1,
        NamespaceTypes.Network => 2,
        NamespaceTypes.Mount => 4,
        NamespaceTypes.Ipc => 8,
        NamespaceTypes.Uts => 16,
        NamespaceTypes.User => 32,
        NamespaceTypes.Cgroup => 64,
        NamespaceTypes.Time => 128,
        _ => 0,
    };
}
