using OciSharp.Cli.CommandLine;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>help</c></summary>
internal sealed class HelpCommand : Command
{
    public override string Name => "help";

    public override string Summary => "show a list of commands, or the help of one";

    public override string Arguments => "[command]";

    public override string Examples => """
        ocisharp help run
        """;

    public override string ArgumentsTake => "COMMAND";

    public override int MaxArguments => 1;

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            StandardOutput.Write(HelpText.OfProgram(session.Flags));
            return 0;
        }
        Command command = CommandTable.Find(arguments[0]) ?? throw CommandTable.Unknown(arguments[0]);
        StandardOutput.Write(HelpText.OfCommand(command));
        return 0;
    }
}
