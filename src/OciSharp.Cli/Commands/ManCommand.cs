using OciSharp.Cli.CommandLine;
using OciSharp.Cli.CommandLine.Generators;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>man</c></summary>
internal sealed class ManCommand : Command
{
    private readonly Switch _list = new("list", "print the commands that have a page");

    public override string Name => "man";

    public override string Summary => "print a page of the manual";

    public override string Arguments => "[command]";

    public override string Description => """
        Prints the page of the program, or that of a command, in the language of man(7). "make install" puts all of them where man(1)
        looks for them.
        """;

    public override string Examples => """
        ocisharp man run | man -l -
        """;

    public override string ArgumentsTake => "COMMAND";

    public override Flag[] Flags => [_list];

    public override int MaxArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        if (_list.Value)
            StandardOutput.Write(string.Join('\n', CommandTable.Names) + "\n");
        else if (arguments.Count == 0)
            StandardOutput.Write(ManPage.OfProgram(session.Flags, BuildInfo.Version));
        else
            StandardOutput.Write(ManPage.OfCommand(CommandTable.Find(arguments[0]) ?? throw CommandTable.Unknown(arguments[0]), BuildInfo.Version));
        return 0;
    }
}
