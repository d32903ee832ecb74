namespace OciSharp.Linux;

/// <summary>Device numbers as mknod(2) takes them (makedev(3)).</summary>
public static class Device
{
    /// <summary>makedev(3)</summary>
    public static ulong Make(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);

    /// <summary>major(3)</summary>
    public static uint Major(ulong device) => (uint)((device >> 8) & 0xfff) | (uint)((device >> 32) & 0xfffff000);

    /// <summary>minor(3)</summary>
    public static uint Minor(ulong device) => (uint)(device & 0xff) | (uint)((device >> 12) & 0xffffff00);
}
