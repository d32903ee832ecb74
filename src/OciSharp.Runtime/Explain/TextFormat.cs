using System.Text;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Explain;

/// <summary>A plan for people: the steps in order, under the names of their groups.</summary>
internal sealed class TextFormat
{
    private const int Width = 110;
    private const int Indent = 14;

    private readonly ExplainedPlan _plan;
    private readonly bool _verbose;
    private readonly bool _colour;
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _said = [];

    private TextFormat(ExplainedPlan plan, bool verbose, bool colour)
    {
        _plan = plan;
        _verbose = verbose;
        _colour = colour;
    }

    /// <summary>Writes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="verbose">With the system calls.</param>
    /// <param name="colour">With the colours of a terminal (ECMA-48).</param>
    public static string Write(ExplainedPlan plan, bool verbose, bool colour) => new TextFormat(plan, verbose, colour).Write();

    private string Write()
    {
        Head();
        StepGroup? group = null;
        foreach (ExplainedStep step in _plan.Steps)
        {
            if (step.Group != group)
                _text.Append('\n').Append(Paint(Colour.Heading, ExplainedNames.Of(step.Group).ToUpperInvariant())).Append('\n');
            group = step.Group;
            Step(step);
        }

        Findings();
        return _text.ToString();
    }

    private void Head()
    {
        string verb = _plan.Verb == ExplainedVerb.Create ? "create and start" : "exec";
        _text.Append($"What {verb} would do with {LogEscape.Line(_plan.ConfigFile)}, in {_plan.Steps.Count} steps. Nothing of it is done now.\n");
        _text.Append(_plan.Rootless ? "It is done by an ordinary user, who has privileges only in a user namespace.\n" : "It is done by root.\n");
        bool clones = _plan.Steps.Any(step => step.By == Actor.Helper);
        string last = ExplainedNames.Of(Actor.Init, _plan.Verb);
        string child = clones
            ? $"{ExplainedNames.Of(Actor.Helper, _plan.Verb)} enters and makes namespaces; {last} is its child, and becomes the program"
            : $"{last} enters and makes namespaces, and becomes the program";
        _text.Append($"Who does it: runtime is the command; {child}.\n");
    }

    private void Step(ExplainedStep step)
    {
        string who = ExplainedNames.Of(step.By, _plan.Verb);
        _text.Append(Paint(Colour.Faint, $"{step.Number,4}")).Append(' ').Append(Paint(ColourOf(step.By), who.PadRight(Indent - 5)));
        string act = LogEscape.Line(step.Act) + (step.Detail.Length == 0 ? "" : ": ");
        Lines(Paint(Colour.Act, act), act.Length, LogEscape.Line(step.Detail), Colour.None, step.Origin == "$" ? "" : LogEscape.Line(step.Origin));
        if (_said.Add(step.Why))
        {
            _text.Append(' ', Indent);
            Lines("", 0, step.Why, Colour.Faint, "");
        }

        if (!_verbose)
            return;
        foreach (string call in step.Calls)
            _text.Append(' ', Indent + 2).Append(Paint(Colour.Call, LogEscape.Line(call))).Append('\n');
    }

    /// <summary>Words after a lead, broken into lines between them, and a path at their end.</summary>
    private void Lines(string lead, int leadLength, string words, Colour colour, string path)
    {
        _text.Append(lead);
        int at = Indent + leadLength;
        bool first = true;
        var line = new StringBuilder();
        foreach (string word in words.Split(' '))
        {
            if (!first && at + 1 + word.Length > Width)
            {
                _text.Append(Paint(colour, line.ToString())).Append('\n').Append(' ', Indent);
                line.Clear();
                at = Indent;
                first = true;
            }

            if (!first)
                line.Append(' ');
            line.Append(word);
            at += word.Length + (first ? 0 : 1);
            first = false;
        }

        _text.Append(Paint(colour, line.ToString()));
        if (path.Length > 0 && at + 2 + path.Length > Width)
            _text.Append('\n').Append(' ', Indent).Append(Paint(Colour.Path, path));
        else if (path.Length > 0)
            _text.Append("  ").Append(Paint(Colour.Path, path));
        _text.Append('\n');
    }

    private void Findings()
    {
        List("It would fail", Colour.Bad, fails: true);
        List("It would warn", Colour.Warning, fails: false);
    }

    private void List(string title, Colour colour, bool fails)
    {
        bool any = false;
        foreach (Finding finding in _plan.Findings)
        {
            if (finding.Fails != fails)
                continue;
            if (!any)
                _text.Append('\n').Append(Paint(colour, title)).Append('\n');
            any = true;
            _text.Append("  - ").Append(LogEscape.Line(finding.Message)).Append('\n');
        }
    }

    private static Colour ColourOf(Actor actor) => actor switch
    {
        Actor.Runtime => Colour.Runtime,
        Actor.Helper => Colour.Helper,
        _ => Colour.Init,
    };

    private string Paint(Colour colour, string text)
    {
        if (!_colour || text.Length == 0 || colour == Colour.None)
            return text;
        string code = colour switch
        {
            Colour.Heading => "1",
            Colour.Faint => "2",
            Colour.Path => "36",
            Colour.Call => "33",
            Colour.Act => "1",
            Colour.Runtime => "35",
            Colour.Helper => "34",
            Colour.Init => "32",
            Colour.Bad => "1;31",
            _ => "1;33",
        };
        return $"\x1b[{code}m{text}\x1b[0m";
    }

    private enum Colour
    {
        None,
        Heading,
        Faint,
        Path,
        Call,
        Act,
        Runtime,
        Helper,
        Init,
        Bad,
        Warning,
    }
}
