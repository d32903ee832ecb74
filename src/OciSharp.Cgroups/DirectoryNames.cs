using System.Runtime.InteropServices;
using System.Text;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups;

/// <summary>The names in a directory (getdents64(2)).</summary>
internal sealed unsafe class DirectoryNames
{
    // struct linux_dirent64
    private const int RecordLengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte DT_DIR = 4;

    private const int BufferSize = 8192;

    private readonly List<string> names = [];

    private DirectoryNames()
    {
    }

    /// <summary>Gets one name; neither <c>.</c> nor <c>..</c>.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public delegate void Visitor(ReadOnlySpan<byte> name, bool isDirectory);

    /// <summary>The names in a directory that is open with O_PATH.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">What it is called, for the message.</param>
    /// <exception cref="CgroupException">The kernel refuses.</exception>
    public static DirectoryNames Of(int directory, string path)
    {
        byte* itself = stackalloc byte[] { (byte)'.', 0 };
        nint fd = RawSyscall.openat(directory, itself, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC);
        if (fd < 0)
            throw new CgroupException($"list {path}", (Errno)(int)-fd);
        using var opened = new OwnedFd((int)fd);
        var all = new DirectoryNames();
        nint result = Read(opened.Value, (name, _) => all.names.Add(Encoding.UTF8.GetString(name)));
        return result == 0 ? all : throw new CgroupException($"list {path}", (Errno)(int)-result);
    }

    /// <summary>Whether the directory has the name.</summary>
    public bool Contains(string name) => names.Contains(name);

    /// <summary>Visits all names.</summary>
    /// <returns>0 or the negated errno.</returns>
    public static nint Read(int fd, Visitor visitor)
    {
        byte* buffer = stackalloc byte[BufferSize];
        while (true)
        {
            nint count = RawSyscall.getdents64(fd, buffer, BufferSize);
            if (count <= 0)
                return count;
            var records = new ReadOnlySpan<byte>(buffer, (int)count);
            while (!records.IsEmpty)
            {
                ushort length = MemoryMarshal.Read<ushort>(records[RecordLengthOffset..]);
                ReadOnlySpan<byte> name = records[NameOffset..length];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    visitor(name, records[TypeOffset] == DT_DIR);
                records = records[length..];
            }
        }
    }
}
