using OciSharp.Cli.CommandLine;
using OciSharp.Cli.CommandLine.Generators;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>completion</c></summary>
internal sealed class CompletionCommand : Command
{
    public override string Name => "completion";

    public override string Summary => "print the completion of the command line for a shell";

    public override string Arguments => "<bash|zsh|fish>";

    public override string Description => """
        Prints a script that completes commands, options, their values, and the ids of containers. "make install" puts it where the
        shells look for it.
        """;

    public override string Examples => """
        source <(ocisharp completion bash)
        ocisharp completion fish >~/.config/fish/completions/ocisharp.fish
        """;

    public override string ArgumentsTake => "bash|zsh|fish";

    public override int MinArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        StandardOutput.Write(arguments[0] switch
        {
            "bash" => BashCompletion.Of(session.Flags),
            "zsh" => ZshCompletion.Of(session.Flags),
            "fish" => FishCompletion.Of(session.Flags),
            string shell => throw new UsageException($"there is no completion for \"{shell}\": there is one for bash, zsh and fish"),
        });
        return 0;
    }
}
