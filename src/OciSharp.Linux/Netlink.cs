using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/netlink.h: messages between the kernel and a process (netlink(7)).</summary>
[KernelHeader("sys/socket.h", "linux/netlink.h")]
public static class Netlink
{
    public const int NETLINK_ROUTE = 0;
    public const int SOL_NETLINK = 270;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;

    public const ushort NLM_F_REQUEST = 0x01;
    public const ushort NLM_F_MULTI = 0x02;
    public const ushort NLM_F_ACK = 0x04;
    public const ushort NLM_F_DUMP_INTR = 0x10;
    public const ushort NLM_F_DUMP = 0x300;
    public const ushort NLM_F_EXCL = 0x200;
    public const ushort NLM_F_CREATE = 0x400;
    public const ushort NLM_F_CAPPED = 0x100;
    public const ushort NLM_F_ACK_TLVS = 0x200;

    public const ushort NLMSG_NOOP = 1;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLMSG_OVERRUN = 4;
    public const int NLMSG_ALIGNTO = 4;

    [KernelHeader("linux/netlink.h")]
    public const ushort NLMSGERR_ATTR_MSG = 1;

    public const ushort NLA_F_NESTED = 0x8000;
    public const ushort NLA_F_NET_BYTEORDER = 0x4000;
}

/// <summary>linux/rtnetlink.h: the network's messages (rtnetlink(7)).</summary>
[KernelHeader("linux/rtnetlink.h")]
public static class Rtnetlink
{
    public const ushort RTM_NEWLINK = 16;
    public const ushort RTM_GETLINK = 18;
    public const ushort RTM_NEWADDR = 20;
    public const ushort RTM_GETADDR = 22;
    public const byte RT_SCOPE_UNIVERSE = 0;
}

/// <summary>linux/if_link.h, linux/if.h: attributes and flags of network devices.</summary>
[KernelHeader("linux/if.h", "linux/if_link.h")]
public static class IfLink
{
    public const int IFNAMSIZ = 16;
    public const uint IFF_UP = 0x1;
    public const uint IFF_LOOPBACK = 0x8;
    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_MASTER = 10;
    public const ushort IFLA_NET_NS_FD = 28;
    public const ushort IFLA_NEW_IFINDEX = 49;
    public const ushort IFLA_PROP_LIST = 52;
    public const ushort IFLA_ALT_IFNAME = 53;
}

/// <summary>linux/if_addr.h: attributes and flags of addresses.</summary>
[KernelHeader("linux/if_addr.h")]
public static class IfAddr
{
    public const ushort IFA_ADDRESS = 1;
    public const ushort IFA_LOCAL = 2;
    public const ushort IFA_LABEL = 3;
    public const ushort IFA_BROADCAST = 4;
    public const ushort IFA_CACHEINFO = 6;
    public const ushort IFA_FLAGS = 8;
    public const ushort IFA_RT_PRIORITY = 9;

    [KernelSince(5, 18)]
    public const ushort IFA_PROTO = 11;

    public const uint IFA_F_TEMPORARY = 0x01;
    public const uint IFA_F_NODAD = 0x02;
    public const uint IFA_F_OPTIMISTIC = 0x04;
    public const uint IFA_F_HOMEADDRESS = 0x10;
    public const uint IFA_F_PERMANENT = 0x80;
    public const uint IFA_F_MANAGETEMPADDR = 0x100;
    public const uint IFA_F_NOPREFIXROUTE = 0x200;
    public const uint IFA_F_MCAUTOJOIN = 0x400;
}

/// <summary>struct sockaddr_nl of linux/netlink.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct sockaddr_nl", "sys/socket.h", "linux/netlink.h")]
public struct sockaddr_nl
{
    public ushort nl_family;
    public ushort nl_pad;
    public uint nl_pid;
    public uint nl_groups;
}

/// <summary>struct nlmsghdr of linux/netlink.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct nlmsghdr", "linux/netlink.h")]
public struct nlmsghdr
{
    public uint nlmsg_len;
    public ushort nlmsg_type;
    public ushort nlmsg_flags;
    public uint nlmsg_seq;
    public uint nlmsg_pid;
}

/// <summary>struct nlmsgerr of linux/netlink.h; attributes follow with NLM_F_ACK_TLVS.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct nlmsgerr", "linux/netlink.h")]
public struct nlmsgerr
{
    public int error;
    public nlmsghdr msg;
}

/// <summary>struct nlattr of linux/netlink.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct nlattr", "linux/netlink.h")]
public struct nlattr
{
    public ushort nla_len;
    public ushort nla_type;
}

/// <summary>struct ifinfomsg of linux/rtnetlink.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct ifinfomsg", "linux/rtnetlink.h")]
public struct ifinfomsg
{
    public byte ifi_family;
    public byte __ifi_pad;
    public ushort ifi_type;
    public int ifi_index;
    public uint ifi_flags;
    public uint ifi_change;
}

/// <summary>struct ifaddrmsg of linux/if_addr.h</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct ifaddrmsg", "linux/if_addr.h")]
public struct ifaddrmsg
{
    public byte ifa_family;
    public byte ifa_prefixlen;
    public byte ifa_flags;
    public byte ifa_scope;
    public uint ifa_index;
}
#pragma warning restore CS1591
