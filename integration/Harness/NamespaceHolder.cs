using System.Globalization;

namespace OciSharp.Integration.Harness;

/// <summary>A sleeping process with namespaces of its own, for containers that join them by path.</summary>
public sealed class NamespaceHolder : IDisposable
{
    private readonly RunningCommand _unshare;

    private NamespaceHolder(RunningCommand unshare, int pid)
    {
        _unshare = unshare;
        Pid = pid;
    }

    /// <summary>The process that sleeps.</summary>
    public int Pid { get; }

    /// <summary>Starts <c>unshare</c> with these flags.</summary>
    public static NamespaceHolder Start(Scratch scratch, params string[] flags)
    {
        var unshare = new Command(scratch, ["/usr/bin/unshare", "--fork", "--kill-child", .. flags, "/bin/sleep", "1000"]).Start();
        var children = $"/proc/{unshare.Pid}/task/{unshare.Pid}/children";
        var pid = 0;
        Wait.Until(
            () => int.TryParse(File.ReadAllText(children), NumberStyles.AllowTrailingWhite, null, out pid) && OurProcesses.Read(pid)?.CommandLine.StartsWith("/bin/sleep", StringComparison.Ordinal) == true,
            () => $"unshare {string.Join(' ', flags)}: {unshare.Error}");
        return new NamespaceHolder(unshare, pid);
    }

    /// <inheritdoc/>
    public void Dispose() => _unshare.Dispose();
}
