using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OciSharp.Architecture.Tests;

/// <summary>Who knows whom is as docs/architecture.md says, neither more nor less.</summary>
[TestFixture]
public sealed class AssemblyEdgesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ocisharp"] = ["OciSharp.Runtime", "OciSharp.Spec"],
        ["OciSharp.Runtime"] = ["OciSharp.Cgroups", "OciSharp.Init", "OciSharp.Linux", "OciSharp.Spec"],
        ["OciSharp.Init"] = ["OciSharp.Linux"],
        ["OciSharp.Cgroups"] = ["OciSharp.Linux", "OciSharp.Spec"],
        ["OciSharp.Spec"] = [],
        ["OciSharp.Linux"] = [],
    };

    private static IEnumerable<string> Assemblies => Allowed.Keys;

    [TestCaseSource(nameof(Assemblies))]
    public void Knows_no_more_than_it_may(string assembly)
    {
        string[] ours = [.. References(assembly).Where(name => name.StartsWith("OciSharp", StringComparison.Ordinal))];
        Assert.That(ours, Is.SubsetOf(Allowed[assembly]));
    }

    [TestCaseSource(nameof(Assemblies))]
    public void Needs_no_package_that_docs_dependencies_does_not_name(string assembly)
    {
        string[] packages = [.. References(assembly).Where(name => !name.StartsWith("OciSharp", StringComparison.Ordinal) && !IsFramework(name))];
        Assert.That(packages, Is.SubsetOf(new[]
        {
            "Mono.Posix.NETStandard", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions",
        }));
    }

    [Test]
    public void Every_project_of_src_is_in_the_table()
    {
        IEnumerable<string> projects = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder));
        Assert.That(projects, Is.EquivalentTo(Allowed.Keys.Select(name => name == "ocisharp" ? "OciSharp.Cli" : name)));
    }

    private static bool IsFramework(string name) => name is "System" or "netstandard" or "mscorlib" or "Microsoft.Win32.Primitives"
        || name.StartsWith("System.", StringComparison.Ordinal);

    private static IEnumerable<string> References(string assembly)
    {
        using PEReader image = new(File.OpenRead(Path.Combine(TestContext.CurrentContext.TestDirectory, assembly + ".dll")));
        MetadataReader metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
