using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace OciSharp.Linux.Tests;

/// <summary>Asks the kernel's own headers: a C program with one question a line, compiled and run when the test runs.</summary>
internal sealed partial class KernelProbe
{
    private readonly Dictionary<string, ulong> answers = [];
    private readonly HashSet<string> unknown = [];

    /// <summary>Asks all questions of all units in one compilation.</summary>
    /// <exception cref="InvalidOperationException">The compiler complained about something else than an unknown name.</exception>
    public KernelProbe(IReadOnlyCollection<Unit> units)
    {
        string folder = Directory.CreateTempSubdirectory("kernel-probe").FullName;
        try
        {
            FindUnknown(units, folder);
            foreach (Unit unit in units)
                File.WriteAllText($"{folder}/{unit.Name}.c", unit.Source(unknown));
            File.WriteAllText($"{folder}/main.c", MainSource(units));
            (int status, string said) = Run("gcc", ["-w", "-o", $"{folder}/probe", .. Directory.GetFiles(folder, "*.c")]);
            if (status != 0)
                throw new InvalidOperationException($"the probe of the kernel headers does not compile:\n{said}");
            foreach (string line in Run($"{folder}/probe", []).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = line.LastIndexOf('=');
                answers[line[..equals]] = ulong.Parse(line[(equals + 1)..]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The answer to a question of a unit; null when the headers do not know the name.</summary>
    public ulong? this[string unit, string question] => answers.TryGetValue($"{unit} {question}", out ulong value) ? value : null;

    private static string MainSource(IEnumerable<Unit> units)
    {
        StringBuilder source = new();
        foreach (Unit unit in units)
            source.AppendLine($"void probe_{unit.Name}(void);");
        source.AppendLine("int main(void) {");
        foreach (Unit unit in units)
            source.AppendLine($"    probe_{unit.Name}();");
        return source.AppendLine("}").ToString();
    }

    // A constant may be a macro or an enumerator and a struct may lack a field: the compiler's complaints tell what is not there.
    private void FindUnknown(IReadOnlyCollection<Unit> units, string folder)
    {
        foreach (Unit unit in units)
            File.WriteAllText($"{folder}/{unit.Name}.c", unit.Source(unknown));
        (int status, string said) = Run("gcc", ["-w", "-fsyntax-only", "-fmax-errors=0", .. Directory.GetFiles(folder, "*.c")]);
        foreach (Match line in ErrorLine().Matches(said))
        {
            Unit unit = units.Single(u => u.Name == line.Groups["unit"].Value);
            int question = int.Parse(line.Groups["line"].Value) - unit.FirstLine;
            if (question < 0 || question >= unit.Questions.Count || !UnknownName().IsMatch(line.Groups["text"].Value))
                throw new InvalidOperationException($"the probe of the kernel headers does not compile: {line.Value}");
            unknown.Add($"{unit.Name} {unit.Questions[question]}");
        }

        if (status != 0 && unknown.Count == 0)
            throw new InvalidOperationException($"the probe of the kernel headers does not compile:\n{said}");
    }

    private static (int Status, string Output) Run(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    [GeneratedRegex(@"/(?<unit>\w+)\.c:(?<line>\d+):\d+: (fatal )?error: (?<text>.*)")]
    private static partial Regex ErrorLine();

    [GeneratedRegex("undeclared|has no member named|incomplete type|storage size of")]
    private static partial Regex UnknownName();

    /// <summary>One C file: the headers of one C# type, and the questions about it.</summary>
    /// <param name="Name">A C identifier.</param>
    /// <param name="Headers">As in <c>#include</c>; one that does not exist is left out.</param>
    /// <param name="Questions">C expressions of integer type.</param>
    public sealed record Unit(string Name, IReadOnlyList<string> Headers, IReadOnlyList<string> Questions)
    {
        /// <summary>The number of the line that holds the first question.</summary>
        public int FirstLine => 6 + (3 * Headers.Count);

        /// <summary>The text of the file, with an empty line for each unknown question.</summary>
        public string Source(IReadOnlySet<string> unknown)
        {
            StringBuilder source = new("#define _GNU_SOURCE\n");
            foreach (string header in Headers)
                source.Append($"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n");
            source.Append("#include <stdio.h>\n#include <stddef.h>\n#define ASK(question, value) printf(\"%s=%llu\\n\", question, (unsigned long long)(value))\n");
            source.Append($"void probe_{Name}(void) {{\n");
            foreach (string question in Questions)
                source.Append(unknown.Contains($"{Name} {question}") ? "\n" : $"ASK(\"{Name} {question}\", {question});\n");
            return source.Append("}\n").ToString();
        }
    }
}
