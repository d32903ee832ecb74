namespace OciSharp.Linux;

public static unsafe partial class Syscall
{
    /// <summary>umount2(2)</summary>
    /// <param name="path">The mount point.</param>
    /// <param name="flags">MNT_* and UMOUNT_*.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Unmount(string path, int flags)
    {
        fixed (byte* text = CString.Of(path))
            Check(RawSyscall.umount2(text, flags), $"unmount {path}");
    }
}
