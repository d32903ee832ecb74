using System.Text;
using OciSharp.Cli.CommandLine;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>Command lines, up to the command that they ask for.</summary>
internal sealed class CommandLineTarget() : Target("command lines", [.. s_lines.Select(Encoding.UTF8.GetBytes)])
{
    private static readonly string[] s_lines =
    [
        "--root /r --log /l --log-format json --systemd-cgroup create --bundle /b --console-socket /s --pid-file /p --no-pivot --preserve-fds 3 c",
        "run -d --keep -b=/b c", "exec -t --user 1:2 --cwd=/ -e A=1 --cap CAP_KILL --process p c sh -c true", "kill --all c -9", "delete -f c", "list --format=json -q",
        "update --memory 1g --cpu-quota -1 --blkio-weight 10 --resources - c", "events --stats --interval 1.5s c", "ps -f json c -- -ef", "spec --rootless -b .", "state c", "pause c", "features", "help run",
    ];

    public override bool Feed(byte[] input)
    {
        string[] words = Encoding.UTF8.GetString(input).Split(' ');
        foreach (string word in words)
        {
            ByteSize.Parse(word);
            GoDuration.ParseMilliseconds(word);
            GoValue.ParseBool(word);
            GoValue.ParseInt(word, out _);
        }

        try
        {
            var globals = new GlobalFlags();
            int next = Parser.ParseLeading(globals.All, globals.Help, words);
            if (next >= words.Length || CommandTable.Find(words[next]) is not { } command)
                return false;
            Parser.CheckArguments(command, Parser.Parse(command, words.AsSpan(next + 1)).Count);
            return true;
        }
        catch (UsageException mistake)
        {
            CheckText(mistake.Message);
            return false;
        }
    }
}
