using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/sockios.h: requests about network devices, by their names, in the network namespace of a socket (netdevice(7)).</summary>
[KernelHeader("linux/sockios.h")]
public static class SockIos
{
    public const uint SIOCSIFFLAGS = 0x8914;
}

/// <summary>struct ifreq, as far as flags go.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
[KernelStruct("struct ifreq", "linux/if.h")]
public unsafe struct ifreq
{
    public fixed byte ifr_name[IfLink.IFNAMSIZ];
    public short ifr_flags;
}
#pragma warning restore CS1591
