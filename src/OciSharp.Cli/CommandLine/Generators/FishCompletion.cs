namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>Completion for fish, made from the definitions.</summary>
internal static class FishCompletion
{
    /// <summary>The script.</summary>
    public static string Of(GlobalFlags globals)
    {
        var script = new Script();
        string withValue = string.Join(' ', Array.ConvertAll(Array.FindAll(globals.All, flag => flag.TakesValue), flag => $"--{flag.Name} -{flag.Name}"));
        script.Add("""
            # fish completion for ocisharp. Made from the definitions of its commands: ocisharp completion fish

            # The words behind the global options: the command, and its arguments; the value of --root goes to the variable of that name.
            function __ocisharp_words
                set -g __ocisharp_root
                set -l words (commandline -opc)
                set -e words[1]
                while set -q words[1]
                    switch $words[1]
                        case --root -root
                            set -g __ocisharp_root --root $words[2]
                            set -e words[1]
                        case '--root=*' '-root=*'
                            set -g __ocisharp_root --root (string replace -r '^-+root=' '' -- $words[1])

            """u8);
        script.Add($"            case {withValue}\n");
        script.Add("""
                            set -e words[1]
                        case '-*'
                        case '*'
                            break
                    end
                    set -e words[1]
                end
                string join \n -- $words
            end

            function __ocisharp_without_command
                test (count (__ocisharp_words)) -eq 0
            end

            function __ocisharp_at
                set -l words (__ocisharp_words)
                test "$words[1]" = $argv[1]
            end

            # The argument of this number is next, counted from 0; options do not count, and those with a value are written with =.
            function __ocisharp_argument
                set -l words (__ocisharp_words)
                test "$words[1]" = $argv[1]; or return
                set -e words[1]
                test (count (string match -v -- '-*' $words)) -eq $argv[2]
            end

            function __ocisharp_containers
                __ocisharp_words >/dev/null
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
