using System.Runtime.CompilerServices;
using System.Text;

namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>A text that is made of many small parts. Adding one is not inlined, as that would take more room in the executable than the parts do.</summary>
internal sealed class Script
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a part.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Script Add(string part)
    {
        _text.Append(part);
        return this;
    }

    /// <summary>Adds a long part, which takes half the room in the executable as UTF-8.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Script Add(ReadOnlySpan<byte> utf8) => Add(Encoding.UTF8.GetString(utf8));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
