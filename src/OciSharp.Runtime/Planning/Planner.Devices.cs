using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Terminal;
using OciSharp.Spec;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    private const uint DefaultMode = 0x1b6; // 0666

    private Dictionary<string, ushort>? _hostDevices;

    /// <summary>config-linux.md, Default Devices: name, major, minor.</summary>
    private static readonly (string Name, uint Major, uint Minor)[] Defaults =
    [
        ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
    ];

    /// <summary>config-linux.md, Default Devices, and config.md, Dev symbolic links.</summary>
    private static readonly (string Name, string Target)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
    ];

    /// <summary>A user namespace may not make device nodes: those of the host are bound in their place.</summary>
    private void OpenDevicesOfHost()
    {
        _hostDevices = [];
        _plan.Origin = new Origin("$.linux.devices");
        foreach ((string name, _, _) in Defaults)
            OpenDeviceOfHost("/dev/" + name);
        for (int i = 0; i < (_linux.Devices?.Count ?? 0); i++)
        {
            _plan.Origin = new Origin("$.linux.devices[#]", i);
            if (_linux.Devices![i].Type != "p")
                OpenDeviceOfHost(_linux.Devices[i].Path);
        }
    }

    private void OpenDeviceOfHost(string path)
    {
        if (_hostDevices!.ContainsKey(path))
            return;
        ushort slot = _plan.NewSlot();
        _plan.Add(OpCode.OpenTree, slot: slot, s: _plan.String(path));
        _hostDevices.Add(path, slot);
    }

    private void DefaultDevices()
    {
        if (!_ownsDev)
            return; // The configuration binds a whole /dev: it knows what is in it.
        _plan.Origin = new Origin("$.linux.devices");
        if ((HasUserNamespace || !_request.MayMakeDevices) && _hostDevices is null)
            OpenDevicesOfHost();
        _plan.Add(OpCode.Target, flags: MountOps.TargetDev, s: _plan.String("/dev"u8));
        foreach ((string name, uint major, uint minor) in Defaults)
        {
            if (!IsConfigured(name))
                MakeDevice("/dev/" + name, Stat.S_IFCHR | DefaultMode, Device.Make(major, minor), 0, 0, inDev: name);
        }

        foreach ((string name, string target) in Links)
            _plan.Add(OpCode.MakeSymlink, slot: Slot.Dev, s: _plan.String(target), t: _plan.String(name));
        if (!IsConfigured("ptmx"))
        {
            _plan.Add(
                OpCode.MakeSymlink, slot: Slot.Dev, flags: MountOps.Replace, s: _plan.String("pts/ptmx"u8), t: _plan.String("ptmx"u8));
        }
    }

    private bool IsConfigured(string name)
    {
        for (int i = 0; i < (_linux.Devices?.Count ?? 0); i++)
        {
            string path = _linux.Devices![i].Path;
            if (path.Length == name.Length + 5 && path.StartsWith("/dev/", StringComparison.Ordinal) && path.EndsWith(name, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private void ConfiguredDevices()
    {
        if (!_ownsDev)
            return;
        for (int i = 0; i < (_linux.Devices?.Count ?? 0); i++)
        {
            LinuxDevice device = _linux.Devices![i];
            _plan.Origin = new Origin("$.linux.devices[#]", i);
            uint type = device.Type switch
            {
                "c" or "u" => Stat.S_IFCHR,
                "b" => Stat.S_IFBLK,
                _ => Stat.S_IFIFO,
            };
            MakeDevice(
                device.Path,
                type | ((device.FileMode ?? DefaultMode) & 0xfff),
                type == Stat.S_IFIFO ? 0 : Device.Make((uint)device.Major, (uint)device.Minor),
                device.Uid ?? 0,
                device.Gid ?? 0,
                inDev: null);
        }
    }

    private void MakeDevice(string path, uint mode, ulong number, uint uid, uint gid, string? inDev)
    {
        if (_hostDevices is not null && _hostDevices.TryGetValue(path, out ushort slot))
        {
            _plan.Add(OpCode.Target, flags: MountOps.TargetFile | MountOps.TargetGuardProc, s: _plan.String(path));
            _plan.Add(OpCode.AttachTree, slot: slot);
            return;
        }

        _plan.Add(
            OpCode.MakeDevice,
            slot: inDev is null ? (ushort)0 : Slot.Dev,
            x: mode,
            y: number,
            s: _plan.String(inDev ?? path),
            t: uid,
            count: gid);
    }

    /// <summary>The terminal, as large as the one that we serve it from, if we do.</summary>
    /// <param name="flags">Those of <see cref="OpCode.OpenConsole"/>.</param>
    private void Console(uint flags = 0)
    {
        if (_config.Process is not { Terminal: true } process)
            return;
        _plan.Origin = new Origin("$.process.terminal");
        winsize size = new() { ws_row = (ushort)(process.ConsoleSize?.Height ?? 0), ws_col = (ushort)(process.ConsoleSize?.Width ?? 0) };
        if (_request.ServesTerminal)
            _ = HostTerminal.TryGetSize(0, ref size) || HostTerminal.TryGetSize(1, ref size);
        _plan.Add(OpCode.OpenConsole, flags: flags, x: ((ulong)size.ws_row << 16) | size.ws_col);
    }
}
