namespace OciSharp.Cli.CommandLine;

/// <summary>
/// Parses as Go's <c>flag</c> package and the library on top of it in runc do, because that is what engines were written
/// against: one dash or two, <c>--flag value</c> or <c>--flag=value</c>, no bundling of letters, <c>--</c> ends the flags.
/// </summary>
internal static class Parser
{
    /// <summary>Parses the flags before the first argument, and sets them.</summary>
    /// <returns>The number of words that were flags, their values, or the <c>--</c> that ended them.</returns>
    /// <exception cref="UsageException">A word is no flag, or its value is missing or wrong.</exception>
    public static int ParseLeading(Flag[] flags, Switch help, ReadOnlySpan<string> words)
    {
        int next = 0;
        while (next < words.Length && LooksLikeFlag(words[next]))
        {
            if (words[next] == "--")
                return next + 1;
            next = ParseFlag(flags, help, words, next) ?? throw new UsageException($"flag provided but not defined: -{NameOf(words[next])}");
        }
        return next;
    }

    /// <summary>
    /// Parses the words behind a command's name. A flag may also follow the arguments; a word there that looks like a flag and is
    /// none is an argument, so that <c>kill ID -9</c> reaches the command.
    /// </summary>
    /// <returns>The arguments.</returns>
    /// <exception cref="UsageException">A word before the first argument is no flag, or a flag's value is missing or wrong.</exception>
    public static List<string> Parse(Command command, ReadOnlySpan<string> words)
    {
        Flag[] flags = command.Flags;
        int next = ParseLeading(flags, command.Help, words);
        bool onlyArguments = command.FlagsEndAtFirstArgument || (next > 0 && words[next - 1] == "--");
        var arguments = new List<string>(words.Length - next);
        while (next < words.Length)
        {
            if (!onlyArguments && words[next] == "--")
            {
                onlyArguments = true;
                next++;
            }
            else if (!onlyArguments && LooksLikeFlag(words[next]) && ParseFlag(flags, command.Help, words, next) is int after)
            {
                next = after;
            }
            else
            {
                arguments.Add(words[next++]);
            }
        }
        return arguments;
    }

    /// <summary>Fails unless the number of arguments is one that the command takes.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public static void CheckArguments(Command command, int count)
    {
        if (count >= command.MinArguments && count <= command.MaxArguments)
            return;
        string bound = command.MinArguments == command.MaxArguments ? $"exactly {command.MinArguments}"
            : count < command.MinArguments ? $"a minimum of {command.MinArguments}"
            : $"a maximum of {command.MaxArguments}";
        throw new UsageException($"ocisharp: \"{command.Name}\" requires {bound} argument(s)");
    }

    private static bool LooksLikeFlag(string word) => word.Length > 1 && word[0] == '-';

    /// <summary>The name in <c>-name</c>, <c>--name</c>, <c>--name=value</c>.</summary>
    private static ReadOnlySpan<char> NameOf(string word)
    {
        ReadOnlySpan<char> name = word.AsSpan(word.StartsWith("--", StringComparison.Ordinal) ? 2 : 1);
        if (name.IsEmpty || name[0] is '-' or '=')
            throw new UsageException($"bad flag syntax: {word}");
        int end = name.IndexOf('=');
        return end < 0 ? name : name[..end];
    }

    /// <summary>Sets the flag at <paramref name="position"/> and returns the position behind it and its value, or null if there is none of that name.</summary>
    private static int? ParseFlag(Flag[] flags, Switch help, ReadOnlySpan<string> words, int position)
    {
        string word = words[position];
        ReadOnlySpan<char> name = NameOf(word);
        if (Find(flags, help, name) is not { } flag)
            return null;
        string spelling = name.ToString();
        int end = word.IndexOf('=');
        if (end >= 0)
        {
            flag.Set(word[(end + 1)..], spelling);
            return position + 1;
        }
        if (!flag.TakesValue)
        {
            flag.Set("true", spelling);
            return position + 1;
        }
        if (position + 1 == words.Length)
            throw new UsageException($"flag needs an argument: -{spelling}");
        flag.Set(words[position + 1], spelling);
        return position + 2;
    }

    private static Flag? Find(Flag[] flags, Switch help, ReadOnlySpan<char> name)
    {
        foreach (Flag flag in flags)
        {
            if (flag.Matches(name))
                return flag;
        }
        return help.Matches(name) ? help : null;
    }
}
