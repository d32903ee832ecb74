using Mono.Unix.Native;
using OciSharp.Cli.CommandLine;
using OciSharp.Cli.Documents;
using OciSharp.Cli.Output;
using OciSharp.Linux;
using OciSharp.Runtime;
using OciSharp.Spec;

namespace OciSharp.Cli.Commands;

/// <summary><c>spec</c></summary>
internal sealed class SpecCommand : Command
{
    private const uint Permissions = 0x1a4; // 0644

    private readonly TextFlag _bundle = new("bundle", "the bundle's directory (default: the current directory)", 'b');
    private readonly TextFlag _file = new("file", "the file to write, relative to the bundle", 'f', preset: "config.json");
    private readonly Switch _rootless = new("rootless", "a configuration for a container of a user without privileges");

    public override string Name => "spec";

    public override string Summary => "write a new config.json";

    public override string Description => """
        Writes a configuration to start from: a shell on a terminal, in the root file system "rootfs" of the bundle. A file that
        is there already is left alone.

        EXAMPLE:
            mkdir -p bundle/rootfs
            podman export $(podman create busybox) | tar -C bundle/rootfs -x
            ocisharp spec --bundle bundle
            ocisharp run --bundle bundle demo
        """;

    public override Flag[] Flags => [_bundle, _file, _rootless];

    public override int Run(Session session, IReadOnlyList<string> arguments)
    {
        bool cgroupNamespace = Host.HasUnifiedCgroups();
        Config config = _rootless.Value
            ? DefaultConfig.Rootless(Host.EffectiveUser, Host.EffectiveGroup, cgroupNamespace)
            : DefaultConfig.Privileged(cgroupNamespace);
        string path = Path.Combine(_bundle.Value ?? "", _file.Value!);
        nint fd = Linux.Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL, Permissions);
        if (fd == -(nint)Errno.EEXIST)
            throw new ContainerException($"write {path}: the file exists; remove it first, or name another one with --file");
        Linux.Syscall.Check(fd, $"make {path}");
        using var file = new OwnedFd((int)fd);
        Linux.Syscall.WriteAll(file.Value, Json.Indented(config, OciSharpJsonContext.Default.Config, '\t', 1), path);
        return 0;
    }
}
