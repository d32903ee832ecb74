using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OciSharp.Integration;

/// <summary>What <c>--trace</c> writes is of Chrome's Trace Event Format, to the letter, and to a viewer that others made.</summary>
public sealed partial class TraceFormat : ContainerFixture
{
    private static readonly string[] s_metadata = ["process_name", "thread_name", "process_sort_index"];

    [OneTimeSetUp]
    public void NeedsIt()
    {
        if (Suite.Obstacle is null) Require.Command("trace");
    }

    /// <summary>
    /// Viewers take the events of a thread for a stack. Perfetto leaves out an event that begins in another one and ends behind it, be it by a
    /// nanosecond: numbers are compared as they are written.
    /// </summary>
    [Test]
    public void Each_event_has_what_it_must_have_and_events_lie_in_each_other_or_apart()
    {
        foreach (var (command, file) in Traces())
        {
            var document = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            Assert.That(document.Select(member => member.Key), Is.SubsetOf((string[])["displayTimeUnit", "otherData", "traceEvents"]));
            Assert.That((string)document["displayTimeUnit"]!, Is.AnyOf("ms", "ns"));
            var named = new HashSet<int>();
            var stacks = new Dictionary<int, Stack<(decimal Begin, decimal End)>>();
            foreach (var e in document["traceEvents"]!.AsArray().Select(node => node!.AsObject()))
            {
                var what = $"{command}: {e.ToJsonString()}";
                var process = (int)e["pid"]!;
                Assert.That((int)e["tid"]!, Is.EqualTo(process).And.Positive, what);
                Assert.That((string)e["name"]!, Is.Not.Empty, what);
                if ((string)e["ph"]! == "M")
                {
                    Assert.That((string)e["name"]!, Is.AnyOf(s_metadata), what);
                    Assert.That(e["args"]!.AsObject().Single().Key, Is.EqualTo((string)e["name"]! == "process_sort_index" ? "sort_index" : "name"), what);
                    named.Add(process);
                    continue;
                }

                Assert.That((string)e["ph"]!, Is.EqualTo("X"), what);
                Assert.That((string)e["cat"]!, Does.Match("^[a-z]+$"), what);
                Assert.That(e["args"], Is.InstanceOf<JsonObject>(), what);
                Assert.That(named, Does.Contain(process), $"{what} is behind the name of its process");
                foreach (var number in (string[])["ts", "dur"]) Assert.That(e[number]!.ToJsonString(), Does.Match(@"^\d+\.\d{3}$"), what);
                var (begin, end) = ((decimal)e["ts"]!, (decimal)e["ts"]! + (decimal)e["dur"]!);
                if (!stacks.TryGetValue(process, out var stack)) stacks[process] = stack = [];
                while (stack.Count > 0 && stack.Peek().End <= begin) stack.Pop();
                Assert.That(stack.All(outer => outer.Begin <= begin && end <= outer.End), Is.True, what);
                stack.Push((begin, end));
            }

            Assert.That(stacks.Keys, Is.SubsetOf(named));
            Assert.That(stacks, Has.Count.EqualTo(command switch { "delete" => 1, "start" => 2, _ => 3 }), command);
        }
    }

    /// <summary>
    /// The importer of chrome://tracing in a headless Chromium. The page is no part of Chromium as Debian builds it; Go's source has it for its
    /// own traces (golang-src), in a directory that the environment variable TRACE_VIEWER can name too.
    /// </summary>
    [Test]
    public void Chrome_s_viewer_shows_the_processes_and_each_step_below_them()
    {
        Require.Program("/usr/bin/chromium");
        var viewer = Viewer();
        Require.That(viewer is not null, "there is no trace_viewer_full.html: install golang-src, or name its directory in TRACE_VIEWER");
        var traces = Traces();
        var seen = Import(viewer!, traces.Select(trace => trace.File));
        foreach (var (index, (command, file)) in traces.Index())
        {
            Assert.That(seen[index]!["warnings"]!.AsArray(), Is.Empty, command);
            var events = JsonNode.Parse(File.ReadAllText(file))!["traceEvents"]!.AsArray();
            var names = events.Where(e => (string)e!["name"]! == "process_name").Select(e => ((int)e!["pid"]!, (string)e["args"]!["name"]!)).ToArray();
            var tracks = seen[index]!["tracks"]!.AsArray().OrderBy(track => (int)track!["order"]!).ToArray();
            Assert.That(tracks.Select(track => ((int)track!["pid"]!, (string)track["process"]!)), Is.EqualTo(names), command);
            foreach (var track in tracks)
            {
                var steps = events.Where(e => (int)e!["pid"]! == (int)track!["pid"]! && (string)e["ph"]! == "X").ToArray();
                var whole = (string)steps[0]!["name"]!;
                var slices = track!["slices"]!.AsArray().Select(slice => ((string)slice![0]!, (string?)slice[1])).Order();
                Assert.That(slices, Is.EqualTo(steps.Select((e, i) => ((string)e!["name"]!, i == 0 ? null : whole)).Order()), $"{command}, {whole}");
            }
        }
    }

