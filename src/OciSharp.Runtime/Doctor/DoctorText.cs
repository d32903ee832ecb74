using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Doctor;

/// <summary>An examination for people.</summary>
public static class DoctorText
{
    private const int StatusWidth = 9;
    private const int NameWidth = 28;

    /// <summary>Writes it.</summary>
    /// <param name="examination">What was found.</param>
    /// <param name="colour">With the colours of a terminal (ECMA-48).</param>
    public static string Write(Examination examination, bool colour)
    {
        var text = new List<string>();
        string who = examination.Rootless ? "an ordinary user" : "root";
        text.Add($"What this host can do for {LogEscape.Line(examination.User)}, as {who}{(examination.Kernel is { } kernel ? $", on Linux {LogEscape.Line(kernel)}" : "")}.\n");
        CheckGroup? group = null;
        foreach (Check check in examination.Checks)
        {
            if (check.Group != group)
                text.Add($"\n{Paint("1", CheckNames.Of(check.Group).ToUpperInvariant(), colour)}\n");
            group = check.Group;
            Line(text, check, colour);
        }

        text.Add($"\n{Verdict(examination, colour)}\n");
        return string.Concat(text);
    }

    private static void Line(List<string> text, Check check, bool colour)
    {
        string status = check.Status == CheckStatus.NotApplicable ? "n/a" : CheckNames.Of(check.Status);
        text.Add($"  {Paint(Colour(check), status.PadRight(StatusWidth), colour)}{check.Name.PadRight(NameWidth)}  {LogEscape.Line(check.Detail)}\n");
        foreach (string line in check.Remedy)
            text.Add($"           {Paint("36", $"> {LogEscape.Line(line)}", colour)}\n");
    }

    private static string Verdict(Examination examination, bool colour)
    {
        if (examination.IsFit)
            return Paint("1;32", $"All that {LogEscape.Line(examination.User)} needs to run containers is there.", colour);
        var names = new List<string>();
        foreach (Check check in examination.Checks)
        {
            if (check.Prevents)
                names.Add(check.Name);
        }

        return Paint("1;31", $"{LogEscape.Line(examination.User)} cannot run containers before this is mended: {string.Join("; ", names)}.", colour);
    }

    private static string Colour(Check check) => check.Status switch
    {
        CheckStatus.Ok => "32",
        CheckStatus.NotApplicable => "2",
        _ => check.Prevents ? "1;31" : "33",
    };

    private static string Paint(string code, string text, bool colour) => colour ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
