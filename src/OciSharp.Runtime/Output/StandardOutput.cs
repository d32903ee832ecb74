using System.Text;
using Mono.Unix.Native;
using OciSharp.Linux;
using OciSharp.Runtime.Terminal;
using Syscall = OciSharp.Linux.Syscall;

namespace OciSharp.Runtime.Output;

/// <summary>Standard output, without the start-up cost of System.Console.</summary>
public static class StandardOutput
{
    private const int Fd = 1;

    /// <summary>Whether colours are wanted there: it is a terminal that knows them, and nobody has said NO_COLOR (no-color.org).</summary>
    public static bool TakesColour =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb"
        && Syscall.IsTerminal(Fd);

    /// <summary>Whether characters beyond ASCII are understood there: the locale's encoding is UTF-8 (locale(7)).</summary>
    public static bool TakesUnicode
    {
        get
        {
            foreach (string name in (ReadOnlySpan<string>)["LC_ALL", "LC_CTYPE", "LANG"])
            {
                if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } locale)
                    return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
            }

            return false;
        }
    }

    /// <summary>How many columns there are: those of the terminal, or 80.</summary>
    public static int Width
    {
        get
        {
            winsize size = default;
            return HostTerminal.TryGetSize(Fd, ref size) && size.ws_col > 0 ? size.ws_col : 80;
        }
    }

    /// <summary>Writes all of <paramref name="text"/> in UTF-8.</summary>
    /// <exception cref="BrokenPipeException">Nobody reads it any more.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes all of <paramref name="bytes"/>.</summary>
    /// <exception cref="BrokenPipeException">Nobody reads it any more.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Syscall.WriteAll(Fd, bytes, "standard output");
        }
        catch (LinuxException refusal) when (refusal.Errno == Errno.EPIPE)
        {
            throw new BrokenPipeException();
        }
    }
}

/// <summary>The reader of standard output went away; .NET ignores the SIGPIPE that would have ended us.</summary>
public sealed class BrokenPipeException : Exception;
