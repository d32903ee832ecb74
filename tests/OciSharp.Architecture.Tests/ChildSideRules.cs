using System.Globalization;
using System.Text.RegularExpressions;

namespace OciSharp.Architecture.Tests;

/// <summary>
/// The contract of the child side, checked on machine code: whatever is reachable from it is our own straight code and a handful of
/// functions of the C library. All else is an offence: allocation, exceptions, static constructors, dispatch, transitions.
/// </summary>
internal static partial class ChildSideRules
{
    /// <summary>What may be called although it is not followed, and why it does no harm without a runtime.</summary>
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["syscall"] = "the system call itself",
        ["__errno_location"] = "where the C library keeps errno",
        ["clock_gettime"] = "reads what the kernel shares with every process, or makes the system call",
        ["RhpGcPoll"] = "only called when a collection is pending, which needs a runtime: a load and a compare otherwise",
        ["RhpFallbackFailFast"] = "only called when a stack buffer was overrun: ends the process",
    };

    /// <summary>The linker gives a function of the runtime to one of ours with this before its name; ours may go on to it.</summary>
    private const string Wrap = "__wrap_";

    /// <summary>What the names of the runtime mean.</summary>
    private static readonly (string Part, string Meaning)[] Meanings =
    [
        ("RhpNew", "allocates"), ("RhNew", "allocates"), ("RhBox", "allocates"), ("RhpBox", "allocates"),
        ("ThrowHelper", "throws"), ("RhpThrow", "throws"), ("RhpRethrow", "throws"),
        ("StaticBase_", "checks a static constructor"), ("ClassConstructorRunner", "checks a static constructor"),
        ("AssignRef", "writes a reference into the heap"),
        ("PInvoke", "leaves managed code through a transition frame"), ("DynamicInterfaceDispatch", "calls an interface"),
        ("InterfaceDispatch", "calls an interface"), ("TypeCast", "casts"), ("GenericLookup", "looks up a generic"),
    ];

    /// <summary>True for the symbols whose every instruction must keep the contract.</summary>
    public static bool IsChildSide(string symbol) =>
        symbol.StartsWith("OciSharp_Init_OciSharp_Init_", StringComparison.Ordinal)
        && !symbol.StartsWith("OciSharp_Init_OciSharp_Init_Plan_", StringComparison.Ordinal);

    /// <summary>Follows all calls and jumps from the roots.</summary>
    /// <returns>One sentence for each offence, with the way to it.</returns>
    public static IReadOnlyList<string> Offences(NativeListing listing, IEnumerable<NativeListing.Function> roots)
    {
        List<string> offences = [];
        Dictionary<ulong, string> ways = [];
        Queue<NativeListing.Function> queue = [];
        foreach (NativeListing.Function root in roots)
            Enqueue(root, root.Name);

        while (queue.TryDequeue(out NativeListing.Function? function))
        {
            string previous = "";
            foreach (NativeListing.Instruction instruction in function.Instructions)
            {
                string text = instruction.ToString();
                string? offence = Look(function, text, previous);
                if (offence is not null)
                    offences.Add($"{ways[function.Address]}: {offence} ({instruction.Address:x}: {text})");
                previous = text;
            }
        }

        return offences;

        void Enqueue(NativeListing.Function function, string way)
        {
            if (ways.TryAdd(function.Address, way))
                queue.Enqueue(function);
        }

        string? Look(NativeListing.Function function, string text, string previous)
        {
            if (text.Contains("%fs:", StringComparison.Ordinal))
                return "uses thread-local storage";
            Match branch = Branch().Match(text);
            if (!branch.Success)
                return null;
            if (branch.Groups["indirect"].Length > 0)
                return IsSwitch(text, previous) ? null : "calls through a pointer";

            ulong address = ulong.Parse(branch.Groups["target"].Value, NumberStyles.HexNumber);
            if (listing.At(address) is not { } target)
                return "calls what has no name";
            if (target == function || target.Names.Any(Harmless.ContainsKey))
                return null;
            if (target.Names.Any(name => function.Names.Contains(Wrap + name)))
                return null;
            if (Meanings.FirstOrDefault(known => target.Names.Any(name => name.Contains(known.Part, StringComparison.Ordinal))) is { Meaning: { } meaning })
                return $"{meaning}: {target.Name}";
            if (!target.Names.Any(IsManaged))
                return $"calls native code: {target.Name}";
            Enqueue(target, $"{ways[function.Address]} > {target.Name}");
            return null;
        }
    }

    // What the compiler makes of managed code is named Assembly_Namespace_Type__Method.
    private static bool IsManaged(string symbol) => symbol.Contains("__", StringComparison.Ordinal)
        && (symbol.StartsWith("OciSharp_", StringComparison.Ordinal) || symbol.StartsWith("S_P_", StringComparison.Ordinal)
            || symbol.StartsWith("System_", StringComparison.Ordinal));

    // A jump table: the address of the table was just added to the entry.
    private static bool IsSwitch(string text, string previous)
    {
        Match jump = RegisterJump().Match(text);
        return jump.Success && Regex.IsMatch(previous, $@"^add +%\w+,{jump.Groups["register"].Value}$");
    }

    [GeneratedRegex(@"^(?:(?:bnd|notrack|addr32|rep|repz|data16) )*(?:call|j[a-z]+) +(?<indirect>\*?)(?<target>[^ ]+)")]
    private static partial Regex Branch();

    [GeneratedRegex(@"^(?:notrack )?jmp +\*(?<register>%\w+)$")]
    private static partial Regex RegisterJump();
}
