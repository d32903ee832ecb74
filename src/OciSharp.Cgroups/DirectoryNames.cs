using System.Runtime.InteropServices;
using OciSharp.Linux;

namespace OciSharp.Cgroups;

/// <summary>The names in a directory (getdents64(2)).</summary>
internal static unsafe class DirectoryNames
{
    // struct linux_dirent64
    private const int RecordLengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte DT_DIR = 4;

    private const int BufferSize = 8192;

    /// <summary>Gets one name; neither <c>.</c> nor <c>..</c>.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public delegate void Visitor(ReadOnlySpan<byte> name, bool isDirectory);

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
