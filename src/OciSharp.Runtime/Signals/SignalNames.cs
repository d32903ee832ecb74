using System.Globalization;
using OciSharp.Linux;

namespace OciSharp.Runtime.Signals;

/// <summary>Signals as people write them: <c>SIGTERM</c>, <c>TERM</c>, <c>15</c>, <c>RTMIN+3</c> (signal(7)).</summary>
public static class SignalNames
{
    /// <summary>Reads a name, with or without <c>SIG</c> and in either case, or a number from 0 to 64.</summary>
    /// <exception cref="ContainerException">There is no such signal.</exception>
    public static int Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number <= Signal.SIGRTMAX ? number : throw Unknown(text);
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        int signal = Number(name);
        if (signal == 0)
            signal = RealTime(name);
        return signal != 0 ? signal : throw Unknown(text);
    }

    /// <summary><c>SIGTERM</c> for 15; <c>signal 40</c> for those without a name.</summary>
    public static string Of(int signal) => signal switch
    {
        Signal.SIGHUP => "SIGHUP",
        Signal.SIGINT => "SIGINT",
        Signal.SIGQUIT => "SIGQUIT",
        Signal.SIGILL => "SIGILL",
        Signal.SIGTRAP => "SIGTRAP",
        Signal.SIGABRT => "SIGABRT",
        Signal.SIGBUS => "SIGBUS",
        Signal.SIGFPE => "SIGFPE",
        Signal.SIGKILL => "SIGKILL",
        Signal.SIGUSR1 => "SIGUSR1",
        Signal.SIGSEGV => "SIGSEGV",
        Signal.SIGUSR2 => "SIGUSR2",
        Signal.SIGPIPE => "SIGPIPE",
        Signal.SIGALRM => "SIGALRM",
        Signal.SIGTERM => "SIGTERM",
        Signal.SIGSTKFLT => "SIGSTKFLT",
        Signal.SIGCHLD => "SIGCHLD",
        Signal.SIGCONT => "SIGCONT",
        Signal.SIGSTOP => "SIGSTOP",
        Signal.SIGTSTP => "SIGTSTP",
        Signal.SIGTTIN => "SIGTTIN",
        Signal.SIGTTOU => "SIGTTOU",
        Signal.SIGURG => "SIGURG",
        Signal.SIGXCPU => "SIGXCPU",
        Signal.SIGXFSZ => "SIGXFSZ",
        Signal.SIGVTALRM => "SIGVTALRM",
        Signal.SIGPROF => "SIGPROF",
        Signal.SIGWINCH => "SIGWINCH",
        Signal.SIGIO => "SIGIO",
        Signal.SIGPWR => "SIGPWR",
        Signal.SIGSYS => "SIGSYS",
        _ => $"signal {signal}",
    };

    private static int Number(string name) => name switch
    {
        "HUP" => Signal.SIGHUP,
        "INT" => Signal.SIGINT,
        "QUIT" => Signal.SIGQUIT,
        "ILL" => Signal.SIGILL,
        "TRAP" => Signal.SIGTRAP,
        "ABRT" or "IOT" => Signal.SIGABRT,
        "BUS" => Signal.SIGBUS,
        "FPE" => Signal.SIGFPE,
        "KILL" => Signal.SIGKILL,
        "USR1" => Signal.SIGUSR1,
        "SEGV" => Signal.SIGSEGV,
        "USR2" => Signal.SIGUSR2,
        "PIPE" => Signal.SIGPIPE,
        "ALRM" => Signal.SIGALRM,
        "TERM" => Signal.SIGTERM,
        "STKFLT" => Signal.SIGSTKFLT,
        "CHLD" or "CLD" => Signal.SIGCHLD,
        "CONT" => Signal.SIGCONT,
        "STOP" => Signal.SIGSTOP,
        "TSTP" => Signal.SIGTSTP,
        "TTIN" => Signal.SIGTTIN,
        "TTOU" => Signal.SIGTTOU,
        "URG" => Signal.SIGURG,
        "XCPU" => Signal.SIGXCPU,
        "XFSZ" => Signal.SIGXFSZ,
        "VTALRM" => Signal.SIGVTALRM,
        "PROF" => Signal.SIGPROF,
        "WINCH" => Signal.SIGWINCH,
        "IO" or "POLL" => Signal.SIGIO,
        "PWR" => Signal.SIGPWR,
        "SYS" or "UNUSED" => Signal.SIGSYS,
        "RTMIN" => Signal.SIGRTMIN,
        "RTMAX" => Signal.SIGRTMAX,
        _ => 0,
    };

    /// <summary>RTMIN+n and RTMAX-n, as the C library counts them; 0 for anything else.</summary>
    private static int RealTime(string name)
    {
        int sign = name.StartsWith("RTMIN+", StringComparison.Ordinal) ? 1 : name.StartsWith("RTMAX-", StringComparison.Ordinal) ? -1 : 0;
        if (sign == 0 || !int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out int distance)
            || distance > Signal.SIGRTMAX - Signal.SIGRTMIN)
            return 0;
        return sign > 0 ? Signal.SIGRTMIN + distance : Signal.SIGRTMAX - distance;
    }

    private static ContainerException Unknown(string text) =>
        new($"unknown signal \"{text}\": give a name such as TERM or SIGTERM, or a number from 0 to {Signal.SIGRTMAX}");
}
