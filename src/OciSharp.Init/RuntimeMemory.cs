using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OciSharp.Init.Child;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// Where .NET gets its memory from while it starts: a mapping for each piece, and a system call to make it usable, would be a fifth of a short
/// command. As in <see cref="RuntimeStartup"/>, each method takes the place of a function of the runtime's (docs/adr/0002-static-executable.md).
/// There is one thread. A collection calls them too, so they call nothing that could wait for it (<see cref="RuntimeImportAttribute"/>).
/// </summary>
internal static unsafe class RuntimeMemory
{
    private const ulong PageSize = 4096;

    /// <summary>For the collector's tables, which it reserves after its heap.</summary>
    private const ulong RoomForTables = 1 << 20;

    /// <summary>All that the start-up takes from malloc(3), and what a launch does.</summary>
    private const int RoomForBlocks = 640 << 10;

    /// <summary>The static fields of all types.</summary>
    private const int RoomForBases = 24 << 10;

    private const uint GC_ALLOC_PINNED_OBJECT_HEAP = 0x40;

#pragma warning disable CS0169 // Its address is taken.
    private static Blocks s_blocks;
#pragma warning restore CS0169
    private static int s_blocksUsed;
    private static byte* s_reserved;
    private static byte* s_reservedEnd;
    private static bool s_collectorReserves;
    private static ByteArray* s_bases;

    /// <summary>
    /// GCToOSInterface::VirtualReserve(): one mapping has room for all of it, and is memory where it is touched. Where the host does not give so much
    /// (RLIMIT_DATA, no overcommitment), the collector reserves addresses, and makes memory of them piece by piece.
    /// </summary>
    /// <returns>The address, or null.</returns>
    [RuntimeExport("__wrap__ZN15GCToOSInterface14VirtualReserveEmmjt")]
    private static byte* Reserve(ulong size, ulong alignment, uint flags, ushort node)
    {
        ulong mask = (alignment < PageSize ? PageSize : alignment) - 1;
        if (s_reserved == null && !s_collectorReserves)
            Map(size + mask + RoomForTables);
        var start = (byte*)(((ulong)s_reserved + mask) & ~mask);
        if (s_collectorReserves || start + size > s_reservedEnd)
        {
            s_collectorReserves = true;
            return ReserveAddresses(size, alignment, flags, node);
        }

        s_reserved = start + size;
        return start;
    }

    /// <summary>GCToOSInterface::VirtualCommit(): what was reserved is memory.</summary>
    /// <returns>True: done.</returns>
    [RuntimeExport("__wrap__ZN15GCToOSInterface13VirtualCommitEPvmt")]
    private static byte Commit(byte* address, ulong size, ushort node) => s_collectorReserves ? CommitAddresses(address, size, node) : (byte)1;

    /// <summary>GCToOSInterface::VirtualDecommit(): pages once touched stay ours, at most as many as the heap may have.</summary>
    /// <returns>Whether it is done: the collector clears them itself where it is not.</returns>
    [RuntimeExport("__wrap__ZN15GCToOSInterface15VirtualDecommitEPvm")]
    private static byte Decommit(byte* address, ulong size) => s_collectorReserves ? DecommitAddresses(address, size) : (byte)0;

    /// <summary>
    /// RhAllocateNewObject(), by which the start-up makes an object for the static fields of each of six hundred types. They are cut from one; the rest
    /// of it is an array of bytes that nobody refers to. Should a collection have made free memory of that, it is left alone.
    /// </summary>
    [RuntimeExport("__wrap_RhAllocateNewObject")]
    private static void Allocate(MethodTable* type, uint flags, void** result)
    {
        if (s_bases == null && flags == GC_ALLOC_PINNED_OBJECT_HEAP)
        {
            ByteArray* bases = null;
            AllocateByCollector((MethodTable*)typeof(Bases).TypeHandle.Value, flags, (void**)&bases);
            if (bases != null)
                Describe(bases, RoomForBases - sizeof(ulong));
            s_bases = bases;
        }

        ByteArray* next = s_bases;
        if (flags != GC_ALLOC_PINNED_OBJECT_HEAP || next == null || next->Type != typeof(byte[]).TypeHandle.Value || next->Length < type->BaseSize)
        {
            AllocateByCollector(type, flags, result);
            return;
        }

        s_bases = (ByteArray*)((byte*)next + type->BaseSize);
        Describe(s_bases, next->Length - type->BaseSize);
        next->Type = (nint)type;
        next->Length = 0;
        *result = next;
    }

    private static void Describe(ByteArray* array, uint length)
    {
        array->Type = typeof(byte[]).TypeHandle.Value;
        array->Length = length;
    }

