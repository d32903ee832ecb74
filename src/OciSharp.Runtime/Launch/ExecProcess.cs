using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Runtime.Launch;

/// <summary>The process that <c>exec</c> is asked for: from a document, or from the container's own process and the command line.</summary>
internal static class ExecProcess
{
    /// <summary>Puts the process together and checks it.</summary>
    /// <exception cref="ContainerException">It breaks a rule; all mistakes are reported together.</exception>
    /// <exception cref="LinuxException">The document cannot be read.</exception>
    public static Process Of(ExecOptions options, Config config, ILogger log)
    {
        var bag = new DiagnosticBag();
        Process? process;
        string source = "the process";
        if (options.ProcessFile is { } path)
        {
            source = path;
            using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
            process = ConfigReader.ReadProcess(Syscall.ReadToEnd(file.Value, path), bag);
        }
        else
        {
            process = FromOptions(options, config);
        }

        if (process is not null && !bag.HasErrors)
            ConfigValidator.ValidateProcess(process, bag);
        ConfigDocument.Report(bag, source, log);
        return process!;
    }

    private static Process FromOptions(ExecOptions options, Config config)
    {
        Process process = config.Process
            ?? throw new ContainerException("the container's configuration has no process to take the defaults from: give --process");
        process = process with
        {
            Args = options.Arguments,
            Cwd = options.WorkingDirectory ?? process.Cwd,
            Env = [.. process.Env ?? [], .. options.Environment],
            Terminal = options.Terminal,
            ConsoleSize = null,
            ApparmorProfile = options.ApparmorProfile ?? process.ApparmorProfile,
            SelinuxLabel = options.ProcessLabel ?? process.SelinuxLabel,
            NoNewPrivileges = options.NoNewPrivileges ?? process.NoNewPrivileges,
        };
        if (options.User is { } user)
            process = process with { User = ParseUser(user, process.User) };
        if (options.AdditionalGids.Count > 0)
            process = process with { User = process.User with { AdditionalGids = [.. process.User.AdditionalGids ?? [], .. options.AdditionalGids] } };
        if (options.Capabilities.Count > 0)
            process = process with { Capabilities = Add(process.Capabilities ?? new LinuxCapabilities(), options.Capabilities) };
        return process;
    }

    /// <summary>Numbers only, and never none: an empty id read as 0 would be root (CVE-2026-30892).</summary>
    private static User ParseUser(string text, User inherited)
    {
        int colon = text.IndexOf(':');
        uint uid = ParseId(colon < 0 ? text : text[..colon], text);
        return colon < 0 ? inherited with { Uid = uid } : inherited with { Uid = uid, Gid = ParseId(text[(colon + 1)..], text) };
    }

    private static uint ParseId(string part, string text)
    {
        const uint Overflow = uint.MaxValue; // −1 means "leave it" to setresuid(2)
        if (uint.TryParse(part, System.Globalization.NumberStyles.None, null, out uint id) && id != Overflow)
            return id;
        throw new ContainerException($"parsing \"{text}\" as user failed: it is UID or UID:GID, in numbers from 0 to {Overflow - 1}");
    }

    /// <summary>The inheritable set stays as it is: what is in it would survive in files (CVE-2022-29162).</summary>
    private static LinuxCapabilities Add(LinuxCapabilities capabilities, IReadOnlyList<string> added) => capabilities with
    {
        Bounding = [.. capabilities.Bounding ?? [], .. added],
        Effective = [.. capabilities.Effective ?? [], .. added],
        Permitted = [.. capabilities.Permitted ?? [], .. added],
    };
}
