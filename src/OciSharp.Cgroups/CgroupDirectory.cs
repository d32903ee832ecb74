using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>
/// One cgroup of one hierarchy: its directory, and the files in it by name. A file costs one openat(2) from the root's descriptor,
/// one write(2) and one close(2); nothing is read back.
/// </summary>
internal sealed unsafe class CgroupDirectory
{
    /// <summary>What mkdir(2) gets: the cgroup file system sets owner and mode of the files itself.</summary>
    private const uint DirectoryMode = 0x1ED; // 0755

    private const int NumberMax = 20;

    private static readonly byte[] Dot = [(byte)'.', 0];

    private readonly int root;
    private readonly string rootPath;
    private readonly byte[] path;

    /// <summary>A cgroup that may not exist yet.</summary>
    /// <param name="root">The directory that <paramref name="path"/> starts at.</param>
    /// <param name="rootPath">The absolute path of <paramref name="root"/>, for messages.</param>
    /// <param name="path">UTF-8, without a NUL; absolute, or relative to <paramref name="root"/>.</param>
    public CgroupDirectory(int root, string rootPath, byte[] path)
    {
        this.root = root;
        this.rootPath = rootPath;
        this.path = path;
    }

    /// <summary>The absolute path.</summary>
    public string Path => path switch
    {
        [(byte)'/', ..] => Encoding.UTF8.GetString(path),
        [(byte)'.'] => rootPath,
        _ => $"{rootPath}/{Encoding.UTF8.GetString(path)}",
    };

    /// <summary>The path as given, in UTF-8.</summary>
    public ReadOnlySpan<byte> PathBytes => path;

    /// <summary>The cgroup above this one.</summary>
    public CgroupDirectory Parent => new(root, rootPath, path[..path.AsSpan().LastIndexOf((byte)'/')]);

    /// <summary>The cgroup whose path is the first <paramref name="length"/> bytes of this one's; 0 is the root.</summary>
    public CgroupDirectory Ancestor(int length) => new(root, rootPath, length == 0 ? [(byte)'.'] : path[..length]);

    /// <summary>A cgroup below this one.</summary>
    public CgroupDirectory Child(ReadOnlySpan<byte> name) => new(root, rootPath, [.. path, (byte)'/', .. name]);

    /// <summary>Whether the caller may make this cgroup: it, or the lowest one above that exists, is his to write.</summary>
    public bool CanMake()
    {
        byte* name = stackalloc byte[path.Length + 1];
        path.CopyTo(new Span<byte>(name, path.Length));
        int end = path.Length;
        while (true)
        {
            name[end] = 0;
            nint result = RawSyscall.faccessat2(root, name, Fcntl.W_OK, Fcntl.AT_EACCESS);
            if (result != -(nint)Errno.ENOENT)
                return result == 0;
            end = path.AsSpan(0, end).LastIndexOf((byte)'/');
            if (end <= 0)
                break;
        }

        fixed (byte* here = Dot)
            return RawSyscall.faccessat2(root, here, Fcntl.W_OK, Fcntl.AT_EACCESS) == 0;
    }

    /// <summary>
    /// To be asked about a cgroup that is not found: has it been removed, or can nothing be said about it, as the hierarchy that it was in is
    /// not mounted (any more, or in this mount namespace)?
    /// </summary>
    /// <exception cref="CgroupException">The latter.</exception>
    public void RequireMounted()
    {
        ReadOnlySpan<byte> file = "/cgroup.procs\0"u8;
        byte* name = stackalloc byte[path.Length + file.Length];
        for (int end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOf((byte)'/'))
        {
            path.AsSpan(0, end).CopyTo(new Span<byte>(name, end));
            file.CopyTo(new Span<byte>(name + end, file.Length));
            if (RawSyscall.faccessat2(root, name, Fcntl.F_OK, 0) == 0)
                return;
        }

        fixed (byte* here = "cgroup.procs\0"u8)
        {
            if (path[0] != (byte)'/' && RawSyscall.faccessat2(root, here, Fcntl.F_OK, 0) == 0)
                return;
        }

        throw new CgroupException($"find the cgroup {Path}: its file system is not mounted there: mount it again as it was when the container was made")
        {
            File = Path,
        };
    }

    /// <summary>mkdir(2) of the first <paramref name="length"/> bytes of the path.</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint Make(int length)
    {
        byte* name = stackalloc byte[length + 1];
        path.AsSpan(0, length).CopyTo(new Span<byte>(name, length));
        name[length] = 0;
        return RawSyscall.mkdirat(root, name, DirectoryMode);
    }

    /// <summary>mkdir(2).</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint Make() => Make(path.Length);

    /// <summary>rmdir(2) of the first <paramref name="length"/> bytes of the path.</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint TryRemove(int length)
    {
        byte* name = stackalloc byte[length + 1];
        path.AsSpan(0, length).CopyTo(new Span<byte>(name, length));
        name[length] = 0;
        return RawSyscall.unlinkat(root, name, Fcntl.AT_REMOVEDIR);
    }

    /// <summary>rmdir(2).</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint TryRemove() => TryRemove(path.Length);

