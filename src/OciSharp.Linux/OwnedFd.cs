using System.Runtime.InteropServices;

namespace OciSharp.Linux;

/// <summary>A file descriptor that the parent side owns and closes. The child side works with bare numbers.</summary>
public sealed class OwnedFd : SafeHandle
{
    /// <summary>Takes ownership of <paramref name="fd"/>.</summary>
    public OwnedFd(int fd)
        : base(-1, ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, valid for as long as this object is reachable and not disposed.</summary>
    public int Value => (int)handle;

    /// <summary>Gives up ownership and returns the number.</summary>
    public int Release()
    {
        int fd = (int)handle;
        SetHandleAsInvalid();
        return fd;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => RawSyscall.close((int)handle) == 0;
}
