using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>
/// The loopback device of a network namespace that was made: it is there, but down. Programs expect to reach themselves at 127.0.0.1 and ::1, and
/// who calls a runtime counts on it: there is nobody else to do it for a container without a network.
/// </summary>
internal static unsafe class Loopback
{
    /// <summary>Sets it up, unless it was when the namespace was made ahead of the plan.</summary>
    public static nint Raise(ChildState* state) => state->LoopbackIsUp ? 0 : Raise();

    /// <summary>Sets it up; the kernel gives it its addresses then.</summary>
    public static nint Raise()
    {
        nint socket = RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_DGRAM | Socket.SOCK_CLOEXEC, 0);
        if (socket < 0)
            return socket;
        ifreq request = default;
        Text.Append(request.ifr_name, Text.Z("lo"u8));
        request.ifr_flags = (short)IfLink.IFF_UP;
        nint result = RawSyscall.ioctl((int)socket, SockIos.SIOCSIFFLAGS, (nint)(&request));
        RawSyscall.close((int)socket);
        return result;
    }
}
