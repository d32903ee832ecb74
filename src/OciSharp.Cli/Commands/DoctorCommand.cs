using OciSharp.Cli.CommandLine;
using OciSharp.Runtime.Doctor;
using OciSharp.Runtime.Output;

namespace OciSharp.Cli.Commands;

/// <summary><c>doctor</c></summary>
internal sealed class DoctorCommand : Command
{
    private readonly TextFlag _format = new("format", "text or json", preset: "text") { Takes = "text|json" };

    public override string Name => "doctor";

    public override string Summary => "tell what this host can do, and which engines know us";

    public override string Description => """
        Asks the kernel for what containers need, and reads how cgroups, user namespaces, security modules and engines are set up. Where
        something is missing, it says what to do. Nothing is changed, and no privileges are needed.
        What is told is what the user who asks can do.
        """;

    public override string ExitStatus => "0 if all that is needed to run containers as this user is there, whatever else is missing; 1 otherwise.";

    public override string Examples => """
        ocisharp doctor
        ocisharp --systemd-cgroup doctor
        ocisharp doctor --format json | jq '.checks[] | select(.status == "problem")'
        """;

    public override Flag[] Flags => [_format];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        if (_format.Value is not ("text" or "json"))
            throw new UsageException($"invalid format option: \"{_format.Value}\" is neither text nor json");
        var examination = Examination.Of(session.ContextWithoutRoot());
        StandardOutput.Write(_format.Value == "json" ? DoctorJson.Write(examination) : DoctorText.Write(examination, StandardOutput.TakesColour));
        return examination.IsFit ? 0 : 1;
    }
}
