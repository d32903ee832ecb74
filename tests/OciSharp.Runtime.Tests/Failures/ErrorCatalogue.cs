using System.Reflection;
using System.Text;
using OciSharp.Runtime.Failures;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Failures;

/// <summary>
/// The part of docs/errors.md that is made from the code: an entry for each rule of <c>OciSharp.Spec</c> and each class of failures, with a
/// message that the code has just worded. The sentence that says what an entry means lives in the document alone.
/// </summary>
internal static class ErrorCatalogue
{
    public const string Begin = "<!-- Made from the code: UPDATE_SNAPSHOTS=1 dotnet test tests/OciSharp.Runtime.Tests. Only the sentences below the ids are written by hand. -->";
    public const string End = "<!-- End of what is made from the code. -->";
    private const string Unexplained = "To be written.";

    private static readonly (string Prefix, string Title)[] s_groups =
    [
        ("OCI10", "Reading a document"), ("OCI110", "Common rules"), ("OCI111", "Version, root, names, annotations"),
        ("OCI12", "Process, user, mappings"), ("OCI13", "Mounts in the configuration"), ("OCI14", "Hooks in the configuration"),
        ("OCI15", "Namespaces, paths, devices, sysctl, policies"), ("OCI17", "Resources"), ("OCI18", "Seccomp in the configuration"),
        ("OCI21", "The program"), ("OCI22", "The working directory"), ("OCI23", "Root and mounts"), ("OCI24", "Namespaces and ids"),
        ("OCI25", "Cgroups"), ("OCI26", "Seccomp, security modules, capabilities"), ("OCI27", "Hooks"), ("OCI28", "Devices and terminal"),
        ("OCI29", "Limits, properties, and the rest"),
    ];

    public static string Path { get; } = System.IO.Path.Combine(Root, "docs/errors.md");

    /// <summary>The classes of failures.</summary>
    public static FailureClass[] Classes { get; } = [.. typeof(FailureClasses).GetProperties(BindingFlags.Static | BindingFlags.Public)
        .Where(property => property.PropertyType == typeof(FailureClass)).Select(property => (FailureClass)property.GetValue(null)!)];

    private static string Root
    {
        get
        {
            DirectoryInfo directory = new(AppContext.BaseDirectory);
            while (!File.Exists(System.IO.Path.Combine(directory.FullName, "OciSharp.sln")))
                directory = directory.Parent ?? throw new InvalidOperationException("no OciSharp.sln above the tests");
            return directory.FullName;
        }
    }

    /// <summary>The whole document as it should be, with the sentences that <paramref name="document"/> has.</summary>
    public static string Renew(string document)
    {
        int begin = document.IndexOf(Begin, StringComparison.Ordinal), end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException("docs/errors.md has lost its marks");
        begin += Begin.Length + 1;
        return document[..begin] + Text(Meanings(document[begin..end])) + document[end..];
    }

    /// <summary>The sentences below the ids.</summary>
    public static Dictionary<string, string> Meanings(string text)
    {
        Dictionary<string, string> meanings = [];
        string id = "";
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
                id = line[4..];
            else if (id.Length > 0 && line.Length > 0)
            {
                meanings.Add(id, line);
                id = "";
            }
        }

        return meanings;
    }

    private static string Text(Dictionary<string, string> meanings)
    {
        var text = new StringBuilder();
        Dictionary<string, string> shown = ConfigExamples();
        foreach ((string id, string message) in FailureExamples.All())
            shown.TryAdd(id, message);
        string group = "";
        foreach ((string id, string severity, string section, string remedy) in Entries())
        {
            string title = s_groups.First(g => id.StartsWith(g.Prefix, StringComparison.Ordinal)).Title;
            if (title != group)
                text.Append($"\n## {title}\n");
            group = title;
            string message = shown.GetValueOrDefault(id) ?? throw new InvalidDataException($"{id} has no example");
            text.Append($"\n### {id}\n\n{meanings.GetValueOrDefault(id, Unexplained)}\n\n");
            text.Append($"- {severity}; rule: {(section.Length > 0 ? section : "the section that describes the property")}\n- Remedy: {remedy}\n\n```\n{message}\n```\n");
        }

        return text.Append('\n').ToString();
    }

    private static IEnumerable<(string Id, string Severity, string Section, string Remedy)> Entries()
    {
        Type rule = typeof(Config).Assembly.GetType("OciSharp.Spec.Rule")!;
        IEnumerable<(string, string, string, string)> rules = typeof(Config).Assembly.GetTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => property.PropertyType == rule)
            .Select(property => property.GetValue(null)!)
            .Select(value => (Get(value, "Id"), Get(value, "Severity"), Get(value, "Section"), Get(value, "Remedy")));
        return rules.Concat(Classes.Select(found => (found.Id, found.Id == FailureClasses.FilterKilled.Id ? "Warning" : "Error", found.Section, found.Remedy)))
            .OrderBy(entry => entry.Item1, StringComparer.Ordinal);

        string Get(object value, string property) => rule.GetProperty(property)!.GetValue(value)?.ToString() ?? "";
    }

    /// <summary>For each id of a rule the first message that a document of spec-fixtures/config/bad brings about.</summary>
    private static Dictionary<string, string> ConfigExamples()
    {
        Dictionary<string, string> examples = [];
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(Root, "spec-fixtures/config/bad"), "*.json").Order(StringComparer.Ordinal))
        {
            string context = File.ReadLines(System.IO.Path.ChangeExtension(file, ".expected")).First();
            Add(File.ReadAllBytes(file), new ValidationContext
            {
                Rootless = context == "# rootless",
                SystemdCgroup = context == "# systemd-cgroup",
                NoPivot = context == "# no-pivot",
            });
        }

        Add(new byte[(8 << 20) + 1], default);
        return examples;

        void Add(byte[] text, ValidationContext context)
        {
            var bag = new DiagnosticBag();
            Config? config = ConfigReader.Read(text, bag);
            if (config is not null)
                ConfigValidator.Validate(config, bag, context);
            foreach (Diagnostic diagnostic in bag.Diagnostics)
                examples.TryAdd(diagnostic.Id, diagnostic.ToString());
        }
    }
}
