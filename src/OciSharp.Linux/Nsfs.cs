namespace OciSharp.Linux;

#pragma warning disable CS1591 // The names are the kernel's.

/// <summary>linux/nsfs.h: what the files of namespaces answer.</summary>
[KernelHeader("linux/nsfs.h")]
public static class Nsfs
{
    public const uint NS_GET_NSTYPE = 0xB703;
}
#pragma warning restore CS1591
