using OciSharp.Linux;
using OciSharp.Runtime.Signals;

namespace OciSharp.Runtime.Processes;

/// <summary>How a process ended: with an exit code, or by a signal.</summary>
/// <param name="Code">The exit code, 0 if a signal ended it.</param>
/// <param name="Signal">The signal, 0 if the process exited.</param>
public readonly record struct ExitStatus(int Code, int Signal)
{
    /// <summary>The process exited with 0.</summary>
    public bool Success => Code == 0 && Signal == 0;

    /// <summary>The exit code, or 128 and the signal, as a shell reports it.</summary>
    public int ShellCode => Signal == 0 ? Code : 128 + Signal;

    /// <summary>What waitid(2) reported.</summary>
    public static ExitStatus Of(in siginfo_t info) =>
        info.si_code == Wait.CLD_EXITED ? new ExitStatus(info.si_status, 0) : new ExitStatus(0, info.si_status);

    /// <summary><c>exit status 1</c> or <c>killed by SIGTERM</c>.</summary>
    public override string ToString() => Signal == 0 ? $"exit status {Code}" : $"killed by {SignalNames.Of(Signal)}";
}
