using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>
/// The loopback device of a network namespace that was made: it is there, but down. Programs expect to reach themselves at 127.0.0.1 and ::1, and
/// who calls a runtime counts on it: there is nobody else to do it for a container without a network.
/// </summary>
public static unsafe class Loopback
{
    /// <summary>
    /// Leaves it to the parent, which soon waits for init while we would hold it up: a socket works on the namespace that it was made in,
    /// whoever holds it. For a namespace that the helper is in itself.
    /// </summary>
    internal static void HandOver(ChildState* state)
    {
        nint socket = (state->Foreseen & Sched.CLONE_NEWNET) == 0 ? -1 : Open();
        if (socket < 0)
            return; // the step does it, or tells the error
        state->LoopbackIsLeft = Sync.Send(state, MessageKind.Loopback, 0, (int)socket) >= 0;
        RawSyscall.close((int)socket);
    }

    /// <summary>Sets it up, unless that was left to the parent.</summary>
    internal static nint Raise(ChildState* state)
    {
        if (state->LoopbackIsLeft)
            return 0;
        nint socket = Open();
        if (socket < 0)
            return socket;
        nint result = Raise((int)socket);
        RawSyscall.close((int)socket);
        return result;
    }

    /// <summary>Sets it up; the kernel gives it its addresses then.</summary>
    /// <param name="socket">Any socket of the namespace.</param>
    /// <returns>0, or the negated errno.</returns>
    public static nint Raise(int socket)
    {
        ifreq request = default;
        Text.Append(request.ifr_name, Text.Z("lo"u8));
        request.ifr_flags = (short)IfLink.IFF_UP;
        return RawSyscall.ioctl(socket, SockIos.SIOCSIFFLAGS, (nint)(&request));
    }

    private static nint Open() => RawSyscall.socket(Socket.AF_UNIX, Socket.SOCK_DGRAM | Socket.SOCK_CLOEXEC, 0);
}
