using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OciSharp.Architecture.Tests;

/// <summary>The functions of an x86-64 executable and what each of them refers to, as nm and objdump print them.</summary>
internal sealed partial class NativeListing
{
    private readonly List<Function> functions = [];

    /// <summary>Reads the output of <c>nm</c> (any order) and of <c>objdump -d --no-show-raw-insn</c>.</summary>
    public NativeListing(string symbols, string disassembly)
    {
        foreach (IGrouping<ulong, Match> place in SymbolLine().Matches(symbols).GroupBy(line => Hex(line.Groups["address"].Value)))
            functions.Add(new Function(place.Key, [.. place.Select(line => line.Groups["name"].Value)]));
        functions.Sort((a, b) => a.Address.CompareTo(b.Address));

        // Some million lines: "  401000:\tpush   %rbp".
        for (int start = 0; start < disassembly.Length;)
        {
            int end = disassembly.IndexOf('\n', start);
            if (end < 0)
                end = disassembly.Length;
            int colon = disassembly.IndexOf(":\t", start, end - start, StringComparison.Ordinal);
            if (colon > 0 && ulong.TryParse(disassembly.AsSpan(start, colon - start).TrimStart(), NumberStyles.AllowHexSpecifier, null, out ulong address))
                At(address)?.Instructions.Add(new Instruction(address, disassembly.AsMemory(colon + 2, end - colon - 2).TrimEnd()));
            start = end + 1;
        }
    }

    /// <summary>All functions by address.</summary>
    public IReadOnlyList<Function> Functions => functions;

    /// <summary>Reads an executable and its debug symbols.</summary>
    public static NativeListing Of(string binary) =>
        new(Run("nm", binary + ".dbg"), Run("objdump", "-d", "--no-show-raw-insn", binary));

    /// <summary>The function that holds the address, or null before the first.</summary>
    public Function? At(ulong address)
    {
        int low = 0, high = functions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (functions[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? null : functions[low - 1];
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber);

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
        return output;
    }

    [GeneratedRegex(@"^(?<address>[0-9a-f]{16}) [tTwWiu] (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex SymbolLine();

    /// <summary>From its symbol to the next one.</summary>
    /// <param name="Address">Of the first instruction.</param>
    /// <param name="Names">Symbols at that address.</param>
    internal sealed record Function(ulong Address, IReadOnlyList<string> Names)
    {
        /// <summary>In order.</summary>
        public List<Instruction> Instructions { get; } = [];

        /// <summary>One of the names.</summary>
        public string Name => Names[0];
    }

    /// <summary>One instruction.</summary>
    /// <param name="Address">Where it is.</param>
    /// <param name="Text">In AT&amp;T syntax, without the machine code.</param>
    internal readonly record struct Instruction(ulong Address, ReadOnlyMemory<char> Text)
    {
        /// <summary>True if it calls or jumps to the address.</summary>
        public bool GoesTo(ulong target)
        {
            ReadOnlySpan<char> text = Text.Span;
            return (text.StartsWith("call ") || text.StartsWith("jmp ")) && text[(text.IndexOf(' ') + 1)..].TrimStart().StartsWith($"{target:x} ");
        }

        /// <inheritdoc/>
        public override string ToString() => Text.ToString();
    }
}
