using OciSharp.Linux;

namespace OciSharp.Runtime.Planning;

/// <summary>The capabilities that the running kernel knows, and that we have.</summary>
internal static unsafe class HostCapabilities
{
    private const int Oldest = 38; // CAP_AUDIT_READ is the last one of every kernel we mean.
    private static uint s_count;
    private static ulong? s_permitted;

    /// <summary>How many: their numbers are smaller.</summary>
    public static uint Count
    {
        get
        {
            if (s_count != 0)
                return s_count;
            uint count = Oldest;
            while (count < 64 && RawSyscall.prctl(Prctl.PR_CAPBSET_READ, (nint)count) >= 0)
                count++;
            return s_count = count;
        }
    }

    /// <summary>Our own permitted set: nobody can give what they do not have.</summary>
    public static ulong Permitted => s_permitted ??= ReadPermitted();

    private static ulong ReadPermitted()
    {
        cap_user_header header;
        header.version = cap_user_header._LINUX_CAPABILITY_VERSION_3;
        header.pid = 0;
        cap_user_data* data = stackalloc cap_user_data[2];
        Syscall.Check(RawSyscall.capget(&header, data), "read our own capabilities");
        return data[0].permitted | ((ulong)data[1].permitted << 32);
    }
}
