namespace OciSharp.Faults;

/// <summary>
/// A host that lacks something. Whatever that is, a command ends soon, with exit code 1 and one error that says what was being done, to what, why,
/// and what to do, and leaves the host as it was before.
/// </summary>
public abstract class BrokenHost : ContainerFixture
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Asserts that a command refuses in this way; each of the fragments is in its error.</summary>
    protected CommandResult Refuses(Command command, params string[] fragments)
    {
        var before = HostSnapshot.Take(Scratch);
        var result = command.Within(Soon).Execute().Failed(fragments);
        IsOneError(result);
        IsUnchangedSince(before, result);
        return result;
    }

    /// <summary>Asserts that a command succeeds, or refuses as <see cref="Refuses"/> has it.</summary>
    /// <returns>Whether it succeeded.</returns>
    protected bool SucceedsOrRefuses(Command command)
    {
        var before = HostSnapshot.Take(Scratch);
        var result = command.Within(Soon).Execute();
        if (result.ExitCode == 0) return true;
        IsOneError(result.Failed());
        IsUnchangedSince(before, result);
        return false;
    }

    protected void IsUnchangedSince(HostSnapshot before, object because)
    {
        Wait.TryUntil(() => before.NewSince(Scratch).Count == 0, seconds: 3);
        Assert.That(before.NewSince(Scratch), Is.Empty, because.ToString());
    }

    /// <summary>One line, of ours, that is no mistake of ours. Warnings may stand beside it.</summary>
    protected static void IsOneError(CommandResult result)
    {
        string[] errors = [.. result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("level=warning"))];
        Assert.That(errors, Has.Length.EqualTo(1), result.ToString());
        Assert.That(errors[0], Does.Contain("level=error").Or.StartsWith("ocisharp: "), result.ToString());
        Assert.That(errors[0], Does.Not.Contain("internal error").And.Not.Contain("Unhandled"), result.ToString());
        Assert.That(errors[0], Does.Contain(": "), "no reason is given");
    }

    /// <summary>A command in a mount namespace of its own, where the shell does this before.</summary>
    protected Command Behind(string mounts, params string[] arguments) =>
        Runtime.Command(arguments).Through("/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", $"{mounts} && exec \"$@\"", "sh");

    /// <summary>The bundle's path; its process ends at once, or sleeps.</summary>
    protected string Written(bool sleeps = false) => (sleeps ? Sleeper() : NewBundle("true")).Write().Path;

    /// <summary>A bundle whose process sleeps, and has the name of that as soon as it is started.</summary>
    protected Bundle Sleeper() => NewBundle().Args("/bin/sleep", "1000");
}
