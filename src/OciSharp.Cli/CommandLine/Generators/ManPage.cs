using System.Globalization;

namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>The pages of the manual, made from the definitions: man(7), for section 8.</summary>
internal static class ManPage
{
    /// <summary>When the texts were last looked through.</summary>
    private const string Date = "2026-11-23";

    private const string State = "/run/ocisharp, or $XDG_RUNTIME_DIR/ocisharp without root";

    /// <summary>What the page of a command is called, and that of the program for null.</summary>
    public static string NameOf(Command? command) => command is null ? "ocisharp" : $"ocisharp-{command.Name}";

    /// <summary>ocisharp(8)</summary>
    /// <param name="globals">The flags before the command.</param>
    /// <param name="version">That of the build.</param>
    public static string OfProgram(GlobalFlags globals, string version)
    {
        var page = new Roff();
        Head(page, NameOf(null), HelpText.ProgramSummary, version);
        page.Section("SYNOPSIS").Raw("\\fBocisharp\\fR [\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR...]\n");
        page.Section("DESCRIPTION").Paragraphs(HelpText.ProgramDescription);
        page.Paragraphs("""

            A flag has one dash or two; its value is the next word, or stands behind "=". Global options stand before the command; those of a
            command may also stand behind its arguments. Two dashes end the options.
            """);
        page.Section("COMMANDS");
        foreach (string name in CommandTable.Names)
            page.Item($"\\fBocisharp\\-{name}\\fR(8)", CommandTable.Find(name)!.Summary);
        page.Section("GLOBAL OPTIONS");
        Flags(page, [.. globals.All, globals.Help]);
        page.Section("EXIT STATUS").Paragraphs("0 on success, 1 on failure; commands that run a process have its exit status; 141 if the reader of standard output went away.");
        page.Section("ENVIRONMENT");
        page.Item("\\fBXDG_RUNTIME_DIR\\fR", "where the state of an ordinary user's containers is");
        page.Item("\\fBDBUS_SESSION_BUS_ADDRESS\\fR, \\fBDBUS_SYSTEM_BUS_ADDRESS\\fR", "the bus of systemd, for --systemd-cgroup");
        page.Item("\\fBNOTIFY_SOCKET\\fR, \\fBLISTEN_FDS\\fR", "the protocols of systemd for services, which are passed on to the container");
        page.Item("\\fBNO_COLOR\\fR, \\fBTERM\\fR", "whether what is written for people is coloured");
        page.Section("FILES");
        page.Item($"\\fI{Roff.Escape(State)}\\fR", "the state of the containers: one directory for each");
        page.Section("EXAMPLES").Code("ocisharp spec --bundle DIR\nocisharp run --bundle DIR CONTAINER-ID");
        SeeAlso(page, [.. Array.ConvertAll(CommandTable.Names, name => $"ocisharp\\-{name} (8)"), "runc (8)", "podman (1)"]);
        return page.ToString();
    }

    /// <summary>ocisharp-COMMAND(8)</summary>
    /// <param name="command">The command.</param>
    /// <param name="version">As in <see cref="OfProgram"/>.</param>
    public static string OfCommand(Command command, string version)
    {
        var page = new Roff();
        Head(page, NameOf(command), command.Summary, version);
        page.Section("SYNOPSIS").Raw($"\\fBocisharp\\fR [\\fIglobal options\\fR] \\fB{Roff.Escape(command.Name)}\\fR [\\fIoptions\\fR]");
        page.Raw(command.Arguments.Length > 0 ? $" {Roff.Escape(command.Arguments)}\n" : "\n");
        page.Section("DESCRIPTION").Paragraphs(command.Description ?? $"{char.ToUpperInvariant(command.Summary[0]).ToString()}{command.Summary[1..]}.");
        page.Section("OPTIONS");
        Flags(page, [.. command.Flags, command.Help]);
        page.Section("EXIT STATUS").Paragraphs(command.ExitStatus ?? $"0 on success, {command.FailureCode.ToString(CultureInfo.InvariantCulture)} on failure.");
        Files(page, command);
        if (command.Examples is { } examples)
            page.Section("EXAMPLES").Code(examples);
        SeeAlso(page, ["ocisharp (8)", .. Relatives(command)]);
        return page.ToString();
    }

    private static void Head(Roff page, string name, string summary, string version)
    {
        page.Raw(".\\\" Made from the definitions of the commands: ocisharp man\n");
        page.Raw($".TH {Roff.Escape(name.ToUpperInvariant())} 8 {Date} \"ocisharp {Roff.Escape(version)}\" \"System Administration\"\n");
        page.Section("NAME").Raw($"{Roff.Escape(name)} \\- {Roff.Escape(summary)}\n");
    }

    private static void Flags(Roff page, Flag[] flags)
    {
        foreach (Flag flag in flags)
        {
            if (flag.Hidden)
                continue;
            string value = Roff.Escape(flag.Takes);
            string spelling = flag.TakesValue ? $"\\fB\\-\\-{Roff.Escape(flag.Name)}\\fR \\fI{value}\\fR" : $"\\fB\\-\\-{Roff.Escape(flag.Name)}\\fR";
            if (flag.ShortName != '\0')
                spelling = flag.TakesValue ? $"\\fB\\-{flag.ShortName.ToString()}\\fR \\fI{value}\\fR, {spelling}" : $"\\fB\\-{flag.ShortName.ToString()}\\fR, {spelling}";
            page.Item(spelling, flag.DefaultText is { } preset ? $"{flag.Help} (default: {preset})" : flag.Help);
        }
    }

    /// <summary>What a command reads and writes shows in its flags and arguments.</summary>
    private static void Files(Roff page, Command command)
    {
        bool ofContainer = command.Arguments.StartsWith("<container-id>", StringComparison.Ordinal);
        bool ofBundle = Array.Exists(command.Flags, flag => flag.Name == "bundle");
        if (!ofContainer && !ofBundle)
            return;
        page.Section("FILES");
        if (ofBundle)
            page.Item("\\fIDIRECTORY\\fR/config.json", "the configuration in the bundle: runtime\\-spec, config.md");
        if (ofContainer)
            page.Item("\\fIROOT\\fR/\\fICONTAINER\\-ID\\fR", $"the state of the container; ROOT is {State}, or that of --root");
    }

    /// <summary>The commands before and behind it in the table: they are in the order of a container's life.</summary>
    private static List<string> Relatives(Command command)
    {
        var pages = new List<string>();
        string[] names = CommandTable.Names;
        int at = Array.IndexOf(names, command.Name);
        for (int i = Math.Max(0, at - 1); i <= at + 1 && i < names.Length; i++)
        {
            if (i != at)
                pages.Add($"ocisharp\\-{names[i]} (8)");
        }

        return pages;
    }

    private static void SeeAlso(Roff page, string[] pages)
    {
        page.Section("SEE ALSO");
        for (int i = 0; i < pages.Length; i++)
            page.Raw($".BR {pages[i]}{(i + 1 < pages.Length ? "," : "")}\n");
    }
}
