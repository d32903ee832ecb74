using OciSharp.Linux;

namespace OciSharp.Runtime.Planning;

/// <summary>The capabilities that the running kernel knows.</summary>
internal static class HostCapabilities
{
    private const int Oldest = 38; // CAP_AUDIT_READ is the last one of every kernel we mean.
    private static uint s_count;

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
}
