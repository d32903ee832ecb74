using OciSharp.Runtime;
using OciSharp.Runtime.Trace;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>The file of <c>ocisharp trace</c>, which anybody may have written.</summary>
internal sealed class TraceTarget() : JsonTarget("file of trace", Written())
{
    public override bool Feed(byte[] input)
    {
        try
        {
            string report = TraceReport.Of(TraceDocument.Parse(input, "file"), 100, unicode: true, colour: false);
            CheckText(report.Replace('\n', ' '));
            return true;
        }
        catch (ContainerException refusal)
        {
            CheckText(refusal.Message);
            return false;
        }
    }

    private static byte[] Written()
    {
        var runtime = new TraceTrack("runtime", 1);
        var init = new TraceTrack("init", 2);
        for (ulong i = 1; i < 9; i++)
        {
            TraceTrack track = i < 4 ? runtime : init;
            track.Events.Add(new TraceEvent { Kind = "mount-file-system", Act = "mount a file system", Group = "mounts", Detail = "proc on /proc", Origin = "$.mounts[0]", Begin = i * 1000, End = (i * 1000) + (100 * i) });
        }

        runtime.Events[^1].Error = "no such file or directory";
        return TraceWriter.Write("run", [runtime, init], "no such file or directory");
    }
}
