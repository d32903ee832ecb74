namespace OciSharp.Cgroups.Systemd.DBus;

/// <summary>A call over D-Bus failed: the other side refused it, or the connection did.</summary>
/// <param name="name">The error's name (<c>org.freedesktop.systemd1.UnitExists</c>); empty when the connection itself failed.</param>
/// <param name="message">What was being done, and why it failed, in lower case.</param>
internal sealed class DBusException(string name, string message) : Exception(message)
{
    /// <summary>The error's name; empty when the connection itself failed.</summary>
    public string Name { get; } = name;
}
