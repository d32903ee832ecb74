using static OciSharp.Runtime.Explain.ShellText;

namespace OciSharp.Runtime.Explain;

internal sealed partial class ShellFormat
{
    /// <summary>A process that joins: nsenter does it all, but for what only who executes the program can.</summary>
    private static string WriteExec(ExplainedPlan plan)
    {
        var script = new ShellText().Line("#!/bin/sh");
        script.Comment($"A process in the container of {plan.ConfigFile}, by hand. Written by ocisharp explain --for exec --format sh; run it as root: sh FILE PID, with the pid of the container's first process.")
            .Comment("Left out, as the tools of the host cannot be reached from inside: capabilities, no_new_privs, seccomp, limits and labels: the process has those of who runs this, so give it no program of the container that you do not trust. ocisharp exec sets them.")
            .Line("set -eu").Line("pid=$1");
        var words = new List<string> { "nsenter", "--target \"$pid\"" };
        string cwd = "/";
        foreach (ExplainedStep step in plan.Steps)
        {
            switch (step.Kind)
            {
                case "join-process":
                    Say(script, step);
                    words.AddRange(List(step, "types").Select(type => $"--{Option(type)}"));
                    break;
                case "change-directory":
                    Say(script, step);
                    cwd = Text(step, "path");
                    break;
                case "user":
                    Say(script, step);
                    words.Add($"--setuid {Number(step, "uid")} --setgid {Number(step, "gid")}");
                    if (List(step, "additionalGids").Count > 0)
                        script.Comment($"Left out: the groups {string.Join(", ", List(step, "additionalGids"))}, which nsenter cannot set.");
                    break;
                case "umask":
                    Say(script, step).Line($"umask {Text(step, "umask")}");
                    break;
                case "execute":
                    string variables = string.Join(' ', List(step, "env").Where(variable => variable.IndexOf('=') > 0).Select(Quote));
                    string program = string.Join(' ', List(step, "args").Select(Quote));
                    Say(script, step).Line($"exec env -i -- {variables} \"$(command -v nsenter)\" {string.Join(' ', words.Skip(1))} --wdns={Quote(cwd)} -- {program}");
                    break;
            }
        }

        return script.ToString();
    }
}
