using System.Text.RegularExpressions;
using OciSharp.Fuzz.Tests.Mutation;
using OciSharp.Spec;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>A document of JSON: most mutations know its structure, some do not.</summary>
internal abstract partial class JsonTarget(string name, params byte[][] corpus) : Target(name, corpus)
{
    private const int KnowingOfTen = 8;

    protected override byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        byte[] result = random.Next(10) < KnowingOfTen ? JsonMutator.Mutate(input, other, random) : input;
        return ReferenceEquals(result, input) || random.Next(12) == 0 ? ByteMutator.Mutate(result, other, random) : result;
    }

    /// <summary>Each mistake has an id, a place, a reason, a rule and a remedy.</summary>
    protected static void CheckDiagnostics(DiagnosticBag bag)
    {
        foreach (Diagnostic diagnostic in bag.Diagnostics)
        {
            Assert.That(diagnostic.Id, Does.Match(Id()));
            Assert.That(diagnostic.Path, Does.StartWith("$"));
            Assert.That(diagnostic.Remedy, Is.Not.Empty);
            Assert.That(diagnostic.Section, Is.Not.Empty);
            CheckText(diagnostic.Message);
            CheckText(diagnostic.ToString());
        }
    }

    [GeneratedRegex("^OCI[0-9]{4}$")]
    private static partial Regex Id();
}
