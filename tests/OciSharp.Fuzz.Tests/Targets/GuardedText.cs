using System.Runtime.InteropServices;
using OciSharp.Linux;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>A text that ends where a page ends, before one that cannot be read: whoever goes on beyond it crashes.</summary>
internal sealed unsafe class GuardedText : IDisposable
{
    private const int PageSize = 4096;

    private readonly byte* _pages;
    private readonly nuint _size;

    public GuardedText(ReadOnlySpan<byte> text)
    {
        _size = (nuint)(((text.Length + PageSize - 1) / PageSize * PageSize) + PageSize);
        nint pages = RawSyscall.mmap(null, _size, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS, -1, 0);
        Assert.That(pages is > 0 or <= -PageSize, "mmap");
        _pages = (byte*)pages;
        End = _pages + _size - PageSize;
        Assert.That(mprotect(End, PageSize, 0), Is.Zero, "mprotect");
        Start = End - text.Length;
        text.CopyTo(new Span<byte>(Start, text.Length));
    }

    public byte* Start { get; }

    public byte* End { get; }

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(void* address, nuint size, int protection);

    public void Dispose() => RawSyscall.munmap(_pages, _size);
}
