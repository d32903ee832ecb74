using System.Buffers;
using System.Globalization;
using System.Text;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.Trace;

/// <summary>
/// Chrome's Trace Event Format: a JSON object whose <c>traceEvents</c> are one event per line, first the names of the processes, then
/// "complete events" with their start and length in microseconds.
/// </summary>
internal static class TraceWriter
{
    /// <summary>Raised when something is added (the second number), or changed or taken away (the first).</summary>
    public const string Version = "1.0";

    /// <summary>Writes a trace.</summary>
    /// <param name="command">The command: <c>run</c>.</param>
    /// <param name="tracks">The processes, the runtime first. Each one's steps follow each other.</param>
    /// <param name="error">What the command failed with; null if it did not.</param>
    public static byte[] Write(string command, IReadOnlyList<TraceTrack> tracks, string? error)
    {
        var text = new ArrayBufferWriter<byte>(16 << 10);
        var json = new JsonWriter();
        json.BeginObject();
        json.Property("version"u8, Version);
        json.Property("command"u8, command);
        if (error is not null)
            json.Property("error"u8, error);
        json.EndObject();
        text.Write("{\"displayTimeUnit\":\"ns\",\"otherData\":"u8);
        text.Write(json.Written);
        text.Write(",\"traceEvents\":["u8);
        bool first = true;
        for (int i = 0; i < tracks.Count; i++)
            Track(text, tracks[i], i, command, error, ref first);
        text.Write("\n]}\n"u8);
        return text.WrittenSpan.ToArray();
    }

    private static void Track(ArrayBufferWriter<byte> text, TraceTrack track, int order, string command, string? error, ref bool first)
    {
        Name(text, track, "process_name", ref first);
        Name(text, track, "thread_name", ref first);
        JsonWriter sorted = Begin("process_sort_index", "M", track);
        sorted.BeginObject("args"u8);
        sorted.Property("sort_index"u8, (long)order);
        sorted.EndObject();
        End(text, sorted, ref first);
        if (track.Events.Count == 0)
            return;

        // One event over all of its steps, which lie in it.
        JsonWriter whole = Begin(order == 0 ? $"ocisharp {command}" : track.Name, "X", track);
        whole.Property("cat"u8, "process");
        Times(whole, track.Events[0].Begin, track.End);
        whole.BeginObject("args"u8);
        if (order == 0 && error is not null)
            whole.Property("error"u8, error);
        whole.EndObject();
        End(text, whole, ref first);
        foreach (TraceEvent step in track.Events)
            Step(text, track, step, ref first);
    }

    private static void Step(ArrayBufferWriter<byte> text, TraceTrack track, TraceEvent step, ref bool first)
    {
        JsonWriter json = Begin(step.Act, "X", track);
        json.Property("cat"u8, step.Group);
        Times(json, step.Begin, step.End);
        json.BeginObject("args"u8);
        json.Property("kind"u8, step.Kind);
        json.Property("does"u8, step.Detail.Length == 0 ? step.Act : $"{step.Act}: {step.Detail}");
        json.Property("config"u8, step.Origin);
        if (step.Errno != 0)
            json.Property("errno"u8, (long)step.Errno);
        if (step.Error is not null)
            json.Property("error"u8, step.Error);
        json.EndObject();
        End(text, json, ref first);
    }

    private static void Name(ArrayBufferWriter<byte> text, TraceTrack track, string what, ref bool first)
    {
        JsonWriter json = Begin(what, "M", track);
        json.BeginObject("args"u8);
        json.Property("name"u8, track.Name);
        json.EndObject();
        End(text, json, ref first);
    }

    private static JsonWriter Begin(string name, string phase, TraceTrack track)
    {
        var json = new JsonWriter();
        json.BeginObject();
        json.Property("name"u8, name);
        json.Property("ph"u8, phase);
        json.Property("pid"u8, (long)track.Pid);
        json.Property("tid"u8, (long)track.Pid);
        return json;
    }

    private static void Times(JsonWriter json, ulong begin, ulong end)
    {
        json.Name("ts"u8);
        json.Raw(Microseconds(begin));
        json.Name("dur"u8);
        json.Raw(Microseconds(end < begin ? 0 : end - begin));
    }

    private static byte[] Microseconds(ulong nanoseconds) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000}.{nanoseconds % 1000:D3}"));

    private static void End(ArrayBufferWriter<byte> text, JsonWriter json, ref bool first)
    {
        json.EndObject();
        text.Write(first ? "\n"u8 : ",\n"u8);
        text.Write(json.Written);
        first = false;
    }
}
