using System.Text;
using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Trace;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>A bundle's config.json: read, checked as a whole, and kept as text for later commands.</summary>
/// <param name="Config">The model.</param>
/// <param name="Text">The text it was read from.</param>
internal sealed record ConfigDocument(Config Config, byte[] Text)
{
    /// <summary>Reads and checks the configuration of a bundle. Warnings go to the log.</summary>
    /// <param name="bundle">Absolute path of the bundle.</param>
    /// <param name="file">Another file than config.json in it: relative to the bundle, or absolute.</param>
    /// <param name="context">What rules depend on beside the document.</param>
    /// <param name="log">Where warnings go.</param>
    /// <param name="trace">Who wants to know how long it takes.</param>
    /// <exception cref="ContainerException">The file is missing, or breaks a rule; all mistakes are reported together.</exception>
    public static ConfigDocument Load(string bundle, string? file, ValidationContext context, ILogger log, CommandTrace? trace = null)
    {
        string path = PathOf(bundle, file);
        trace?.Phase("read-config", "read the configuration", path);
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
        if (fd == -(nint)Errno.ENOENT)
        {
            throw new ContainerException(
                $"JSON specification file {path} not found (no such file or directory): give the bundle with --bundle, or make one with \"ocisharp spec\"");
        }

        using var opened = new OwnedFd((int)Syscall.Check(fd, $"open {path}"));
        byte[] text = Syscall.ReadToEnd(opened.Value, path);
        return Parse(text, path, context, log, trace);
    }

    /// <summary>The path of a bundle's configuration.</summary>
    /// <param name="bundle">As for <see cref="Load"/>.</param>
    /// <param name="file">As for <see cref="Load"/>.</param>
    public static string PathOf(string bundle, string? file) =>
        file is null ? Path.Join(bundle, "config.json") : Path.IsPathRooted(file) ? file : Path.Join(bundle, file);

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="context">What rules depend on beside the document.</param>
    /// <param name="log">Where warnings go.</param>
    /// <param name="trace">Who wants to know how long it takes.</param>
    /// <exception cref="ContainerException">It breaks a rule.</exception>
    public static ConfigDocument Parse(byte[] text, string path, ValidationContext context, ILogger log, CommandTrace? trace = null)
    {
        var bag = new DiagnosticBag();
        Config? config = ConfigReader.Read(text, bag);
        if (config is not null && !bag.HasErrors)
        {
            trace?.Phase("check-config", "check the configuration");
            config = CrunAnnotations.Apply(config);
            ConfigValidator.Validate(config, bag, context);
        }

        Report(bag, path, log);
        return new ConfigDocument(config!, text);
    }

    /// <summary>The configuration that a container was created with: it has been checked then.</summary>
    /// <exception cref="ContainerException">The copy is damaged.</exception>
    public static Config Reload(StateDirectory directory)
    {
        var bag = new DiagnosticBag();
        Config config = ConfigReader.Read(directory.LoadConfig(), bag)
            ?? throw new ContainerException($"{directory.Path}/config.json is damaged: {bag.Diagnostics[0]}");
        return CrunAnnotations.Apply(config);
    }

    /// <summary>Logs the warnings, and throws the errors as one.</summary>
    /// <exception cref="ContainerException">There are errors.</exception>
    public static void Report(DiagnosticBag bag, string path, ILogger log)
    {
        StringBuilder? errors = null;
        foreach (Diagnostic diagnostic in bag.Diagnostics.AsSpan())
        {
            if (diagnostic.Severity == Severity.Warning)
                log.Warn($"{path}: {diagnostic}");
            else
                (errors ??= new StringBuilder($"{path} cannot be used: ")).Append(errors.Length > 0 && errors[^2] != ':' ? "; " : "").Append(diagnostic);
        }

        if (errors is not null)
            throw new ContainerException(errors.ToString());
    }
}
