using System.Text;

namespace OciSharp.Cli.CommandLine;

/// <summary>The help, made from the definitions.</summary>
internal static class HelpText
{
    /// <summary>What the program is, in one line.</summary>
    public const string ProgramSummary = "Open Container Initiative runtime";

    /// <summary>What it does.</summary>
    public const string ProgramDescription = "Runs the container that a bundle describes: a directory with a config.json and a root file system.";

    private const string ProgramUsage = """

              # ocisharp spec --bundle DIR
              # ocisharp run --bundle DIR CONTAINER-ID

        USAGE:
           ocisharp [global options] command [command options] [arguments...]
        """;

    /// <summary>What <c>ocisharp --help</c> prints.</summary>
    public static string OfProgram(GlobalFlags globals)
    {
        var text = new StringBuilder();
        text.Append($"NAME:\n   ocisharp - {ProgramSummary}\n\n   {ProgramDescription}\n{ProgramUsage}\n\nCOMMANDS:\n");
        int width = 0;
        foreach (string name in CommandTable.Names)
            width = Math.Max(width, name.Length);
        foreach (string name in CommandTable.Names)
            AppendRow(text, name, width, CommandTable.Find(name)!.Summary);
        text.Append("\nGLOBAL OPTIONS:\n");
        AppendFlags(text, [.. globals.All, globals.Help]);
        return text.ToString();
    }

    /// <summary>What <c>ocisharp COMMAND --help</c> prints.</summary>
    public static string OfCommand(Command command)
    {
        var text = new StringBuilder();
        text.Append("NAME:\n   ocisharp ").Append(command.Name).Append(" - ").Append(command.Summary);
        text.Append("\n\nUSAGE:\n   ocisharp ").Append(command.Name).Append(" [command options]");
        if (command.Arguments.Length > 0)
            text.Append(' ').Append(command.Arguments);
        text.Append('\n');
        if (command.Description is { } description)
            text.Append("\nDESCRIPTION:\n   ").Append(Indented(description)).Append('\n');
        if (command.Examples is { } examples)
            text.Append("\nEXAMPLES:\n   ").Append(Indented(examples)).Append('\n');
        text.Append("\nOPTIONS:\n");
        AppendFlags(text, [.. command.Flags, command.Help]);
        return text.ToString();
    }

    private static string Indented(string lines) => lines.Replace("\n", "\n   ").Replace("\n   \n", "\n\n");

    private static void AppendFlags(StringBuilder text, Flag[] flags)
    {
        int width = 0;
        foreach (Flag flag in flags)
            width = flag.Hidden ? width : Math.Max(width, Spelling(flag).Length);
        foreach (Flag flag in flags)
        {
            if (!flag.Hidden)
                AppendRow(text, Spelling(flag), width, flag.DefaultText is { } preset ? $"{flag.Help} (default: {preset})" : flag.Help);
        }
    }

    private static string Spelling(Flag flag)
    {
        string value = flag.TakesValue ? " value" : "";
        return flag.ShortName == '\0' ? $"--{flag.Name}{value}" : $"--{flag.Name}{value}, -{flag.ShortName}{value}";
    }

    private static void AppendRow(StringBuilder text, string left, int width, string right) =>
        text.Append("   ").Append(left.PadRight(width)).Append("  ").Append(right).Append('\n');
}
