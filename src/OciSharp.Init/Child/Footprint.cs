using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>What an init that waits for its start keeps in memory.</summary>
internal static unsafe class Footprint
{
    private const ulong PageSize = 4096;

    /// <summary>
    /// Gives back the pages of our executable that only we use, all but the data that was written to. The few that are wanted again come
    /// from the page cache. A container may wait for days, and next to it a thousand others.
    /// </summary>
    /// <param name="auxiliary">The auxiliary vector (getauxval(3)): it knows where the segments are.</param>
    public static void Shrink(ulong* auxiliary)
    {
        elf64_phdr* segments = null;
        ulong count = 0;
        for (; auxiliary[0] != Auxiliary.AT_NULL; auxiliary += 2)
        {
            if (auxiliary[0] == Auxiliary.AT_PHDR)
                segments = (elf64_phdr*)auxiliary[1];
            else if (auxiliary[0] == Auxiliary.AT_PHNUM)
                count = auxiliary[1];
        }

        for (ulong i = 0; segments is not null && i < count; i++)
        {
            if (segments[i].p_type != Elf.PT_LOAD || (segments[i].p_flags & Elf.PF_W) != 0)
                continue;
            ulong start = segments[i].p_vaddr & ~(PageSize - 1);
            ulong end = (segments[i].p_vaddr + segments[i].p_memsz) & ~(PageSize - 1);
            if (end > start)
                RawSyscall.madvise((void*)start, (nuint)(end - start), Mman.MADV_DONTNEED); // refused, it is as before
        }
    }
}
