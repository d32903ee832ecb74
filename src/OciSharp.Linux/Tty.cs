using System.Runtime.InteropServices;

namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>asm-generic/ioctls.h, asm-generic/termbits.h: terminals.</summary>
[KernelHeader("asm/termbits.h", "asm/ioctls.h")]
public static class Tty
{
    public const uint TCGETS = 0x5401;
    public const uint TCSETS = 0x5402;
    public const uint TIOCSCTTY = 0x540E;
    public const uint TIOCGWINSZ = 0x5413;
    public const uint TIOCSWINSZ = 0x5414;
    public const uint TIOCGPTN = 0x80045430;
    public const uint TIOCSPTLCK = 0x40045431;
    public const uint TIOCGPTPEER = 0x5441;

    public const uint IGNBRK = 0x1;
    public const uint BRKINT = 0x2;
    public const uint PARMRK = 0x8;
    public const uint ISTRIP = 0x20;
    public const uint INLCR = 0x40;
    public const uint IGNCR = 0x80;
    public const uint ICRNL = 0x100;
    public const uint IXON = 0x400;
    public const uint OPOST = 0x1;
    public const uint ONLCR = 0x4;
    public const uint CSIZE = 0x30;
    public const uint CS8 = 0x30;
    public const uint PARENB = 0x100;
    public const uint ISIG = 0x1;
    public const uint ICANON = 0x2;
    public const uint ECHO = 0x8;
    public const uint ECHONL = 0x40;
    public const uint IEXTEN = 0x8000;
    public const int VTIME = 5;
    public const int VMIN = 6;
}

/// <summary>struct termios as TCGETS fills it in (not the C library's, which is longer).</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct termios", "asm/termbits.h")]
public unsafe struct kernel_termios
{
    public uint c_iflag;
    public uint c_oflag;
    public uint c_cflag;
    public uint c_lflag;
    public byte c_line;
    public fixed byte c_cc[19];
}

/// <summary>struct winsize of asm-generic/termios.h, in characters and pixels.</summary>
[StructLayout(LayoutKind.Sequential)]
[KernelStruct("struct winsize", "asm/termios.h")]
public struct winsize
{
    public ushort ws_row;
    public ushort ws_col;
    public ushort ws_xpixel;
    public ushort ws_ypixel;
}
#pragma warning restore CS1591