    /// <summary>Opens a file of the cgroup, close-on-exec.</summary>
    /// <param name="file">Its name, ASCII; empty for the directory itself.</param>
    /// <param name="flags">O_*.</param>
    /// <returns>The descriptor or the negated errno.</returns>
    public nint TryOpen(string file, int flags)
    {
        byte* name = stackalloc byte[path.Length + file.Length + 2];
        var span = new Span<byte>(name, path.Length + file.Length + 2);
        path.CopyTo(span);
        int length = path.Length;
        if (file.Length > 0)
        {
            span[length++] = (byte)'/';
            foreach (char c in file)
                span[length++] = (byte)c;
        }

        span[length] = 0;
        return RawSyscall.openat(root, name, flags | Fcntl.O_CLOEXEC);
    }

    /// <summary>Opens a file of the cgroup.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public OwnedFd Open(string file, int flags)
    {
        nint fd = TryOpen(file, flags);
        return fd >= 0 ? new OwnedFd((int)fd) : throw Refused("open", file, null, fd);
    }

    /// <summary>Opens a file, writes to it once, and closes it.</summary>
    /// <returns>0 or the negated errno.</returns>
    public nint TryWrite(string file, ReadOnlySpan<byte> value)
    {
        nint fd = TryOpen(file, Fcntl.O_WRONLY);
        if (fd < 0)
            return fd;
        nint result = WriteOnce((int)fd, value);
        RawSyscall.close((int)fd);
        return result;
    }

    /// <summary>As <see cref="TryWrite(string, ReadOnlySpan{byte})"/>, in decimal.</summary>
    public nint TryWrite(string file, long value)
    {
        Span<byte> text = stackalloc byte[NumberMax];
        Utf8Formatter.TryFormat(value, text, out int length);
        return TryWrite(file, text[..length]);
    }

    /// <summary>As <see cref="TryWrite(string, ReadOnlySpan{byte})"/>, for values that come from the configuration.</summary>
    public nint TryWrite(string file, string value) => TryWrite(file, Encoding.UTF8.GetBytes(value));

    /// <summary>Opens a file, writes to it once, and closes it.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public void Write(string file, ReadOnlySpan<byte> value)
    {
        nint result = TryWrite(file, value);
        if (result < 0)
            throw Refused("set", file, Encoding.UTF8.GetString(value), result);
    }

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})"/>
    public void Write(string file, long value)
    {
        nint result = TryWrite(file, value);
        if (result < 0)
            throw Refused("set", file, value.ToString(CultureInfo.InvariantCulture), result);
    }

    /// <summary>Reads a file from its start.</summary>
    /// <returns>The number of bytes, at most the size of <paramref name="buffer"/>, or the negated errno.</returns>
    public nint TryRead(string file, Span<byte> buffer)
    {
        nint fd = TryOpen(file, Fcntl.O_RDONLY);
        if (fd < 0)
            return fd;
        nint count = ReadOnce((int)fd, buffer);
        RawSyscall.close((int)fd);
        return count;
    }

    /// <summary>Reads a short file, without the newline at its end.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public ReadOnlySpan<byte> Read(string file, Span<byte> buffer)
    {
        nint count = TryRead(file, buffer);
        if (count < 0)
            throw Refused("read", file, null, count);
        ReadOnlySpan<byte> text = buffer[..(int)count];
        return text.TrimEnd((byte)'\n');
    }

    /// <summary>Reads a file of any length.</summary>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public byte[] ReadAll(string file)
    {
        using OwnedFd fd = Open(file, Fcntl.O_RDONLY);
        return Syscall.ReadToEnd(fd.Value, file);
    }

    /// <summary>The error for a refused act on a file of this cgroup.</summary>
    /// <param name="verb">open, set, read, …</param>
    /// <param name="file">The file; empty for the directory.</param>
    /// <param name="value">What was to be written, if anything.</param>
    /// <param name="result">The negated errno.</param>
    /// <param name="remedy">What to do; null for the usual advice.</param>
    public CgroupException Refused(string verb, string file, string? value, nint result, string? remedy = null)
    {
        var errno = (Errno)(int)-result;
        string directory = Path;
        string what = file.Length == 0 ? directory : $"{file} of {directory}";
        string act = value is null ? $"{verb} {what}" : $"{verb} {what} to \"{value}\"";
        return new CgroupException(act, errno, remedy ?? Advice.For(errno, file))
        {
            Controller = file.IndexOf('.') is > 0 and int dot ? file[..dot] : null,
            File = file.Length == 0 ? directory : $"{directory}/{file}",
            Value = value,
        };
    }

    /// <summary>write(2) of the whole value: a cgroup file takes it in one piece or not at all.</summary>
    internal static nint WriteOnce(int fd, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            nint result;
            do
                result = RawSyscall.write(fd, start, (nuint)value.Length);
            while (result == -(nint)Errno.EINTR);
            return result < 0 ? result : 0;
        }
    }

    private static nint ReadOnce(int fd, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint result;
            do
                result = RawSyscall.read(fd, start, (nuint)buffer.Length);
            while (result == -(nint)Errno.EINTR);
            return result;
        }
    }
}
