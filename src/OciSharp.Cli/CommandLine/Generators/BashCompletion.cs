namespace OciSharp.Cli.CommandLine.Generators;

/// <summary>Completion for bash, made from the definitions. It needs nothing but bash; ids come from the program that is being typed.</summary>
internal static class BashCompletion
{
    /// <summary>The script.</summary>
    public static string Of(GlobalFlags globals)
    {
        var script = new Script();
        script.Add("""
            # bash completion for ocisharp. Made from the definitions of its commands: ocisharp completion bash

            # _ocisharp_flag COMMAND FLAG: sets takes to what the value of a flag is; empty where it has none. Fails where there is no such flag.
            _ocisharp_flag() {
                case $1:$2 in

            """u8);
        foreach (Flag flag in (Flag[])[.. globals.All, globals.Help])
            Case(script, "", flag);
        foreach (string name in CommandTable.Names)
        {
            Command command = CommandTable.Find(name)!;
            foreach (Flag flag in (Flag[])[.. command.Flags, command.Help])
                Case(script, name, flag);
        }

        script.Add("""
                    *) return 1 ;;
                esac
            }

            # _ocisharp_flags COMMAND: sets flags to all of them; those with a value end in =.
            _ocisharp_flags() {
                case $1 in

            """u8);
        List(script, "", [.. globals.All, globals.Help]);
        foreach (string name in CommandTable.Names)
        {
            Command command = CommandTable.Find(name)!;
            List(script, name, [.. command.Flags, command.Help]);
        }

        script.Add("""
                esac
            }

            # _ocisharp_argument COMMAND NUMBER: sets takes to what the argument of that number is.
            _ocisharp_argument() {
                takes=
                case $1:$2 in

            """u8);
        foreach (string name in CommandTable.Names)
        {
            string[] kinds = CommandTable.Find(name)!.ArgumentsTake.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < kinds.Length; i++)
                script.Add($"        {name}:{Digit(i)}) takes='{kinds[i]}' ;;\n");
        }

        script.Add("        *) return 1 ;;\n    esac\n}\n\n");
        script.Add("_ocisharp_commands='").Add(string.Join(' ', CommandTable.Names)).Add("'\n");
        string[] launchers = Array.FindAll(CommandTable.Names, name => CommandTable.Find(name)!.FlagsEndAtFirstArgument);
        script.Add("# Behind their first argument is the command line of another program.\n_ocisharp_launchers='").Add(string.Join(' ', launchers)).Add("'\n");
        script.Add(Engine);
        return script.ToString();
    }

    private static string Digit(int number) => ((char)('0' + number)).ToString();

    private static void Case(Script script, string command, Flag flag)
    {
        if (flag.Hidden)
            return;
        script.Add($"        {command}:{flag.Name}");
        if (flag.ShortName != '\0')
            script.Add($"|{command}:{flag.ShortName.ToString()}");
        script.Add($") takes='{(flag.TakesValue ? flag.Takes : "")}' ;;\n");
    }

    private static void List(Script script, string command, Flag[] flags)
    {
        script.Add($"        {(command.Length == 0 ? "''" : command)}) flags='");
        string between = "";
        foreach (Flag flag in flags)
        {
            if (flag.Hidden)
                continue;
            script.Add($"{between}--{flag.Name}{(flag.TakesValue ? "=" : "")}");
            between = " ";
        }

        script.Add("' ;;\n");
    }

    private static ReadOnlySpan<byte> Engine => """"

        # Sets COMPREPLY to what the value $2 may become, of the kind $1.
        _ocisharp_values() {
            local word
            case $1 in
                FILE) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
                DIRECTORY) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
                COMMAND) mapfile -t COMPREPLY < <(compgen -W "$_ocisharp_commands" -- "$2") ;;
                *'|'*) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$2") ;;
                CONTAINER)
                    while read -r word; do
                        if [[ $word == "$2"* ]]; then COMPREPLY+=("$word"); fi
                    done < <("$program" "${root[@]}" list --quiet 2>/dev/null)
                    ;;
            esac
        }

        _ocisharp() {
            local program=${COMP_WORDS[0]/#\~/$HOME} root=() words=() glued='' word i
            # The shell splits words at = (COMP_WORDBREAKS); here they are put together again.
            for ((i = 1; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ $word == = && ${#words[@]} -gt 0 && ${words[-1]} == -* && ${words[-1]} != *=* ]]; then
                    words[-1]+==
                    glued=yes
                elif [[ $glued ]]; then
                    words[-1]+=$word
                    glued=
                else
                    words+=("$word")
                fi
            done

            local command='' flag takes='' flags number=0 ended='' current=${words[-1]-}
            COMPREPLY=()
            for ((i = 0; i < ${#words[@]} - 1; i++)); do
                word=${words[i]}
                if [[ ! $ended && $word == -- ]]; then
                    ended=yes
                elif [[ ! $ended && $word == -?* ]]; then
                    flag=${word#-}
                    flag=${flag#-}
                    if ! _ocisharp_flag "$command" "${flag%%=*}"; then
                        takes=
                    elif [[ $takes && $word != *=* ]]; then
                        # Its value is the next word, which may be the one to complete.
                        ((++i < ${#words[@]} - 1)) || { _ocisharp_values "$takes" "$current"; return; }
                        [[ $command || $flag != root ]] || root=(--root "${words[i]/#\~/$HOME}")
                    elif [[ ! $command && $flag == root=* ]]; then
                        root=(--root "${flag#*=}") # The shell expands no tilde there either.
                    fi
                elif [[ ! $command ]]; then
                    command=$word
                    ended=
                else
                    ((++number))
                    [[ " $_ocisharp_launchers " != *" $command "* ]] || ended=yes
                fi
            done

            if [[ ! $ended && $current == -*=* ]]; then
                flag=${current%%=*}
                flag=${flag#-}
                flag=${flag#-}
                _ocisharp_flag "$command" "$flag" || return
                _ocisharp_values "$takes" "${current#*=}"
                if [[ $COMP_WORDBREAKS != *=* ]]; then COMPREPLY=("${COMPREPLY[@]/#/${current%%=*}=}"); fi
            elif [[ ! $ended && $current == -* ]]; then
                _ocisharp_flags "$command"
                mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
                if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
            elif [[ ! $command ]]; then
                _ocisharp_values COMMAND "$current"
            elif _ocisharp_argument "$command" "$number"; then
                _ocisharp_values "$takes" "$current"
            fi
        }

        complete -F _ocisharp ocisharp

        """"u8;
}
