using OciSharp.Fuzz.Tests.Mutation;
using OciSharp.Runtime.Logging;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>A reader of what others wrote.</summary>
/// <param name="name">What it reads.</param>
/// <param name="corpus">What is mutated.</param>
internal abstract class Target(string name, params byte[][] corpus)
{
    public string Name => name;

    /// <summary>How many mutations of the usual number it is given: fewer where one takes longer.</summary>
    public virtual int Share => 1;

    /// <summary>The mutation number <paramref name="seed"/>: always the same.</summary>
    public byte[] Input(int seed)
    {
        var random = new Random(seed);
        return Mutate(corpus[random.Next(corpus.Length)], corpus[random.Next(corpus.Length)], random);
    }

    /// <summary>Reads it. An exception that is not a refusal of ours, or an assertion, is a defect.</summary>
    /// <returns>False if it was refused.</returns>
    public abstract bool Feed(byte[] input);

    public override string ToString() => name;

    protected virtual byte[] Mutate(byte[] input, byte[] other, Random random) => ByteMutator.Mutate(input, other, random);

    /// <summary>The files of a folder of spec-fixtures with this ending.</summary>
    protected static byte[][] Fixtures(string folder, string ending)
    {
        string? root = TestContext.CurrentContext.TestDirectory;
        while (root is not null && !Directory.Exists(root + "/spec-fixtures"))
            root = Path.GetDirectoryName(root);
        string[] files = Directory.GetFiles($"{root}/spec-fixtures/{folder}", "*" + ending, SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        Assert.That(files, Is.Not.Empty, folder);
        return [.. files.Select(File.ReadAllBytes)];
    }

    /// <summary>What is told about the input stays on its line, and moves no cursor.</summary>
    protected static void CheckText(string message)
    {
        Assert.That(message.Trim(), Is.Not.Empty);
        foreach (char c in LogEscape.Line(message))
        {
            if (char.IsControl(c))
                Assert.Fail($"a message has U+{(int)c:x4} in it: {message}");
        }
    }
}
