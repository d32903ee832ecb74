using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Cgroups.Stats;
using OciSharp.Linux;
using OciSharp.Runtime.Events;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

/// <summary>Takes one event: a JSON object with a newline at its end.</summary>
public delegate void EventSink(ReadOnlySpan<byte> line);

public static partial class Container
{
    /// <summary>Tells the counters of a container, once.</summary>
    /// <exception cref="ContainerException">There is no such container, or it does not run.</exception>
    /// <exception cref="CgroupException">The cgroup cannot be read.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Stats(RuntimeContext context, string id, EventSink sink)
    {
        using OwnedFd init = OpenForEvents(context, id, out ContainerRecord record);
        TellStats(record, sink);
    }

    /// <summary>Tells the counters of a container again and again, and each time that memory runs out, until it stops.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="id">The container.</param>
    /// <param name="interval">The time from counters to counters, in milliseconds; greater than 0.</param>
    /// <param name="sink">Gets the events.</param>
    /// <exception cref="ContainerException">There is no such container, it does not run, or the interval is not positive.</exception>
    /// <exception cref="CgroupException">The cgroup cannot be read.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Events(RuntimeContext context, string id, long interval, EventSink sink)
    {
        if (interval <= 0)
            throw new ContainerException("duration interval must be greater than 0");
        using OwnedFd init = OpenForEvents(context, id, out ContainerRecord record);
        using OomWatch? oom = OomWatch.Start(record.CgroupPaths);
        Span<pollfd> fds = [new() { fd = init.Value, events = pollfd.POLLIN }, new() { fd = oom?.Fd ?? -1, events = pollfd.POLLIN }];
        long next = Environment.TickCount64 + interval;
        while (true)
        {
            Syscall.Poll(fds, Math.Max(0, next - Environment.TickCount64));
            bool ended = fds[0].revents != 0;
            if ((ended || fds[1].revents != 0) && oom?.Take() == true)
                TellOom(record, sink);
            if (ended)
                return;
            if (Environment.TickCount64 < next)
                continue;
            TellStats(record, sink);
            next = Environment.TickCount64 + interval;
        }
    }

    private static OwnedFd OpenForEvents(RuntimeContext context, string id, out ContainerRecord record)
    {
        using StateDirectory directory = StateDirectory.Open(context, id);
        record = directory.Load();
        return InitProcess.TryOpen(record) ?? throw new ContainerException($"container with id {id} is not running");
    }

    private static void TellStats(ContainerRecord record, EventSink sink)
    {
        CgroupStats stats = CgroupStats.Read(record.CgroupPaths);
        ResctrlStats? resctrl = record.Resctrl is { } group ? ResctrlStats.Read(group) : null;
        Tell(sink, json => StatsJson.WriteStats(json, record.Id, stats, resctrl));
    }

    private static void TellOom(ContainerRecord record, EventSink sink) => Tell(sink, json => StatsJson.WriteOom(json, record.Id));

    private static void Tell(EventSink sink, Action<JsonWriter> write)
    {
        var json = new JsonWriter();
        write(json);
        json.EndLine();
        sink(json.Written);
    }
}
