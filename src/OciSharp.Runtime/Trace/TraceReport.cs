using System.Globalization;
using System.Text;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Trace;

/// <summary>A trace as a table with bars, for a terminal.</summary>
public sealed class TraceReport
{
    private const int LongestCount = 5;
    private const int NumberWidth = 9;
    private const int Gap = 2;
    private const int LeastBar = 10;
    private const int LeastWidth = 60;

    private readonly TraceDocument _document;
    private readonly int _width;
    private readonly bool _unicode;
    private readonly bool _colour;
    private readonly StringBuilder _text = new();
    private readonly double _begin;
    private readonly double _length;

    private TraceReport(TraceDocument document, int width, bool unicode, bool colour)
    {
        _document = document;
        _width = Math.Max(width, LeastWidth);
        _unicode = unicode;
        _colour = colour;
        _begin = double.MaxValue;
        double end = 0;
        foreach (ReadStep step in document.Steps)
        {
            _begin = Math.Min(_begin, step.Begin);
            end = Math.Max(end, step.End);
        }

        _length = end - _begin;
    }

    private int BarWidth => Math.Max(LeastBar, _width / 4);

    /// <summary>The report on a file.</summary>
    /// <param name="file">What <c>--trace</c> has written.</param>
    /// <param name="width">How many columns there are.</param>
    /// <param name="unicode">Whether there are block characters.</param>
    /// <param name="colour">With the colours of a terminal (ECMA-48).</param>
    /// <exception cref="ContainerException">It is no trace.</exception>
    public static string Of(string file, int width, bool unicode, bool colour) => Of(TraceDocument.Load(file), width, unicode, colour);

    internal static string Of(TraceDocument document, int width, bool unicode, bool colour) =>
        new TraceReport(document, width, unicode, colour).Write();

    private string Write()
    {
        List<long> processes = [];
        foreach (ReadStep step in _document.Steps)
        {
            if (!processes.Contains(step.Pid))
                processes.Add(step.Pid);
        }

        Summary(processes.Count);
        foreach (long pid in processes)
            Process(pid);
        return _text.ToString();
    }

    private void Summary(int processes)
    {
        ReadStep? whole = _document.Steps.Find(step => step.IsWhole);
        string title = whole is null ? "The trace" : LogEscape.Line(whole.Name);
        _text.Append(Paint("1", $"{title}: {Milliseconds(_length)} ms")).Append($", {processes} {(processes == 1 ? "process" : "processes")}\n");
        if (whole?.Error is { } error)
            _text.Append(Paint("1;31", "failed: ")).Append(LogEscape.Line(error)).Append('\n');

        var longest = new List<ReadStep>();
        foreach (ReadStep step in _document.Steps)
        {
            if (!step.IsWhole)
                longest.Add(step);
        }

        // The sort of a list is not stable: of equal length, the first comes first.
        longest.Sort((a, b) => a.Length != b.Length ? b.Length.CompareTo(a.Length) : a.Begin.CompareTo(b.Begin));
        _text.Append('\n').Append(Paint("1", "The longest steps")).Append('\n');
        for (int i = 0; i < Math.Min(LongestCount, longest.Count); i++)
        {
            string who = NameOf(longest[i].Pid).PadRight(8);
            _text.Append(Number(longest[i].Length)).Append("  ").Append(who).Append(' ');
            Words(longest[i], _width - NumberWidth - Gap - who.Length - 1);
        }
    }

    private void Process(long pid)
    {
        double begin = double.MaxValue;
        double end = 0;
        foreach (ReadStep step in _document.Steps)
        {
            if (step.Pid != pid)
                continue;
            begin = Math.Min(begin, step.Begin);
            end = Math.Max(end, step.End);
        }

        _text.Append('\n').Append(Paint("1", $"{NameOf(pid)}, process {pid}: {Milliseconds(end - begin)} ms")).Append('\n');
        _text.Append(Paint("2", "start".PadLeft(NumberWidth) + "  " + "length".PadLeft(NumberWidth - Gap) + "  " + "".PadRight(BarWidth) + "  step")).Append('\n');
        foreach (ReadStep step in _document.Steps)
        {
            if (step.Pid != pid || step.IsWhole)
                continue;
            _text.Append(Number(step.Begin - _begin)).Append(Number(step.Length)).Append(' ', Gap);
            _text.Append(Paint(step.Error is null ? "34" : "31", Bar(step))).Append(' ', Gap);
            Words(step, _width - (2 * NumberWidth) - BarWidth - (2 * Gap));
        }
    }

    /// <summary>What a step does, in what is left of the line.</summary>
    private void Words(ReadStep step, int room)
    {
        string words = LogEscape.Line(step.Does ?? step.Name);
        string origin = step.Origin is null or "$" ? "" : LogEscape.Line(step.Origin);
        if (step.Error is { } error)
            words = $"{words}: failed: {LogEscape.Line(error)}";
        bool both = origin.Length > 0 && words.Length + Gap + origin.Length <= room;
        words = Cut(words, room);
        _text.Append(step.Error is null ? words : Paint("31", words));
        if (both)
            _text.Append(' ', Gap).Append(Paint("36", origin));
        _text.Append('\n');
    }

    /// <summary>Where the step lies in the whole trace: its first cell is where it begins, and it has at least one mark.</summary>
    private string Bar(ReadStep step)
    {
        const int Eighths = 8;
        int cells = BarWidth * Eighths;
        int from = _length <= 0 ? 0 : (int)Math.Clamp((step.Begin - _begin) / _length * cells, 0, cells - 1);
        int to = _length <= 0 ? cells : (int)Math.Clamp((step.End - _begin) / _length * cells, from + 1, cells);
        var bar = new StringBuilder(BarWidth);
        for (int cell = 0; cell < BarWidth; cell++)
        {
            int covered = Math.Min(to, (cell + 1) * Eighths) - Math.Max(from, cell * Eighths);
            bool fromTheMiddle = from > cell * Eighths && to > (cell + 1) * Eighths;
            bar.Append(covered <= 0 ? ' ' : fromTheMiddle && _unicode ? RightMark(covered) : Mark(covered));
        }

        return bar.ToString();
    }

    // Unicode has few blocks that end at the right.
    private static char RightMark(int eighths) => eighths switch
    {
        7 => '█',
        1 => '▕',
        _ => '▐',
    };

    private char Mark(int eighths) => _unicode ? (char)('\u2590' - eighths) : eighths > 3 ? '#' : '.';

    private string NameOf(long pid) => _document.Names.TryGetValue(pid, out string? name) && name.Length > 0 ? LogEscape.Line(name) : "process";

    private string Cut(string text, int room)
    {
        if (text.Length <= room)
            return text;
        string mark = _unicode ? "…" : "...";
        int kept = Math.Max(0, room - mark.Length);
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        return text[..kept] + mark;
    }

    private static string Number(double microseconds) => Milliseconds(microseconds).PadLeft(NumberWidth);

    private static string Milliseconds(double microseconds) => (microseconds / 1000).ToString("F3", CultureInfo.InvariantCulture);

    private string Paint(string code, string text) => _colour && text.Length > 0 ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
