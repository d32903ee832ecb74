using System.Text;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;

namespace OciSharp.Runtime.Output;

/// <summary>Plain lines on standard error, for the caller of the command, beside or instead of the log.</summary>
public static unsafe class StandardError
{
    private const int Fd = 2;

    /// <summary>Writes one line, escaped. If standard error is closed or broken there is nobody to tell, so that is no error.</summary>
    public static void WriteLine(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(LogEscape.Line(line) + "\n");
        fixed (byte* start = bytes)
            RawSyscall.write(Fd, start, (nuint)bytes.Length);
    }
}
