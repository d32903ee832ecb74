namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>Completion for fish, made from the definitions.</summary>
internal static class FishCompletion
{
    /// <summary>The script.</summary>
    public static string Of(GlobalFlags globals)
    {
        var script = new Script();
        string[] launchers = Array.FindAll(CommandTable.Names, name => CommandTable.Find(name)!.FlagsEndAtFirstArgument);
        script.Add("""
            # fish completion for ocisharp. Made from the definitions of its commands: ocisharp completion fish

            # __ocisharp_takes COMMAND OPTION: whether the next word is the option's value.
            function __ocisharp_takes
                switch "$argv[1] $argv[2]"

            """u8);
        Takes(script, "", globals.All);
        foreach (string name in CommandTable.Names)
            Takes(script, name, CommandTable.Find(name)!.Flags);
        script.Add("\n");
        script.Add("""
                        return 0
                end
                return 1
            end

            # Looks at what stands before the cursor: the command, the number of its arguments, whether options are at their end, and --root.
            function __ocisharp_parse
                set -g __ocisharp_command
                set -g __ocisharp_number 0
                set -g __ocisharp_ended
                set -g __ocisharp_root
                set -l words (commandline -opc)
                set -e words[1]
                while set -q words[1]
                    set -l word $words[1]
                    set -e words[1]
                    if test -z "$__ocisharp_ended"; and test "$word" = --
                        set __ocisharp_ended yes
                    else if test -z "$__ocisharp_ended"; and string match -qr -- '^-.' "$word"
                        set -l option (string replace -r -- '^--?' '' "$word")
                        if test -z "$__ocisharp_command"; and string match -q 'root=*' -- "$option"
                            set __ocisharp_root --root (string replace 'root=' '' -- "$option")
                        else if __ocisharp_takes "$__ocisharp_command" "$option"; and set -q words[1]
                            test -z "$__ocisharp_command" -a "$option" = root; and set __ocisharp_root --root $words[1]
                            set -e words[1]
                        end
                    else if test -z "$__ocisharp_command"
                        set __ocisharp_command "$word"
                        set __ocisharp_ended
                    else
                        set __ocisharp_number (math $__ocisharp_number + 1)

            """u8);
        script.Add($"            # Behind their first argument is the command line of another program.\n            contains -- \"$__ocisharp_command\" {string.Join(' ', launchers)}; and set __ocisharp_ended yes\n");
        script.Add("""
                    end
                end
            end

            function __ocisharp_without_command
                __ocisharp_parse
                test -z "$__ocisharp_command"
            end

            # __ocisharp_at COMMAND: an option of this command may be next.
            function __ocisharp_at
                __ocisharp_parse
                test -z "$__ocisharp_ended" -a "$__ocisharp_command" = $argv[1]
            end

            # __ocisharp_argument COMMAND NUMBER: the argument of this number is next, counted from 0.
            function __ocisharp_argument
                __ocisharp_parse
                test "$__ocisharp_command" = $argv[1] -a $__ocisharp_number -eq $argv[2]
            end

            function __ocisharp_containers
                __ocisharp_parse
                set -l program (commandline -opc)[1]
                $program $__ocisharp_root list --quiet 2>/dev/null
            end

            complete -c ocisharp -f

            """u8);
        foreach (Flag flag in (Flag[])[.. globals.All, globals.Help])
            Line(script, "__ocisharp_without_command", flag);
        foreach (string name in CommandTable.Names)
        {
            Command command = CommandTable.Find(name)!;
            script.Add($"complete -c ocisharp -n __ocisharp_without_command -a {name} -d {Quoted(command.Summary)}\n");
            foreach (Flag flag in (Flag[])[.. command.Flags, command.Help])
                Line(script, $"'__ocisharp_at {name}'", flag);
            string[] kinds = command.ArgumentsTake.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < kinds.Length; i++)
                script.Add($"complete -c ocisharp -n '__ocisharp_argument {name} {((char)('0' + i)).ToString()}'{Values(kinds[i])}\n");
        }

        return script.ToString();
    }

    /// <summary>The options of a command that take a value, as patterns of one case.</summary>
    private static void Takes(Script script, string command, Flag[] flags)
    {
        string between = "";
        foreach (Flag flag in flags)
        {
            if (!flag.TakesValue)
                continue;
            script.Add(between.Length == 0 && command.Length == 0 ? "        case" : between.Length == 0 ? " \\\n            " : "").Add($" '{command} {flag.Name}'");
            if (flag.ShortName != '\0')
                script.Add($" '{command} {flag.ShortName.ToString()}'");
            between = " ";
        }
    }

    private static void Line(Script script, string condition, Flag flag)
    {
        if (flag.Hidden)
            return;
        script.Add($"complete -c ocisharp -n {condition} -l {flag.Name}");
        if (flag.ShortName != '\0')
            script.Add($" -s {flag.ShortName.ToString()}");
        if (flag.TakesValue)
            script.Add(flag.Takes == "FILE" ? " -r" : " -x").Add(Values(flag.Takes));
        script.Add($" -d {Quoted(flag.Help)}\n");
    }

    private static string Values(string kind) => kind switch
    {
        "FILE" => " -F",
        "DIRECTORY" => " -a '(__fish_complete_directories)'",
        "CONTAINER" => " -a '(__ocisharp_containers)'",
        "COMMAND" => $" -a '{string.Join(' ', CommandTable.Names)}'",
        _ when kind.Contains('|') => $" -a '{kind.Replace('|', ' ')}'",
        _ => "",
    };

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\").Replace("'", "\\'")}'";
}
