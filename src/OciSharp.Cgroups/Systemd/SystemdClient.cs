using System.Text;
using OciSharp.Cgroups.Systemd.DBus;

namespace OciSharp.Cgroups.Systemd;

/// <summary>The service manager (org.freedesktop.systemd1(5)), as far as containers need it.</summary>
internal sealed class SystemdClient : IDisposable
{
    private const string Service = "org.freedesktop.systemd1";
    private const string Path = "/org/freedesktop/systemd1";
    private const string Manager = "org.freedesktop.systemd1.Manager";
    private const string Scope = "org.freedesktop.systemd1.Scope";
    private const string Properties = "org.freedesktop.DBus.Properties";
    private const string UnitExists = "org.freedesktop.systemd1.UnitExists";
    private const string NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
    private const string JobsMatch = $"type='signal',sender='{Service}',path='{Path}',interface='{Manager}',member='JobRemoved'";

    private readonly DBusConnection bus;

    /// <summary>Speaks over a connection, which this object closes.</summary>
    public SystemdClient(DBusConnection bus) => this.bus = bus;

    /// <summary>Connects to the service manager of the host or of the user.</summary>
    /// <param name="user">That of the user.</param>
    /// <param name="remedy">What to do where that fails; null where whoever reports it says so.</param>
    /// <exception cref="CgroupException">There is none, or its bus is not running.</exception>
    public static SystemdClient Connect(bool user, string? remedy = null)
    {
        try
        {
            return new SystemdClient(DBusConnection.Open(user ? BusAddress.User() : BusAddress.System()));
        }
        catch (DBusException e)
        {
            throw new CgroupException(remedy is null ? e.Message : $"{e.Message}: {remedy}") { IsOfSystemd = true };
        }
    }

    /// <summary>Its version: 252.</summary>
    /// <exception cref="CgroupException">It does not tell.</exception>
    public int Version()
    {
        string text = StringProperty("Version");
        int version = 0;
        foreach (char c in text.AsSpan().TrimStart('v'))
        {
            if (!char.IsAsciiDigit(c))
                break;
            version = (version * 10) + (c - '0');
        }

        return version;
    }

    /// <summary>The cgroup below which it makes those of its units; empty for the root.</summary>
    /// <exception cref="CgroupException">It does not tell.</exception>
    public string ControlGroup() => StringProperty("ControlGroup");

    /// <summary>The cgroup of a scope, as systemd calls it; empty if there is no such scope.</summary>
    /// <exception cref="CgroupException">It does not tell.</exception>
    public string ScopeControlGroup(string unit) => StringProperty("ControlGroup", UnitPath(unit), Scope);

    /// <summary>Has a unit made. One of the same name that has failed and was left behind is forgotten first.</summary>
    /// <returns>The job, for <see cref="AwaitStart"/>.</returns>
    /// <exception cref="CgroupException">systemd refuses, and has made nothing: there is a unit of that name, or a property is wrong.</exception>
    public string StartTransientUnit(string unit, IReadOnlyList<UnitProperty> properties)
    {
        string job = "";
        Try($"make the unit {unit}", () =>
        {
            bus.AddMatch(JobsMatch);
            try
            {
                job = Start(unit, properties);
            }
            catch (DBusException e) when (e.Name == UnitExists)
            {
                Forget(unit);
                job = Start(unit, properties);
            }
        });
        return job;
    }

    /// <summary>Waits until the unit is there.</summary>
    /// <exception cref="CgroupException">systemd does not get it done.</exception>
    public void AwaitStart(string unit, string job) => Try($"make the unit {unit}", () => AwaitJob(job, "wait for its job"));

    /// <summary>Ends a unit with all of its processes, and waits for it. It is no error that there is none.</summary>
    /// <exception cref="CgroupException">systemd does not get it done.</exception>
    public void StopUnit(string unit)
    {
        Try($"stop the unit {unit}", () =>
        {
            bus.AddMatch(JobsMatch);
            var body = new DBusWriter();
            body.String(unit);
            body.String("replace");
            try
            {
                AwaitJob(Call("StopUnit", "ss", body).FirstString(), "wait for its job");
            }
            catch (DBusException e) when (e.Name == NoSuchUnit)
            {
                return;
            }

            Forget(unit);
        });
    }

    /// <summary>Changes properties of a unit, until it is gone.</summary>
    /// <exception cref="CgroupException">systemd refuses.</exception>
    public void SetUnitProperties(string unit, IReadOnlyList<UnitProperty> properties)
    {
        Try($"change the unit {unit}", () =>
        {
            var body = new DBusWriter();
            body.String(unit);
            body.Boolean(true);
            UnitProperty.WriteAll(body, properties);
            Call("SetUnitProperties", "sba(sv)", body);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => bus.Dispose();

    private string Start(string unit, IReadOnlyList<UnitProperty> properties)
    {
        var body = new DBusWriter();
        body.String(unit);
        body.String("replace");
        UnitProperty.WriteAll(body, properties);
        body.EndArray(body.BeginArray(8)); // no further units
        return Call("StartTransientUnit", "ssa(sv)a(sa(sv))", body).FirstString();
    }

    private void Forget(string unit)
    {
        var body = new DBusWriter();
        body.String(unit);
        try
        {
            Call("ResetFailedUnit", "s", body);
        }
        catch (DBusException e) when (e.Name == NoSuchUnit)
        {
            // That is what was wanted.
        }
    }

    /// <summary>Waits for the signal <c>JobRemoved (id, job, unit, result)</c>.</summary>
    private void AwaitJob(string job, string act)
    {
        long deadline = bus.Deadline();
        while (true)
        {
            DBusMessage signal = bus.NextSignal(act, deadline);
            if (signal is not { Member: "JobRemoved", Signature: "uoss" })
                continue;
            DBusReader body = signal.Body;
            body.UInt32();
            if (body.String() != job)
                continue;
            body.String();
            string result = body.String();
            if (result == "done")
                return;
            throw new DBusException("", $"the job ended with \"{result}\": see journalctl --unit and systemctl status");
        }
    }

    /// <summary>
    /// The object of a unit: in its name, everything but letters and digits, and a digit at its beginning, is written as <c>_</c> and two
    /// hexadecimal digits.
    /// </summary>
    internal static string UnitPath(string unit)
    {
        var path = new StringBuilder(Path).Append("/unit/");
        int start = path.Length;
        foreach (byte c in Encoding.UTF8.GetBytes(unit))
        {
            if (char.IsAsciiLetter((char)c) || (char.IsAsciiDigit((char)c) && path.Length > start))
                path.Append((char)c);
            else
                path.Append('_').Append(Convert.ToHexStringLower([c]));
        }

        return path.ToString();
    }

    private string StringProperty(string name, string path = Path, string interfaceName = Manager)
    {
        string value = "";
        Try($"ask for {name}", () =>
        {
            var body = new DBusWriter();
            body.String(interfaceName);
            body.String(name);
            DBusReader answer = bus.Call(Service, path, Properties, "Get", "ss", body).Body;
            if (answer.Signature() == "s")
                value = answer.String();
        });
        return value;
    }

    private DBusMessage Call(string member, string signature, DBusWriter body) => bus.Call(Service, Path, Manager, member, signature, body);

    private static void Try(string act, Action action)
    {
        try
        {
            action();
        }
        catch (DBusException e)
        {
            string name = e.Name.Length > 0 ? $" ({e.Name})" : "";
            throw new CgroupException($"{act}: systemd: {e.Message}{name}") { IsOfSystemd = true };
        }
    }
}
