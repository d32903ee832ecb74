namespace OciSharp.Linux;

/// <summary>A list of strings as execve(2) takes them: an array of pointers to NUL-terminated strings with a null at the end.</summary>
public sealed unsafe class CStringArray
{
    private readonly byte[] _text;
    private readonly int[] _starts;

    private CStringArray(byte[] text, int[] starts)
    {
        _text = text;
        _starts = starts;
    }

    /// <summary>Copies <paramref name="strings"/>.</summary>
    /// <exception cref="ArgumentException">One of them holds a NUL.</exception>
    public static CStringArray Of(IReadOnlyList<string> strings)
    {
        List<byte> text = [];
        int[] starts = new int[strings.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = text.Count;
            text.AddRange(CString.Of(strings[i]));
        }

        return new CStringArray([.. text], starts);
    }

    /// <summary>Takes strings that stand one behind the other, each with its NUL, as in /proc/PID/environ.</summary>
    public static CStringArray OfBlock(byte[] block)
    {
        List<int> starts = [];
        for (int start = 0; start < block.Length;)
        {
            int length = block.AsSpan(start).IndexOf((byte)0);
            if (length < 0)
                break;
            starts.Add(start);
            start += length + 1;
        }

        return new CStringArray(block, [.. starts]);
    }

    /// <summary>How many pointers <see cref="Fill"/> writes: one per string, and the null.</summary>
    public int PointerCount => _starts.Length + 1;

    /// <summary>The memory that must stay where it is (<c>fixed</c>) for as long as the pointers are used.</summary>
    public byte[] Text => _text;

    /// <summary>Writes the pointers into <see cref="Text"/>, which is pinned at <paramref name="text"/>.</summary>
    public void Fill(byte* text, byte** pointers)
    {
        for (int i = 0; i < _starts.Length; i++)
            pointers[i] = text + _starts[i];
        pointers[_starts.Length] = null;
    }
}
