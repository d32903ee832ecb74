using System.Runtime.InteropServices;

namespace OciSharp.Integration.Harness;

/// <summary>What a seccomp agent does with the descriptor that it was sent: takes one call, and answers it (seccomp_unotify(2)).</summary>
internal static unsafe class SeccompNotification
{
    private const uint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100, SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;

    /// <summary>Answers the next call with an errno, and closes the descriptor.</summary>
    /// <returns>The number of the call.</returns>
    public static int Refuse(int listener, int errno)
    {
        try
        {
            var call = default(Request);
            Libc.Check(Libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call), "SECCOMP_IOCTL_NOTIF_RECV");
            var answer = new Response { Id = call.Id, Error = -errno };
            Libc.Check(Libc.ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer), "SECCOMP_IOCTL_NOTIF_SEND");
            return call.Number;
        }
        finally
        {
            _ = Libc.close(listener);
        }
    }

    /// <summary>struct seccomp_notif, with struct seccomp_data at its end.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public ulong Id;
        public uint Pid, Flags;
        public int Number;
        public uint Architecture;
        public ulong InstructionPointer;
        public fixed ulong Arguments[6];
    }

    /// <summary>struct seccomp_notif_resp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Response
    {
        public ulong Id;
        public long Value;
        public int Error;
        public uint Flags;
    }
}
