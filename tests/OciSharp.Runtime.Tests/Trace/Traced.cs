using System.Runtime.CompilerServices;
using OciSharp.Runtime.Trace;

namespace OciSharp.Runtime.Tests.Trace;

/// <summary>A trace that is the same everywhere.</summary>
internal static class Traced
{
    public static string Folder { get; } = Path.GetDirectoryName(Here())!;

    /// <summary>The processes of a launch that fails in init, as they are written.</summary>
    public static List<TraceTrack> Failed()
    {
        var runtime = new TraceTrack("runtime", 4711);
        Add(runtime, "begin", "begin, and fork the helper", "launch", 0, 150_250);
        Add(runtime, "start-runtime", "start .NET", "launch", 150_250, 600_000);
        Add(runtime, "read-config", "read the configuration", "launch", 600_000, 800_001, "/bundle/config.json");
        TraceEvent wait = Add(runtime, "wait", "wait for the next word of the child", "launch", 800_001, 2_000_000);
        wait.Error = "cannot mount: proc: operation not permitted ($.mounts[1])";
        Add(runtime, "undo", "take back what was made", "launch", 2_000_000, 4_000_000);
        var helper = new TraceTrack("helper", 4712);
        Add(helper, "make-init", "make the container's process", "namespaces", 900_000, 1_000_000, "in new namespaces: mount, pid", "$.linux.namespaces");
        var init = new TraceTrack("init", 4713);
        Add(init, "mount-point", "find or make the mount point", "mounts", 1_000_000, 1_000_900, "/a\x1b[2J\u202eb, a directory", "$.mounts[1]");
        Add(init, "mount-file-system", "mount a file system", "mounts", 1_000_900, 1_900_000, "proc on /proc", "$.mounts[1]", 1);
        return [runtime, helper, init];
    }

    /// <summary>As text.</summary>
    public static byte[] FailedText() => TraceWriter.Write("run", Failed(), "cannot mount: proc: operation not permitted ($.mounts[1])");

    /// <summary>Compares with Snapshots/NAME. After a change that is meant, run the tests with UPDATE_SNAPSHOTS=1 and look at the difference.</summary>
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(Folder, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Ignore($"{name} was rewritten");
        }

        Assert.That(actual, Is.EqualTo(File.ReadAllText(path)), $"Snapshots/{name} differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }

    private static TraceEvent Add(
        TraceTrack track, string kind, string act, string group, ulong begin, ulong end, string detail = "", string origin = "$", int errno = 0)
    {
        const ulong Base = 100_000_000_000;
        var step = new TraceEvent
        {
            Kind = kind,
            Act = act,
            Group = group,
            Detail = detail,
            Origin = origin,
            Begin = Base + begin,
            End = Base + end,
            Errno = errno,
            Error = errno == 1 ? "operation not permitted" : null,
        };
        track.Events.Add(step);
        return step;
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
