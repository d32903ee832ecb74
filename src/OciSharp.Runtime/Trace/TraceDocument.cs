using System.Text.Json;
using OciSharp.Linux;

namespace OciSharp.Runtime.Trace;

/// <summary>One step of a trace that was read.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Name">What was done.</param>
/// <param name="Begin">In microseconds, of whatever clock.</param>
/// <param name="Length">In microseconds.</param>
/// <param name="Does">What was done, with its operands; null if the trace does not tell.</param>
/// <param name="Origin">The part of config.json that it comes from; null if the trace does not tell.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
/// <param name="IsWhole">It stands for all of its process, whose steps lie in it.</param>
internal sealed record ReadStep(
    long Pid, string Name, double Begin, double Length, string? Does, string? Origin, string? Error, bool IsWhole)
{
    /// <summary>When it ended.</summary>
    public double End => Begin + Length;
}

/// <summary>A file in the Trace Event Format, as far as <see cref="TraceWriter"/> uses it. What it does not use is passed over.</summary>
internal sealed class TraceDocument
{
    /// <summary>A trace of ours has some 200 bytes for a step; a configuration has as many steps as it has mounts.</summary>
    private const int MaxSize = 16 << 20;

    /// <summary>No clock in microseconds is beyond it, and all of it can be told apart in a double.</summary>
    private const double MaxTime = 1e15;

    /// <summary>The names of the processes.</summary>
    public Dictionary<long, string> Names { get; } = [];

    /// <summary>The complete events, in the order of the file.</summary>
    public List<ReadStep> Steps { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ContainerException">It is not there, too large, or no trace.</exception>
    public static TraceDocument Load(string path)
    {
        try
        {
            using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY | Fcntl.O_NOCTTY);
            return Parse(ReadBounded(file.Value, path), path);
        }
        catch (LinuxException e)
        {
            throw new ContainerException($"cannot read the trace: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What the file is called, for messages.</param>
    /// <exception cref="ContainerException">It is no trace.</exception>
    public static TraceDocument Parse(ReadOnlySpan<byte> text, string path)
    {
        var document = new TraceDocument();
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!document.ReadRoot(ref reader))
                throw NoTrace(path, "it has no list \"traceEvents\"");
            reader.Read(); // throws if anything follows
        }
        catch (JsonException e)
        {
            throw NoTrace(path, $"it is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (FormatException e)
        {
            throw NoTrace(path, e.Message);
        }

        if (document.Steps.Count == 0)
            throw NoTrace(path, "there is no step in it");
        return document;
    }

    private static ContainerException NoTrace(string path, string reason) =>
        new($"{path} is no trace: {reason}: it takes a file that --trace has written");

    private static byte[] ReadBounded(int fd, string path)
    {
        byte[] buffer = new byte[64 << 10];
        int length = 0;
        while (true)
        {
            int count = Syscall.Read(fd, buffer.AsSpan(length), path);
            if (count == 0)
                return buffer[..length];
            length += count;
            if (length > MaxSize)
                throw NoTrace(path, $"it is larger than {MaxSize >> 20} MiB");
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <returns>Whether there was a list of events.</returns>
    private bool ReadRoot(ref Utf8JsonReader reader)
    {
        bool found = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isEvents = reader.ValueTextEquals("traceEvents"u8);
            reader.Read();
            if (!isEvents)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType != JsonTokenType.StartArray)
                return false;
            found = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                ReadEvent(ref reader);
        }

        return found;
    }

    private void ReadEvent(ref Utf8JsonReader reader)
    {
        long position = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"the event at byte {position} is no object");
        var fields = new Fields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.Read(ref reader);
        if (fields.Phase == "M" && fields.Name == "process_name" && fields.Pid is { } named)
            Names[named] = fields.ArgumentName ?? "";
        if (fields.Phase != "X")
            return;
        if (fields.Name is not { } name || fields.Pid is not { } pid || !IsTime(fields.Begin) || !IsTime(fields.Length))
            throw new FormatException($"the event at byte {position} lacks a name, a pid, or a sensible ts and dur");
        Steps.Add(new ReadStep(pid, name, fields.Begin!.Value, fields.Length!.Value, fields.Does, fields.Origin, fields.Error, fields.Category == "process" && fields.Kind is null));
    }

    private static bool IsTime(double? time) => time is >= 0 and <= MaxTime;

    /// <summary>What is used of one event.</summary>
    private struct Fields
    {
        public string? Name;
        public string? Phase;
        public string? Category;
        public long? Pid;
        public double? Begin;
        public double? Length;
        public string? ArgumentName;
        public string? Kind;
        public string? Does;
        public string? Origin;
        public string? Error;

        /// <summary>Takes over the property that the reader stands at.</summary>
        public void Read(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("name"u8))
                Name = Text(ref reader);
            else if (reader.ValueTextEquals("ph"u8))
                Phase = Text(ref reader);
            else if (reader.ValueTextEquals("cat"u8))
                Category = Text(ref reader);
            else if (reader.ValueTextEquals("pid"u8))
                Pid = (long?)Number(ref reader);
            else if (reader.ValueTextEquals("ts"u8))
                Begin = Number(ref reader);
            else if (reader.ValueTextEquals("dur"u8))
                Length = Number(ref reader);
            else if (reader.ValueTextEquals("args"u8))
                ReadArguments(ref reader);
            else
                Skip(ref reader);
        }

        private void ReadArguments(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("name"u8))
                    ArgumentName = Text(ref reader);
                else if (reader.ValueTextEquals("kind"u8))
                    Kind = Text(ref reader);
                else if (reader.ValueTextEquals("does"u8))
                    Does = Text(ref reader);
                else if (reader.ValueTextEquals("config"u8))
                    Origin = Text(ref reader);
                else if (reader.ValueTextEquals("error"u8))
                    Error = Text(ref reader);
                else
                    Skip(ref reader);
            }
        }

        private static string? Text(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                return null;
            }

            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new FormatException($"the text at byte {reader.TokenStartIndex} is not UTF-8");
            }
        }

        private static double? Number(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number) && Math.Abs(number) <= MaxTime)
                return number;
            reader.Skip();
            return null;
        }

        private static void Skip(ref Utf8JsonReader reader)
        {
            reader.Read();
            reader.Skip();
        }
    }
}
