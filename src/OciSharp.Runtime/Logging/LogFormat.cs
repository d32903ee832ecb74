namespace OciSharp.Runtime.Logging;

/// <summary>The shape of a line in a log file.</summary>
public enum LogFormat
{
    /// <summary><c>time="…" level=error msg="…"</c>; on a terminal <c>ERRO[0000] …</c>.</summary>
    Text,

    /// <summary><c>{"level":"error","msg":"…","time":"…"}</c></summary>
    Json,
}
