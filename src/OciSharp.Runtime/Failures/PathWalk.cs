using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Failures;

/// <summary>What ends a way before its goal.</summary>
internal enum Obstacle
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Something is not there.</summary>
    Missing,

    /// <summary>Something on the way is no directory.</summary>
    NoDirectory,

    /// <summary>A directory on the way may not be searched.</summary>
    Unsearchable,

    /// <summary>The symbolic links have no end.</summary>
    Loop,

    /// <summary>The kernel does not tell us.</summary>
    Unknown,
}

/// <summary>
/// The way that a path leads, gone component by component to see where it ends. Only after a failure: it costs a few system calls for
/// each. The tree is hostile: every look stays inside its root, opens with O_PATH and follows no link, and the number of steps is bounded.
/// </summary>
internal sealed unsafe class PathWalk : IDisposable
{
    private const int MaxLinks = 40;
    private const int MaxSteps = 400;
    private const int PathMax = 4096;

    private readonly int _root;
    private readonly Asker? _asker;
    private readonly Stack<string> _ahead = new();
    private OwnedFd? _file;
    private statx_t _stat;
    private string _link = "";

    private PathWalk(int root, Asker? asker)
    {
        _root = root;
        _asker = asker;
    }

    /// <summary>What ended it.</summary>
    public Obstacle Obstacle { get; private set; }

    /// <summary>The path, without links, at which it ended: of what is missing, of what is in the way, or of the goal.</summary>
    public string Place { get; private set; } = "";

    /// <summary>The last symbolic link on the way, or empty.</summary>
    public string Link => _link;

    /// <summary>The file at <see cref="Place"/>; if that is what is missing, the directory above it.</summary>
    public ref readonly statx_t Stat => ref _stat;

    /// <summary>The goal, opened with O_PATH; null if it was not reached.</summary>
    public OwnedFd? File => Obstacle == Obstacle.None ? _file : null;

    /// <summary>Goes a way.</summary>
    /// <param name="root">The root of the tree, a descriptor.</param>
    /// <param name="path">The path; what is not absolute begins at <paramref name="start"/>.</param>
    /// <param name="start">An absolute path.</param>
    /// <param name="asker">Whose permissions count; null for nobody's.</param>
    public static PathWalk Of(int root, string path, string start, Asker? asker)
    {
        var walk = new PathWalk(root, asker);
        walk.Ahead(path.StartsWith('/') ? path : $"{start}/{path}");
        walk.Go();
        return walk;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Why the goal was not reached, in words.</summary>
    /// <param name="path">The path as it was given, which need not be said again.</param>
    public string? Why(string path) => Obstacle switch
    {
        Obstacle.Missing when _link.Length > 0 => $"the link {_link} leads to {Place}, which is not there",
        Obstacle.Missing when Place != path => $"there is no {Place}",
        Obstacle.NoDirectory => $"{Place} is {Kind(_stat.stx_mode)}, not a directory",
        Obstacle.Unsearchable => $"the directory {(Place.Length == 0 ? "/" : Place)} may not be searched{(_asker is null ? "" : $" ({_asker.Compare(_stat)})")}",
        Obstacle.Loop => $"the link {_link} leads in a circle",
        _ => null,
    };

    /// <summary>What kind of file that is: <c>a fifo</c>.</summary>
    public static string Kind(ushort mode) => (uint)(mode & Linux.Stat.S_IFMT) switch
    {
        Linux.Stat.S_IFREG => "a file",
        Linux.Stat.S_IFIFO => "a fifo",
        Linux.Stat.S_IFSOCK => "a socket",
        Linux.Stat.S_IFLNK => "a symbolic link",
        Linux.Stat.S_IFCHR => "a character device",
        Linux.Stat.S_IFBLK => "a block device",
        _ => "a directory",
    };

    private void Go()
    {
        int links = 0;
        Enter("");
        for (int step = 0; Obstacle == Obstacle.None && _ahead.TryPop(out string? name); step++)
        {
            if (step == MaxSteps)
                Obstacle = Obstacle.Unknown;
            else if (name == "..")
                Enter(Place[..Math.Max(0, Place.LastIndexOf('/'))]);
            else if (!MayEnter())
                return;
            else
                Enter($"{Place}/{name}");
            if (Obstacle != Obstacle.None || !IsKind(Linux.Stat.S_IFLNK))
                continue;
            if (++links > MaxLinks)
                Obstacle = Obstacle.Loop;
            else
                Follow();
        }
    }

    private bool MayEnter()
    {
        if (!IsKind(Linux.Stat.S_IFDIR))
            Obstacle = Obstacle.NoDirectory;
        else if (_asker is not null && !_asker.MaySearch(_stat))
            Obstacle = Obstacle.Unsearchable;
        return Obstacle == Obstacle.None;
    }

    private bool IsKind(uint kind) => (_stat.stx_mode & Linux.Stat.S_IFMT) == kind;

    /// <summary>Opens the next component, whatever it is.</summary>
    private void Enter(string place)
    {
        open_how how;
        how.flags = Fcntl.O_PATH | (ulong)Fcntl.O_NOFOLLOW | (ulong)Fcntl.O_CLOEXEC;
        how.mode = 0;
        how.resolve = Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS;
        nint fd;
        fixed (byte* name = CString.Of(place.Length == 0 ? "." : place[1..]))
            fd = RawSyscall.openat2(_root, name, &how);
        if (fd < 0)
        {
            // Who may not look where we come from may not search it.
            Obstacle = (Errno)(int)-fd switch
            {
                Errno.ENOENT => Obstacle.Missing,
                Errno.EACCES => Obstacle.Unsearchable,
                _ => Obstacle.Unknown,
            };
            if (Obstacle == Obstacle.Missing)
                Place = place;
            return;
        }

        Place = place;
        _file?.Dispose();
        _file = new OwnedFd((int)fd);
        statx_t stat;
        fixed (byte* none = "\0"u8)
        {
            if (RawSyscall.statx((int)fd, none, Fcntl.AT_EMPTY_PATH, Linux.Stat.STATX_BASIC_STATS, &stat) < 0)
                Obstacle = Obstacle.Unknown;
        }

        _stat = stat;
    }

    /// <summary>Goes on where a symbolic link leads, unless it is one of procfs, which are no paths.</summary>
    private void Follow()
    {
        statfs_t system;
        byte* buffer = stackalloc byte[PathMax];
        nint size;
        fixed (byte* none = "\0"u8)
            size = RawSyscall.readlinkat(_file!.Value, none, buffer, PathMax);
        if (size <= 0 || RawSyscall.fstatfs(_file.Value, &system) < 0 || system.f_type == Linux.Stat.PROC_SUPER_MAGIC)
        {
            Obstacle = Obstacle.Unknown;
            return;
        }

        _link = Place;
        string target = Encoding.UTF8.GetString(buffer, (int)size);
        string parent = Place[..Place.LastIndexOf('/')];
        Ahead(target);
        Enter(target.StartsWith('/') ? "" : parent);
    }

    private void Ahead(string path)
    {
        string[] components = path.Split('/');
        for (int i = components.Length - 1; i >= 0; i--)
        {
            if (components[i] is not ("" or "."))
                _ahead.Push(components[i]);
        }
    }
}
