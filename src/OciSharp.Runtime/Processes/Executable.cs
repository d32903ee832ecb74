using OciSharp.Linux;

namespace OciSharp.Runtime.Processes;

/// <summary>Programs of the host by their name.</summary>
public static unsafe class Executable
{
    /// <summary>Engines may call us without PATH.</summary>
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>
    /// The first file of that name that may be executed, of the absolute directories of PATH; <see langword="null"/> if there is none.
    /// </summary>
    public static string? Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } value ? value : DefaultPath;
        foreach (string directory in path.Split(':'))
        {
            string candidate = $"{directory}/{name}";
            if (directory.StartsWith('/') && MayExecute(candidate))
                return candidate;
        }

        return null;
    }

    private static bool MayExecute(string path)
    {
        fixed (byte* name = CString.Of(path))
        {
            return RawSyscall.faccessat2(Fcntl.AT_FDCWD, name, Fcntl.X_OK, Fcntl.AT_EACCESS) == 0
                && (Syscall.Stat(Fcntl.AT_FDCWD, path, 0, path).stx_mode & Stat.S_IFMT) == Stat.S_IFREG;
        }
    }
}
