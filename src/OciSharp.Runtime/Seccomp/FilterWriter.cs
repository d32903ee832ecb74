using OciSharp.Linux;
using static OciSharp.Linux.SocketFilter;

namespace OciSharp.Runtime.Seccomp;

/// <summary>
/// Writes a filter from its end to its beginning: classic BPF jumps forward only, so what a jump leads to is there before the jump.
/// A position is what the methods return and take as a target.
/// </summary>
internal sealed class FilterWriter
{
    // Offsets of conditional jumps have 8 bits; one less leaves room for the instruction that is inserted between.
    private const int Reach = 254;

    private readonly sock_filter[] _program = new sock_filter[BPF_MAXINSNS];
    private readonly List<(uint Action, int Position)> _returns = new(8);
    private int _first = BPF_MAXINSNS;

    /// <summary>The instructions so far, in the order of their execution.</summary>
    public ReadOnlySpan<sock_filter> Program => _program.AsSpan(_first);

    /// <summary>Ends the filter with <paramref name="action"/>; one that is near enough serves again.</summary>
    public int Return(uint action)
    {
        for (int i = 0; i < _returns.Count; i++)
        {
            if (_returns[i].Action != action)
                continue;
            int position = _returns[i].Position;
            if (position - _first > Reach)
                _returns[i] = (action, position = Write(BPF_RET | BPF_K, action));
            return position;
        }

        int added = Write(BPF_RET | BPF_K, action);
        _returns.Add((action, added));
        return added;
    }

    /// <summary>Loads the word at <paramref name="offset"/> of <see cref="seccomp_data"/>, then goes to <paramref name="next"/>.</summary>
    public int Load(int offset, int next) => Before(next, BPF_LD | BPF_W | BPF_ABS, (uint)offset);

    /// <summary>Masks the loaded word, then goes to <paramref name="next"/>.</summary>
    public int And(uint mask, int next) => Before(next, BPF_ALU | BPF_AND | BPF_K, mask);

    /// <summary>Compares the loaded word with <paramref name="value"/> by BPF_JEQ, BPF_JGT or BPF_JGE.</summary>
    public int Jump(ushort comparison, uint value, int yes, int no)
    {
        no = Near(no);
        yes = Near(yes);
        return Write((ushort)(BPF_JMP | comparison | BPF_K), value, (byte)(yes - _first), (byte)(no - _first));
    }

    private int Before(int next, ushort code, uint k)
    {
        if (next != _first)
            Skip(next);
        return Write(code, k);
    }

    /// <summary>The target itself, or a jump to it if it is too far for a conditional one.</summary>
    private int Near(int target) => target - _first <= Reach ? target : Skip(target);

    private int Skip(int target) => Write(BPF_JMP | BPF_JA, (uint)(target - _first));

    private int Write(ushort code, uint k, byte jt = 0, byte jf = 0)
    {
        if (_first == 0)
            throw new ContainerException($"$.linux.seccomp: the filter is too large: the kernel takes {BPF_MAXINSNS} instructions; write fewer rules with arguments");
        _program[--_first] = new sock_filter { code = code, jt = jt, jf = jf, k = k };
        return _first;
    }
}
