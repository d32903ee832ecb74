using System.Text;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Stats;
using OciSharp.Cgroups.Systemd.DBus;
using OciSharp.Runtime.Notify;
using OciSharp.Runtime.State;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>/proc/self/mountinfo.</summary>
internal sealed class MountInfoTarget() : Target("mountinfo", [.. Fixtures("cgroup", ".txt"), File.ReadAllBytes("/proc/self/mountinfo")])
{
    public override bool Feed(byte[] input)
    {
        try
        {
            MountInfo.FindCgroups(input);
            MountInfo.FindResctrl(input);
            return true;
        }
        catch (CgroupException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
    }
}

/// <summary>/proc/self/cgroup.</summary>
internal sealed class SelfCgroupTarget() : Target("/proc/self/cgroup", [.. Fixtures("cgroup", ".txt"), File.ReadAllBytes("/proc/self/cgroup")])
{
    public override bool Feed(byte[] input)
    {
        ReadOnlySpan<byte> text = input;
        try
        {
            while (SelfCgroup.Next(ref text, out SelfCgroup line))
                ControllerNames.Parse(line.Controllers);
            return true;
        }
        catch (CgroupException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
    }
}

/// <summary>/proc/PID/stat, whose second field a container names, and a container's /etc/passwd.</summary>
internal sealed class ProcessTextsTarget() : Target(
    "/proc/PID/stat, /etc/passwd", File.ReadAllBytes("/proc/self/stat"), "1 (a) b) R 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 99"u8.ToArray(), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n"u8.ToArray())
{
    public override bool Feed(byte[] input)
    {
        UserNames.Find(input, 1000);
        return ProcessIdentity.Parse(input) is not null | UserNames.Find(input, 0) is not null;
    }
}

/// <summary>What a container's program says to its service manager (sd_notify(3)): no more of it than one line is passed on.</summary>
internal sealed class NotifyTarget() : Target("messages of sd_notify", "STATUS=now\nREADY=1\nMAINPID=1\n"u8.ToArray(), "READY=1"u8.ToArray(), "\nREADY=\0\nBARRIER=1"u8.ToArray())
{
    public override bool Feed(byte[] input)
    {
        ReadOnlySpan<byte> line = NotifySocket.ReadyIn(input);
        Assert.That(line.Contains((byte)'\n'), Is.False);
        Assert.That(line.IsEmpty || line.StartsWith("READY="u8));
        return !line.IsEmpty;
    }
}

/// <summary>The files of a cgroup that <c>events</c> reads.</summary>
internal sealed class StatFilesTarget() : Target("files of a cgroup", [.. s_files.Select(file => Encoding.UTF8.GetBytes(file.Text))])
{
    private static readonly (string Name, string Text)[] s_files =
    [
        ("cpu.stat", "usage_usec 12\nuser_usec 5\nsystem_usec 7\nnr_periods 1\nnr_throttled 1\nthrottled_usec 3\n"),
        ("memory.stat", "anon 1\nfile 2\nkernel_stack 3\nslab 4\n"), ("memory.current", "4096\n"), ("memory.max", "max\n"), ("memory.events", "low 0\noom 1\noom_kill 1\n"),
        ("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n8:16 rbytes=1\n"), ("pids.current", "3\n"), ("pids.max", "max\n"),
        ("cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"), ("rdma.current", "mlx4_0 hca_handle=2 hca_object=2000\n"),
    ];

    /// <inheritdoc/>
    public override int Share => 10;

    public override bool Feed(byte[] input)
    {
        string directory = Directory.CreateTempSubdirectory("ocisharp-fuzz").FullName;
        try
        {
            foreach ((string name, _) in s_files)
                File.WriteAllBytes($"{directory}/{name}", input);
            V2Stats.Read(directory);
            return true;
        }
        catch (CgroupException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

/// <summary>What comes over the bus.</summary>
internal sealed class DBusTarget() : Target("messages of D-Bus", Message())
{
    private const int HeaderStart = 16;

    public override bool Feed(byte[] input)
    {
        try
        {
            if (input.Length < HeaderStart || DBusMessage.LengthOf(input.AsSpan(0, HeaderStart)) < HeaderStart)
                return false;
            DBusMessage.Parse(input).FirstString();
            return true;
        }
        catch (DBusException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
    }

    private static byte[] Message() => DBusConnection.Message(7, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit", "", null).Bytes.ToArray();
}
