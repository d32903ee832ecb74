namespace OciSharp.Cli.CommandLine;

/// <summary>The flags before the command.</summary>
internal sealed class GlobalFlags
{
    public Switch Debug { get; } = new("debug", "log debug messages too: the same as --log-level debug");

    public TextFlag Log { get; } = new("log", "where to log: a file, file:PATH, syslog:IDENT or journald:IDENT (default: standard error)") { Takes = "FILE" };

    public TextFlag LogFormat { get; } = new("log-format", "the format of the log: text or json", preset: "text") { Takes = "text|json" };

    public TextFlag LogLevel { get; } = new("log-level", "the least severe messages to log: error, warning, info or debug", preset: "info") { Takes = "error|warning|info|debug" };

    public TextFlag Root { get; } = new("root", "the directory of the containers' state, on a file system that does not survive a reboot (default: \"/run/ocisharp\", or \"$XDG_RUNTIME_DIR/ocisharp\" without root)") { Takes = "DIRECTORY" };

    public Switch SystemdCgroup { get; } = new("systemd-cgroup", "let systemd make the cgroups; cgroupsPath has the form slice:prefix:name: the same as --cgroup-manager systemd");

    public TextFlag CgroupManager { get; } = new("cgroup-manager", "who makes the cgroups: cgroupfs, systemd or disabled", preset: "cgroupfs") { Takes = "cgroupfs|systemd|disabled" };

    public TextFlag Rootless { get; } = new("rootless", "ignore cgroup permission errors: true, false or auto", preset: "auto") { Takes = "true|false|auto" };

    public Switch Help { get; } = new("help", "show help", 'h');

    public Switch Version { get; } = new("version", "print the version", 'v');

    /// <summary>The flags in the order of the help.</summary>
    public Flag[] All => [Debug, Log, LogFormat, LogLevel, Root, SystemdCgroup, CgroupManager, Rootless, Version];
}