    /// <summary>One of each command that writes some, and of a launch that fails.</summary>
    private List<(string Command, string File)> Traces()
    {
        var directory = Scratch.NewDirectory("traces");
        var bundle = NewBundle("exec sleep 1000").Hook("startContainer", "/bin/true").Hook("poststart", "/bin/true");
        var container = Create(bundle, "--trace", $"{directory}/create");
        foreach (var command in (string[][])[["start", container.Id], ["exec", container.Id, "/bin/true"], ["delete", "--force", container.Id]])
            Runtime.Execute([command[0], "--trace", $"{directory}/{command[0]}", .. command[1..]]).Succeeded();
        Run(NewBundle("exit 0"), "--trace", $"{directory}/run").Succeeded();
        FailToCreate(NewBundle().Mount("/a\"\\\u001b\u202e\n", "tmpfs", "tmpfs", "size=banana"), "--trace", $"{directory}/failed").Failed();
        return [.. new[] { "create", "start", "exec", "delete", "run", "failed" }.Select(name => (name, $"{directory}/{name}"))];
    }

    private static string? Viewer()
    {
        var named = Environment.GetEnvironmentVariable("TRACE_VIEWER");
        var roots = Directory.GetDirectories("/usr/share", "go-*").Concat(Directory.GetDirectories("/usr/lib", "go-*"));
        var directories = roots.SelectMany(root => (string[])[$"{root}/src/cmd/trace/static", $"{root}/src/internal/trace/traceviewer/static"]);
        return directories.Prepend(named ?? "").FirstOrDefault(directory => File.Exists($"{directory}/trace_viewer_full.html"));
    }

    /// <summary>What the viewer's model has of each trace: processes, and names of slices with those of their parents.</summary>
    private JsonArray Import(string viewer, IEnumerable<string> files)
    {
        var texts = new JsonArray([.. files.Select(file => (JsonNode)File.ReadAllText(file))]).ToJsonString(); // It escapes <.
        var page = Scratch.NewFile("viewer.html", $$"""
            <!DOCTYPE html><html><head><script>{{File.ReadAllText($"{viewer}/webcomponents.min.js")}}</script>{{File.ReadAllText($"{viewer}/trace_viewer_full.html")}}</head><body><script>
            addEventListener('load', () => {
              const seen = {{texts}}.map(text => {
                const model = new tr.Model();
                new tr.importer.Import(model).importTraces([text]);
                return {
                  warnings: model.importWarnings.map(warning => warning.message),
                  tracks: Object.values(model.processes).flatMap(process => Object.values(process.threads).map(thread => ({
                    pid: process.pid, process: process.name, order: process.sortIndex,
                    slices: thread.sliceGroup.slices.map(slice => [slice.title, slice.parentSlice ? slice.parentSlice.title : null]),
                  }))),
                };
              });
              document.body.textContent = 'SEEN' + btoa(unescape(encodeURIComponent(JSON.stringify(seen)))) + 'END';
            });
            </script></body></html>
            """);
        var start = new ProcessStartInfo("/usr/bin/chromium") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", $"--user-data-dir={Scratch.NewDirectory("profile")}", "--dump-dom", $"file://{page}"])
            start.ArgumentList.Add(argument);
        using var browser = Process.Start(start)!;
        var (output, error) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!browser.WaitForExit(TimeSpan.FromSeconds(120)))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Fail("Chromium does not come to an end");
        }

        var seen = Answer().Match(output.Result);
        Assert.That(seen.Success, Is.True, error.Result);
        return JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(seen.Groups[1].Value)))!.AsArray();
    }

    [GeneratedRegex("SEEN([A-Za-z0-9+/=]+)END")]
    private static partial Regex Answer();
}
