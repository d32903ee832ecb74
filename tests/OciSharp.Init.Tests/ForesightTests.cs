using System.Text;
using OciSharp.Linux;

namespace OciSharp.Init.Tests;

public sealed unsafe class ForesightTests
{
    private const ulong Usual = Sched.CLONE_NEWPID | Sched.CLONE_NEWNET | Sched.CLONE_NEWIPC | Sched.CLONE_NEWUTS | Sched.CLONE_NEWNS;

    [Test]
    public void The_namespaces_without_a_path_are_new()
    {
        const string Config = """
            {
              "ociVersion": "1.0.2", "annotations": {"namespaces": "[", "a": "\"namespaces\": [{\"type\": \"time\"}]"},
              "linux": {"namespaces" : [
                {"type": "pid"}, {"type":"network","path":""}, { "path" : "", "type" : "ipc" }, {"type": "uts"}, {"type": "mount"},
                {"type": "cgroup", "path": "/proc/1/ns/cgroup"}
              ], "seccomp": {}}
            }
            """;
        Assert.That(Read(Config), Is.EqualTo(Usual));
    }

    [TestCase("", TestName = "nothing is foreseen in: an empty file")]
    [TestCase("{}", TestName = "nothing is foreseen in: no namespaces")]
    [TestCase("""{"namespaces": [{"type": "mount"}""", TestName = "nothing is foreseen in: the first half of a file")]
    [TestCase("""{"namespaces": [{"type": "mount"}, {"type": "user"}]}""", TestName = "nothing is foreseen in: a new user namespace")]
    [TestCase("""{"namespaces": [{"type": "mount"}, {"type": "user", "path": "/x"}]}""", TestName = "nothing is foreseen in: a joined user namespace")]
    [TestCase("""{"namespaces": [{"type": "mount"}, {"type": "mounts"}]}""", TestName = "nothing is foreseen in: an unknown type")]
    [TestCase("""{"namespaces": [{"type": "mount"}, {"path": "/x"}]}""", TestName = "nothing is foreseen in: an entry without a type")]
    [TestCase("""{"namespaces": [{"type": "mount"}, {"type": "\u0070id"}]}""", TestName = "nothing is foreseen in: an escape")]
    [TestCase("""{"namespaces": {"type": "mount"}}""", TestName = "nothing is foreseen in: something else than an array")]
    [TestCase("""{"namespaces""", TestName = "nothing is foreseen in: a name cut off")]
    [TestCase("""{"namespaces":""", TestName = "nothing is foreseen in: a value cut off")]
    public void Doubt_is_left_to_the_plan(string config) => Assert.That(Read(config), Is.Zero);

    private static ulong Read(string config)
    {
        byte[] text = Encoding.UTF8.GetBytes(config + "\0");
        fixed (byte* start = text)
            return Foresight.NewNamespaces(start, start + text.Length - 1);
    }
}
