using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// Keeps the helper off its parent's processor while both work. Left alone, a scheduler puts a process that was just forked, or woken by
/// a message, where its partner runs, expecting that one to sleep soon; two milliseconds later the launch is over.
/// </summary>
internal static unsafe class Processors
{
    /// <summary>
    /// Gives <paramref name="pid"/> all processors of ours but the one we run on, and keeps ours in the plan for <see cref="GiveBack"/>.
    /// Where there is only one, or the kernel has another opinion, the launch is slower and no different.
    /// </summary>
    public static void Separate(int pid, PlanHeader* header)
    {
        ulong* mask = header->Processors;
        uint processor;
        nint size = RawSyscall.sched_getaffinity(0, PlanHeader.ProcessorWords * sizeof(ulong), mask);
        if (size <= 0 || RawSyscall.getcpu(&processor) < 0)
            return;
        ulong* word = mask + (processor / 64);
        ulong own = 1UL << (int)(processor % 64);
        *word &= ~own;
        nint result = RawSyscall.sched_setaffinity(pid, (nuint)size, mask);
        *word |= own;
        if (result >= 0)
            header->ProcessorsSize = (uint)size;
    }

    /// <summary>Lets the caller run where its parent may, if it could not.</summary>
    public static nint GiveBack(PlanHeader* header) =>
        header->ProcessorsSize == 0 ? 0 : RawSyscall.sched_setaffinity(0, header->ProcessorsSize, header->Processors);
}
