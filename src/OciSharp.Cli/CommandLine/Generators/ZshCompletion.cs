namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>Completion for zsh (zshcompsys(1)), made from the definitions.</summary>
internal static class ZshCompletion
{
    /// <summary>The script: a function to be autoloaded as _ocisharp.</summary>
    public static string Of(GlobalFlags globals)
    {
        var script = new Script();
        script.Add("""
            #compdef ocisharp
            # zsh completion for ocisharp. Made from the definitions of its commands: ocisharp completion zsh

            _ocisharp_containers() {
              local -a ids
              ids=(${(f)"$(${(Q)program} $root list --quiet 2>/dev/null)"})
              compadd -a ids
            }

            _ocisharp_commands() {
              local -a commands
              commands=(

            """u8);
        foreach (string name in CommandTable.Names)
            script.Add($"    {Quoted($"{name}:{CommandTable.Find(name)!.Summary}")}\n");
        script.Add("""
              )
              _describe -t commands command commands
            }

            _ocisharp() {
              local curcontext="$curcontext" state line program=$words[1] ret=1
              local -a root
              typeset -A opt_args
              # The program takes long options with one dash too.
              local -i i
              for ((i = 2; i < CURRENT; i++)); do
                [[ $words[i] == -[a-z][a-z]* ]] && words[i]=-$words[i]
              done
              _arguments -C -S \

            """u8);
        foreach (Flag flag in (Flag[])[.. globals.All, globals.Help])
            Specification(script, flag, "    ");
        script.Add("""
                '1:command:_ocisharp_commands' \
                '*:: :->arguments' && ret=0
              [[ $state == arguments ]] || return ret
              [[ -n ${opt_args[--root]} ]] && root=(--root ${(Q)opt_args[--root]})
              case $words[1] in

            """u8);
        foreach (string name in CommandTable.Names)
            Arguments(script, name, CommandTable.Find(name)!);
        script.Add("""
              esac
              return ret
            }

            _ocisharp "$@"

            """u8);
        return script.ToString();
    }

    private static void Arguments(Script script, string name, Command command)
    {
        // Behind the first argument of some is the command line of another program.
        script.Add($"    {name})\n      _arguments -S {(command.FlagsEndAtFirstArgument ? "-A '-*' " : "")}\\\n");
        foreach (Flag flag in (Flag[])[.. command.Flags, command.Help])
            Specification(script, flag, "        ");
        string[] kinds = command.ArgumentsTake.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < kinds.Length; i++)
            script.Add($"        {Quoted($"{((char)('1' + i)).ToString()}:{(kinds[i].Contains('|') ? "word" : kinds[i].ToLowerInvariant())}:{Action(kinds[i])}")} \\\n");
        script.Add($"        {(command.MaxArguments > kinds.Length ? "'*: :' " : "")}&& ret=0\n      ;;\n");
    }

    private static void Specification(Script script, Flag flag, string indent)
    {
        if (flag.Hidden)
            return;
        string help = Escaped(flag.Help);
        string value = flag.TakesValue ? $":{Escaped(flag.Takes.Contains('|') ? "word" : flag.Takes.ToLowerInvariant())}:{Action(flag.Takes)}" : "";
        string equals = flag.TakesValue ? "=" : "";
        bool repeats = flag is ListFlag;
        string others = repeats || flag.ShortName == '\0' ? "" : $"(-{flag.ShortName.ToString()} --{flag.Name})";
        string star = repeats ? "*" : "";
        script.Add(indent).Add(Quoted($"{others}{star}--{flag.Name}{equals}[{help}]{value}")).Add(" \\\n");
        if (flag.ShortName != '\0')
            script.Add(indent).Add(Quoted($"{others}{star}-{flag.ShortName.ToString()}[{help}]{value}")).Add(" \\\n");
    }

    private static string Action(string kind) => kind switch
    {
        "FILE" => "_files",
        "DIRECTORY" => "_files -/",
        "CONTAINER" => "_ocisharp_containers",
        "COMMAND" => "_ocisharp_commands",
        _ when kind.Contains('|') => $"({kind.Replace('|', ' ')})",
        _ => "",
    };

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:");

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''")}'";
}
