using System.Runtime.CompilerServices;
using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>Writes down when each step began and ended, for <c>--trace</c>. Nothing is sent: the memory is shared with who wants to know.</summary>
internal static unsafe class Tracing
{
    /// <summary>As <see cref="Executor.Execute"/>, with a record of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static nint Execute(ChildState* state, Op* op, uint index)
    {
        TraceLog* log = state->Trace;
        uint place = log->Count;
        if (place >= log->Capacity)
            return Executor.Execute(state, op);
        TraceRecord* record = TraceLog.At(log, place);
        record->Code = op->Code;
        record->Index = index;
        record->Begin = op->Code == OpCode.Execute && log->CallsKernel != 0 ? 0 : RawSyscall.Now(log->Clock);
        log->Count = place + 1;
        nint result = Executor.Execute(state, op); // CloneInit returns in init only
        record->Result = result < 0 ? (int)result : 0;
        record->End = op->Code == OpCode.Seccomp && log->CallsKernel != 0 ? 0 : RawSyscall.Now(log->Clock);
        return result;
    }

    /// <summary>Goes on in the memory that <c>start</c> sent, or without.</summary>
    /// <param name="state">The state.</param>
    /// <param name="memory">A memfd of <see cref="TraceLog.SizeForStart"/> bytes, which is closed; or 0.</param>
    public static void Continue(ChildState* state, int memory)
    {
        state->Trace = null;
        if (memory == 0)
            return;
        nint log = RawSyscall.mmap(null, TraceLog.SizeForStart, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED, memory, 0);
        RawSyscall.close(memory);
        if (log is >= 0 or <= -4096) // else the container's limits leave no room for it, and start tells what it sees itself
            state->Trace = (TraceLog*)log;
    }
}
