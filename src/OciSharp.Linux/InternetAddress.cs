using System.Runtime.InteropServices;

namespace OciSharp.Linux;

/// <summary>The words of the C library for an internet address.</summary>
public static unsafe class InternetAddress
{
    private const int LongestText = 46; // INET6_ADDRSTRLEN
    private const int Size4 = 4;
    private const int Size6 = 16;

    [DllImport("libc", EntryPoint = "inet_ntop"), SuppressGCTransition]
    private static extern byte* Write(int family, byte* address, byte* text, uint size);

    /// <summary>inet_ntop(3): <c>192.0.2.1</c>, <c>2001:db8::1</c>.</summary>
    /// <param name="address">4 or 16 bytes in the order of the network; of any other number no more is said than how many they are.</param>
    public static string Text(ReadOnlySpan<byte> address)
    {
        if (address.Length is not (Size4 or Size6))
            return $"an address of {address.Length} bytes";
        byte* text = stackalloc byte[LongestText];
        fixed (byte* bytes = address)
            Write(address.Length == Size4 ? Socket.AF_INET : Socket.AF_INET6, bytes, text, LongestText);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }
}
