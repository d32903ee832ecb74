using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OciSharp.Init.Plan;

namespace OciSharp.Init.Child;

/// <summary>All that the child side knows. It lives on the stack of <see cref="Executor"/>.</summary>
/// <remarks>
/// Contract of everything in this namespace: it runs where there is no .NET runtime. System calls through
/// <c>RawSyscall</c>, pointers, and locals; no allocation, no <c>throw</c>, no span indexing (its bounds check throws), no
/// dispatch, no static that needs initialising. A handler returns 0, or the negated errno.
/// </remarks>
internal unsafe struct ChildState
{
    /// <summary>Start of the arena.</summary>
    public byte* Arena;

    /// <summary>The connection to the parent; after <c>start</c> called, to that process.</summary>
    public int Socket;

    /// <summary>The CLONE_NEW* flags of the namespaces that were made before there was a plan.</summary>
    public ulong Foreseen;

    /// <summary>This process was cloned into the unified cgroup.</summary>
    public bool BornInCgroup;

    /// <summary>The parent sets the loopback device of the new network namespace up.</summary>
    public bool LoopbackIsLeft;

    /// <summary>Where each step's times go, if somebody wants them; else null.</summary>
    public TraceLog* Trace;

    /// <summary>The auxiliary vector of the process.</summary>
    public ulong* Auxiliary;

    /// <summary>What the handler of a failed step adds: a wait status, a position.</summary>
    public int Detail;

    /// <summary>The working directory that only the user, not root, may enter; or null.</summary>
    public byte* PendingDirectory;

    /// <summary>The program that <see cref="OpCode.FindExecutable"/> found.</summary>
    public byte* Executable;

    /// <summary>The header of the plan.</summary>
    public readonly PlanHeader* Header => (PlanHeader*)Arena;

    /// <summary>The string at <paramref name="offset"/>, or null for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Text(uint offset) => offset == 0 ? null : Arena + offset;

    /// <summary>The descriptor in <paramref name="slot"/>: 0 means none, since 0 is stdin and never in a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Get(int slot) => ((int*)(Arena + Header->Slots))[slot];

    /// <summary>Fills a slot and closes what was in it.</summary>
    public readonly void Set(int slot, int fd)
    {
        int* place = (int*)(Arena + Header->Slots) + slot;
        if (*place > 0)
            Linux.RawSyscall.close(*place);
        *place = fd;
    }

    /// <summary>Moves a descriptor from one slot to another.</summary>
    public readonly void Move(int from, int to)
    {
        int fd = Get(from);
        ((int*)(Arena + Header->Slots))[from] = 0;
        Set(to, fd);
    }

    /// <summary>Puts words beside the errno of a failure.</summary>
    public readonly void Explain(byte* text)
    {
        if (text is null)
            return;
        byte* to = Header->ErrorText;
        int i = 0;
        for (; i < PlanHeader.ErrorTextSize - 1 && text[i] != 0; i++)
            to[i] = text[i];
        to[i] = 0;
    }
}

/// <summary>Text without a runtime.</summary>
internal static unsafe class Text
{
    /// <summary>A literal as C has it: the compiler puts a NUL behind each u8 literal, in memory that never moves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Z(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    /// <summary>The path of a descriptor itself, with AT_EMPTY_PATH.</summary>
    public static byte* Empty => Z("\0"u8);

    /// <summary>strlen(3)</summary>
    public static int Length(byte* text)
    {
        int length = 0;
        while (text[length] != 0)
            length++;
        return length;
    }

    /// <summary>strcmp(3), for equality.</summary>
    public static bool Same(byte* a, byte* b)
    {
        while (*a == *b)
        {
            if (*a == 0)
                return true;
            a++;
            b++;
        }

        return false;
    }

    /// <summary>Whether what lies before <paramref name="end"/> begins with a word.</summary>
    public static bool StartsWith(byte* text, byte* end, byte* word)
    {
        for (; *word != 0; word++, text++)
        {
            if (text >= end || *text != *word)
                return false;
        }

        return true;
    }

    /// <summary>Appends <paramref name="text"/> at <paramref name="to"/> and a NUL; returns where the NUL is.</summary>
    public static byte* Append(byte* to, byte* text)
    {
        while (*text != 0)
            *to++ = *text++;
        *to = 0;
        return to;
    }

    /// <summary>Appends a number that is not negative in decimal, and a NUL; returns where the NUL is.</summary>
    public static byte* Append(byte* to, ulong number)
    {
        byte* digits = stackalloc byte[20];
        int count = 0;
        do
        {
            digits[count++] = (byte)('0' + (number % 10));
            number /= 10;
        }
        while (number != 0);
        while (count > 0)
            *to++ = digits[--count];
        *to = 0;
        return to;
    }

    /// <summary>Writes <c>/proc/self/fd/N</c> to <paramref name="to"/>, which has room for 32 bytes.</summary>
    public static void FdPath(byte* to, int fd) => Append(Append(to, Z("/proc/self/fd/"u8)), (ulong)fd);
}
