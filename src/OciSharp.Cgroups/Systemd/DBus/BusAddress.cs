using System.Text;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>Where a bus listens: the addresses of the D-Bus specification that are UNIX sockets.</summary>
/// <param name="Path">The socket's path; begins with a NUL for an abstract one.</param>
internal readonly record struct BusAddress(string Path)
{
    private const string SystemSocket = "/run/dbus/system_bus_socket";

    /// <summary>The bus of the host's services.</summary>
    /// <exception cref="DBusException">The environment names one of another kind.</exception>
    public static BusAddress System() =>
        Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS") is { Length: > 0 } address
            ? Parse(address)
            : new BusAddress(SystemSocket);

    /// <summary>
    /// Whether the root of our user namespace is that of the bus of the host's services: it is not for root of a user's own namespace, as
    /// rootless engines make, nor for an ordinary user.
    /// </summary>
    public static unsafe bool SystemIsOurs()
    {
        if (RawSyscall.geteuid() != 0)
            return false;
        statx_t status;
        fixed (byte* path = "/run/dbus/system_bus_socket\0"u8)
            return RawSyscall.statx(Fcntl.AT_FDCWD, path, 0, Stat.STATX_UID, &status) == 0 && status.stx_uid == 0;
    }

    /// <summary>The bus of the user's services.</summary>
    /// <exception cref="DBusException">The environment names none, or one of another kind.</exception>
    public static BusAddress User()
    {
        if (Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS") is { Length: > 0 } address)
            return Parse(address);
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory)
            return new BusAddress($"{directory}/bus");
        throw new DBusException("",
            "find the user's bus: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set: log in with a session, or run loginctl enable-linger");
    }

    /// <summary>The first UNIX socket of a list of addresses: <c>unix:path=/run/x,guid=…;tcp:…</c>.</summary>
    /// <exception cref="DBusException">There is none.</exception>
    public static BusAddress Parse(string addresses)
    {
        foreach (string address in addresses.Split(';'))
        {
            if (!address.StartsWith("unix:", StringComparison.Ordinal))
                continue;
            foreach (string pair in address["unix:".Length..].Split(','))
            {
                if (pair.StartsWith("path=", StringComparison.Ordinal))
                    return new BusAddress(Unescape(pair["path=".Length..]));
                if (pair.StartsWith("abstract=", StringComparison.Ordinal))
                    return new BusAddress($"\0{Unescape(pair["abstract=".Length..])}");
            }
        }

        throw new DBusException("", $"connect to the bus at \"{addresses}\": that names no UNIX socket: use unix:path=…");
    }

    /// <summary>The address for connect(2).</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="DBusException">The path is too long for a socket.</exception>
    public unsafe uint ToSocketAddress(sockaddr_un* address)
    {
        *address = default;
        address->sun_family = Socket.AF_UNIX;
        var room = new Span<byte>(address->sun_path, 108);
        if (Encoding.UTF8.GetByteCount(Path) >= room.Length)
            throw new DBusException("", $"connect to the bus at {Display}: the path is too long for a socket");
        return (uint)(sizeof(ushort) + Encoding.UTF8.GetBytes(Path, room));
    }

    /// <summary>The path for messages.</summary>
    public string Display => Path.StartsWith('\0') ? $"@{Path[1..]}" : Path;

    private static string Unescape(string text)
    {
        if (!text.Contains('%'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2),
                global::System.Globalization.NumberStyles.HexNumber, null, out byte code))
            {
                plain.Append((char)code);
                i += 2;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
