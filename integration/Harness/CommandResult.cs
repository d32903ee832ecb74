namespace OciSharp.Integration.Harness;

/// <summary>What one command left behind: exit code (128 + signal when it was killed), stdout and stderr.</summary>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Stdout without the newline at its end.</summary>
    public string Text => Output.TrimEnd('\n');

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts exit code 0.</summary>
    public CommandResult Succeeded() => Exited(0);

    public CommandResult Exited(int code)
    {
        Assert.That(ExitCode, Is.EqualTo(code), Describe);
        return this;
    }

    /// <summary>Asserts that the runtime refused: exit code 1 and an error on stderr that has each of the fragments in it, in any case.</summary>
    public CommandResult Failed(params string[] fragments)
    {
        Assert.That(ExitCode, Is.EqualTo(1), Describe);
        Assert.That(Error.Trim(), Is.Not.Empty, $"{CommandLine}: exit 1 without an error text");
        foreach (var fragment in fragments) Assert.That(Error, Does.Contain(fragment).IgnoreCase, Describe);
        return this;
    }

    private string Describe() => $"{CommandLine}\nstdout: {Output}\nstderr: {Error}";

    public override string ToString() => Describe();
}
