namespace OciSharp.Cgroups.Devices;

/// <summary>
/// What every container may do (<c>config-linux.md#default-devices</c>): make any node, and use the devices it is given. The list
/// is runc's;
/// <c>/dev/console</c> inside is a pty, so the host's console (5:1) is not among them.
/// </summary>
internal static class DefaultDevices
{
    /// <summary>Allowed after the rules of the configuration.</summary>
    public static readonly DeviceGroup[] Allowed =
    [
        new(false, DeviceGroup.Any, DeviceGroup.Any, DeviceAccess.MakeNode),
        new(true, DeviceGroup.Any, DeviceGroup.Any, DeviceAccess.MakeNode),
        new(false, 1, 3, DeviceAccess.All),                  // null
        new(false, 1, 5, DeviceAccess.All),                  // zero
        new(false, 1, 7, DeviceAccess.All),                  // full
        new(false, 1, 8, DeviceAccess.All),                  // random
        new(false, 1, 9, DeviceAccess.All),                  // urandom
        new(false, 5, 0, DeviceAccess.All),                  // tty
        new(false, 5, 2, DeviceAccess.All),                  // ptmx
        new(false, 136, DeviceGroup.Any, DeviceAccess.All),  // pts
    ];
}
