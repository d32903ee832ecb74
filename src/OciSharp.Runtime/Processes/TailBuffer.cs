using System.Text;

namespace OciSharp.Runtime.Processes;

/// <summary>Keeps the last bytes of a stream whose length nobody bounds.</summary>
/// <param name="capacity">How many bytes are kept.</param>
public sealed class TailBuffer(int capacity)
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Bytes were dropped at the front.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Appends <paramref name="data"/>, and drops what is too old.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > capacity)
        {
            Truncated = true;
            data = data[Math.Max(0, data.Length - capacity)..];
            int kept = Math.Min(_length, capacity - data.Length);
            _bytes.AsSpan(_length - kept, kept).CopyTo(_bytes);
            _length = kept;
        }

        if (_length + data.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(capacity, Math.Max(_length + data.Length, _bytes.Length * 2)));
        data.CopyTo(_bytes.AsSpan(_length));
        _length += data.Length;
    }

    /// <summary>What is kept, without white space at its end; a cut is marked with an ellipsis.</summary>
    public override string ToString()
    {
        string text = Encoding.UTF8.GetString(_bytes, 0, _length).TrimEnd();
        return Truncated ? "…" + text : text;
    }
}
