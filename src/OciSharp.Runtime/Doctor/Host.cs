using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.State;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Doctor;

/// <summary>
/// The host as the checks see it: files, the environment, answers of the kernel. Whatever is there, reading it ends: sizes are bounded, and
/// neither a pipe nor a device is waited for. Tests put a directory in the place of the root directory, and other answers in that of the kernel's.
/// </summary>
/// <param name="root">What stands before every path: the empty string for the host itself.</param>
internal unsafe class Host(string root = "")
{
    private const int MaxBytes = 1 << 20;
    private const int MaxNames = 1000;

    /// <summary>Our effective user.</summary>
    public virtual uint Uid => (uint)RawSyscall.geteuid();

    /// <summary>Our effective group.</summary>
    public virtual uint Gid => (uint)RawSyscall.getegid();

    /// <summary>The path of the executable that runs; null when /proc does not tell.</summary>
    public virtual string? Executable
    {
        get
        {
            byte[] path = new byte[4096];
            fixed (byte* link = "/proc/self/exe\0"u8, start = path)
            {
                nint length = RawSyscall.readlinkat(Fcntl.AT_FDCWD, link, start, (nuint)path.Length);
                return length > 0 && length < path.Length ? Encoding.UTF8.GetString(path, 0, (int)length) : null;
            }
        }
    }

    /// <summary>A variable of the environment; null when it is not set or empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Our capabilities, as bits.</summary>
    public virtual ulong Capabilities => HostCapabilities.Permitted;

    /// <summary>How many capabilities the kernel knows.</summary>
    public virtual uint CapabilityCount => HostCapabilities.Count;

    /// <summary>What the kernel says to a system call: see <see cref="Kernel.Ask"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual nint Ask(Feature feature) => Kernel.Ask(feature);

    /// <summary>As <see cref="Kernel.AskSeccomp"/>.</summary>
    public virtual nint AskSeccomp(uint action) => Kernel.AskSeccomp(action);

    /// <summary>As <see cref="Kernel.Connect"/>.</summary>
    public virtual nint Connect(string path) => Kernel.Connect(root + path);

    /// <summary>The file system of a directory; null when it cannot be told.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual HostFileSystem? FileSystem(string path)
    {
        nint fd = Open(path, Fcntl.O_PATH);
        if (fd < 0)
            return null;
        using var directory = new OwnedFd((int)fd);
        statfs_t found;
        return RawSyscall.fstatfs(directory.Value, &found) == 0
            ? new HostFileSystem(found.f_type, found.f_bavail * (ulong)found.f_frsize, found.f_files == 0 ? ulong.MaxValue : found.f_ffree)
            : null;
    }

    /// <summary>What a file is, links followed; null when there is none that we may see.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual HostStat? Stat(string path)
    {
        statx_t found;
        fixed (byte* name = CString.Of(root + path))
        {
            return RawSyscall.statx(Fcntl.AT_FDCWD, name, 0, Linux.Stat.STATX_BASIC_STATS, &found) == 0
                ? new HostStat(found.stx_mode, found.stx_uid, found.stx_gid, ((ulong)found.stx_dev_major << 32) | found.stx_dev_minor, found.stx_ino)
                : null;
        }
    }

    /// <summary>Whether we may write to a file, or into a directory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual bool MayWrite(string path) => MayAccess(path, Fcntl.W_OK);

    /// <summary>Whether there is a program that we may execute.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool MayExecute(string path) => Stat(path) is { IsRegular: true } && MayAccess(path, Fcntl.X_OK);

    /// <summary>An extended attribute (xattr(7)); empty when the file has none, or it cannot be read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual byte[] Attribute(string path, string name)
    {
        nint fd = Open(path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY);
        if (fd < 0)
            return [];
        using var file = new OwnedFd((int)fd);
        byte[] value = new byte[256];
        fixed (byte* attribute = CString.Of(name), start = value)
        {
            nint size = RawSyscall.fgetxattr(file.Value, attribute, start, (nuint)value.Length);
            return size > 0 ? value[..(int)size] : [];
        }
    }

    /// <summary>The text of an ordinary file of at most a MiB.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public HostFile Read(string path)
    {
        nint fd = Open(path, Fcntl.O_RDONLY | Fcntl.O_NONBLOCK | Fcntl.O_NOCTTY);
        if (fd < 0)
            return (Errno)(int)-fd is Errno.ENOENT or Errno.ENOTDIR ? HostFile.Absent : new HostFile(null, ErrorText.Of((Errno)(int)-fd));
        using var file = new OwnedFd((int)fd);
        statx_t found;
        byte empty = 0;
        if (RawSyscall.statx(file.Value, &empty, Fcntl.AT_EMPTY_PATH, Linux.Stat.STATX_TYPE, &found) < 0 || (found.stx_mode & Linux.Stat.S_IFMT) != Linux.Stat.S_IFREG)
            return new HostFile(null, "it is no ordinary file");
        try
        {
            return ReadAll(file.Value, path);
        }
        catch (LinuxException e)
        {
            return new HostFile(null, ErrorText.Of(e.Errno));
        }
    }

    /// <summary>The names in a directory that end so, sorted by their bytes; none when it cannot be read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public List<string> List(string path, string end)
    {
        var names = new List<string>();
        nint fd = Open(path, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        if (fd < 0)
            return names;
        using var directory = new OwnedFd((int)fd);
        const int Size = 8192;
        byte* buffer = stackalloc byte[Size];
        nint count;
        while (names.Count < MaxNames && (count = RawSyscall.getdents64(directory.Value, buffer, Size)) > 0)
        {
            // struct linux_dirent64: the length of the record at 16, the name at 19.
            for (byte* record = buffer; record < buffer + count; record += *(ushort*)(record + 16))
            {
                string name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + 19));
                if (name is not ("." or "..") && name.EndsWith(end, StringComparison.Ordinal))
                    names.Add(name);
            }
        }

        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>The first program of that name in the directories of PATH; null if there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public string? FindProgram(string name)
    {
        foreach (string directory in (Variable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").Split(':'))
        {
            if (directory.StartsWith('/') && MayExecute($"{directory}/{name}"))
                return $"{directory}/{name}";
        }

        // An ordinary user's PATH often leaves out where daemons are.
        foreach (string directory in (string[])["/usr/local/sbin", "/usr/sbin", "/sbin"])
        {
            if (MayExecute($"{directory}/{name}"))
                return $"{directory}/{name}";
        }

        return null;
    }

    /// <summary>The name of a user, out of /etc/passwd; null if there is none.</summary>
    public string? UserName(uint uid) => Read("/etc/passwd").Text is { } passwords ? UserNames.Find(Encoding.UTF8.GetBytes(passwords), uid) : null;

    private static HostFile ReadAll(int fd, string path)
    {
        byte[] buffer = new byte[16384];
        int length = 0;
        int count;
        while ((count = Syscall.Read(fd, buffer.AsSpan(length), path)) > 0)
        {
            length += count;
            if (length > MaxBytes)
                return new HostFile(null, $"it has more than {MaxBytes} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }

        return new HostFile(Encoding.UTF8.GetString(buffer, 0, length), null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint Open(string path, int flags) => Syscall.TryOpen(Fcntl.AT_FDCWD, root + path, flags);

    private bool MayAccess(string path, int mode)
    {
        fixed (byte* name = CString.Of(root + path))
            return RawSyscall.faccessat2(Fcntl.AT_FDCWD, name, mode, Fcntl.AT_EACCESS) == 0;
    }
}