    /// <summary>malloc(3): the blocks of the start-up lie side by side, and stay.</summary>
    [RuntimeExport("__wrap_malloc"), MethodImpl(MethodImplOptions.NoInlining)]
    private static void* Allocate(ulong size)
    {
        if (!HasRoom(size))
            return AllocateByLibrary(size);
        fixed (byte* room = s_blocks.Room)
        {
            Block* block = (Block*)Aligned(room) + (s_blocksUsed / sizeof(Block));
            block->Size = size;
            s_blocksUsed += (int)((size + (ulong)(2 * sizeof(Block)) - 1) & ~(ulong)(sizeof(Block) - 1));
            return block + 1;
        }
    }

    /// <summary>calloc(3): no block was used before.</summary>
    [RuntimeExport("__wrap_calloc")]
    private static void* AllocateZeroed(ulong count, ulong size) =>
        (size == 0 || count <= RoomForBlocks / size) && HasRoom(count * size) ? Allocate(count * size) : AllocateZeroedByLibrary(count, size);

    /// <summary>realloc(3).</summary>
    [RuntimeExport("__wrap_realloc")]
    private static void* Reallocate(byte* old, ulong size)
    {
        if (!IsOurs(old))
            return ReallocateByLibrary(old, size);
        ulong oldSize = ((Block*)old)[-1].Size;
        if (size <= oldSize)
            return old;
        var block = (byte*)Allocate(size);
        for (ulong i = 0; i < oldSize && block != null; i++)
            block[i] = old[i];
        return block;
    }

    /// <summary>free(3).</summary>
    [RuntimeExport("__wrap_free")]
    private static void Free(byte* block)
    {
        if (!IsOurs(block))
            FreeByLibrary(block);
    }

    private static bool HasRoom(ulong size) => size <= RoomForBlocks && s_blocksUsed + sizeof(Block) + (int)size <= RoomForBlocks;

    /// <summary>What malloc(3) returns suits every type, so 16 bytes is what it is aligned to; static fields are not.</summary>
    private static byte* Aligned(byte* room) => (byte*)(((ulong)room + (ulong)sizeof(Block) - 1) & ~(ulong)(sizeof(Block) - 1));

    private static bool IsOurs(byte* block)
    {
        fixed (byte* room = s_blocks.Room)
            return block > room && block <= room + RoomForBlocks + sizeof(Block);
    }

    /// <summary>Such a host counts what could be written to as if it were (vm.overcommit_memory is 2: proc_sys_vm(5)).</summary>
    private static bool IsOvercommitForbidden()
    {
        byte mode = 0;
        nint file = RawSyscall.openat(Fcntl.AT_FDCWD, Text.Z("/proc/sys/vm/overcommit_memory"u8), Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (file < 0)
            return false;
        RawSyscall.read((int)file, &mode, 1);
        RawSyscall.close((int)file);
        return mode == '2';
    }

    private static void Map(ulong size)
    {
        s_collectorReserves = IsOvercommitForbidden();
        if (s_collectorReserves)
            return;
        const int Flags = Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_NORESERVE;
        nint address = RawSyscall.mmap(null, (nuint)size, Mman.PROT_READ | Mman.PROT_WRITE, Flags, -1, 0);
        s_collectorReserves = address is < 0 and > -4096;
        if (s_collectorReserves)
            return;
        s_reserved = (byte*)address;
        s_reservedEnd = s_reserved + size;
    }

    [RuntimeImport("*", "__real__ZN15GCToOSInterface14VirtualReserveEmmjt"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* ReserveAddresses(ulong size, ulong alignment, uint flags, ushort node);

    [RuntimeImport("*", "__real__ZN15GCToOSInterface13VirtualCommitEPvmt"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte CommitAddresses(byte* address, ulong size, ushort node);

    [RuntimeImport("*", "__real__ZN15GCToOSInterface15VirtualDecommitEPvm"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte DecommitAddresses(byte* address, ulong size);

    [RuntimeImport("*", "__real_RhAllocateNewObject"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void AllocateByCollector(MethodTable* type, uint flags, void** result);

    [RuntimeImport("*", "__real_malloc"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* AllocateByLibrary(ulong size);

    [RuntimeImport("*", "__real_calloc"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* AllocateZeroedByLibrary(ulong count, ulong size);

    [RuntimeImport("*", "__real_realloc"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* ReallocateByLibrary(byte* block, ulong size);

    [RuntimeImport("*", "__real_free"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void FreeByLibrary(byte* block);

    /// <summary>What begins the description of a type.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MethodTable
    {
        public uint Flags;

        /// <summary>Size of an object in bytes, with the word before it.</summary>
        public uint BaseSize;
    }

    /// <summary>What begins an array of bytes, without the word before it. Another such word is its smallest size, so it takes more than its length.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ByteArray
    {
        public nint Type;
        public uint Length;
    }

    /// <summary>What stands before a block of malloc(3).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Block
    {
        public ulong Size;
    }

    private struct Blocks
    {
        public fixed byte Room[RoomForBlocks + 16];
    }

    private struct BasesRoom
    {
        public fixed byte Room[RoomForBases];
    }

    /// <summary>An object of its size.</summary>
    private sealed class Bases
    {
#pragma warning disable CS0169
        private readonly BasesRoom _room;
#pragma warning restore CS0169
    }
}
