using System.Runtime.InteropServices;
using System.Text;

namespace OciSharp.Init.Plan;

/// <summary>Where in config.json a step comes from; made into text only when somebody asks.</summary>
/// <param name="Path">JSON path; a <c>#</c> in it stands for <paramref name="Index"/>.</param>
/// <param name="Index">Index into the array that the path names.</param>
public readonly record struct Origin(string Path, int Index = 0)
{
    /// <summary>The JSON path: <c>$.mounts[3]</c>.</summary>
    public override string ToString() => Path.Replace("#", Index.ToString(), StringComparison.Ordinal);
}

/// <summary>Compiles a plan into an arena: header, strings and arrays, steps.</summary>
public sealed unsafe class PlanBuilder
{
    private readonly byte* _arena;
    private readonly uint _capacity;
    private readonly List<Op> _ops = new(64);
    private readonly List<Origin> _origins = new(64);
    private uint _used = (uint)sizeof(PlanHeader);
    private ushort _slots = Slot.First;

    /// <summary>A builder that writes to <paramref name="arena"/>, which must be zeroed.</summary>
    /// <param name="arena">Start of the memory that the child will see.</param>
    /// <param name="capacity">Its size in bytes.</param>
    public PlanBuilder(byte* arena, uint capacity)
    {
        _arena = arena;
        _capacity = capacity;
    }

    /// <summary>The origin that the steps added from now on get.</summary>
    public Origin Origin { get; set; } = new("$");

    /// <summary>Goes into <see cref="PlanHeader.NewNamespaces"/>.</summary>
    public ulong NewNamespaces { get; set; }

    /// <summary>The child writes down when each step begins and ends, by this clock; null: it does not.</summary>
    public int? TraceClock { get; set; }

    /// <summary>How much of the arena is in use, in bytes.</summary>
    public uint Size => _used;

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<Op> Ops => _ops;

    /// <summary>The part of config.json that step <paramref name="op"/> comes from; null if there is no such step.</summary>
    public Origin? OriginOf(int op) => op >= 0 && op < _origins.Count ? _origins[op] : null;

    /// <summary>A descriptor slot of the planner's own.</summary>
    public ushort NewSlot() => _slots++;

    /// <summary>Appends a step.</summary>
    public void Add(in Op op)
    {
        _ops.Add(op);
        _origins.Add(Origin);
    }

    /// <summary>Appends a step.</summary>
    public void Add(OpCode code, ushort slot = 0, uint flags = 0, ulong x = 0, ulong y = 0, uint s = 0, uint t = 0, uint data = 0, uint count = 0) =>
        Add(new Op { Code = code, Slot = slot, Flags = flags, X = x, Y = y, S = s, T = t, Data = data, Count = count });

    /// <summary>Stores <paramref name="text"/> as UTF-8, NUL-terminated.</summary>
    /// <returns>Its offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint String(string text)
    {
        uint size = (uint)Encoding.UTF8.GetByteCount(text);
        uint offset = Reserve(size + 1, 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(_arena + offset, (int)size));
        return offset;
    }

    /// <summary>Stores bytes, NUL-terminated.</summary>
    /// <returns>Their offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint String(ReadOnlySpan<byte> text)
    {
        uint offset = Reserve((uint)text.Length + 1, 1);
        text.CopyTo(new Span<byte>(_arena + offset, text.Length));
        return offset;
    }

    /// <summary>Stores a vector as execve(2) takes it: offsets that the child turns into pointers, ended by 0.</summary>
    /// <param name="texts">The strings.</param>
    /// <param name="spare">Entries left free before the end, for the child to fill.</param>
    /// <returns>Its offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint Vector(ReadOnlySpan<string> texts, int spare = 0)
    {
        uint offset = Reserve((uint)(texts.Length + spare + 1) * sizeof(ulong), sizeof(ulong));
        for (int i = 0; i < texts.Length; i++)
        {
            // String() may not be called inside the store: the arena moves on, this slot does not.
            ulong text = String(texts[i]);
            ((ulong*)(_arena + offset))[i] = text;
        }

        return offset;
    }

    /// <summary>Stores numbers.</summary>
    /// <returns>Their offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint Numbers(ReadOnlySpan<uint> numbers)
    {
        uint offset = Reserve((uint)numbers.Length * sizeof(uint), sizeof(uint));
        numbers.CopyTo(new Span<uint>(_arena + offset, numbers.Length));
        return offset;
    }

    /// <summary>Stores any block of bytes, 8-aligned.</summary>
    /// <returns>Its offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint Bytes(ReadOnlySpan<byte> bytes)
    {
        uint offset = Reserve((uint)bytes.Length, 8);
        bytes.CopyTo(new Span<byte>(_arena + offset, bytes.Length));
        return offset;
    }

    /// <summary>Reserves zeroed room that the child may write to.</summary>
    /// <returns>Its offset.</returns>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public uint Reserve(uint size, uint alignment)
    {
        uint offset = (_used + alignment - 1) & ~(alignment - 1);
        if (size > _capacity || offset > _capacity - size)
            throw new PlanTooLargeException(_capacity);
        _used = offset + size;
        return offset;
    }

    /// <summary>Writes the steps and the header: from here on the plan can be executed.</summary>
    /// <exception cref="PlanTooLargeException">The arena is full.</exception>
    public void Finish()
    {
        uint slots = Reserve(_slots * (uint)sizeof(int), sizeof(int));
        uint ops = Reserve((uint)(_ops.Count * sizeof(Op)), 8);
        CollectionsMarshal.AsSpan(_ops).CopyTo(new Span<Op>(_arena + ops, _ops.Count));
        PlanHeader* header = (PlanHeader*)_arena;
        header->SlotCount = _slots;
        header->Slots = slots;
        header->Ops = ops;
        header->OpCount = (uint)_ops.Count;
        header->NewNamespaces = NewNamespaces;
        if (TraceClock is { } clock)
            header->Trace = ReserveLog(clock);
    }

    private uint ReserveLog(int clock)
    {
        uint offset = Reserve((uint)(sizeof(TraceLog) + (_ops.Count * sizeof(TraceRecord))), sizeof(ulong));
        TraceLog* log = (TraceLog*)(_arena + offset);
        log->Clock = clock;
        log->Capacity = (uint)_ops.Count;
        return offset;
    }
}

/// <summary>The configuration does not fit into the memory that parent and child share.</summary>
/// <param name="capacity">Its size in bytes.</param>
public sealed class PlanTooLargeException(uint capacity)
    : Exception($"the configuration is too large: its strings and steps need more than {capacity} bytes"
        + (capacity < Helper.ArenaSize ? ", which is what the caller's limit of the size of files leaves: raise it (ulimit -f)" : ""));
