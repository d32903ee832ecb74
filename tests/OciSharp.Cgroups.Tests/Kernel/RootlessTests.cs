using System.Diagnostics;
using OciSharp.Cgroups.V1;
using OciSharp.Cgroups.V2;
using OciSharp.Linux;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>An ordinary user to whom nothing is delegated: asked with the effective user of this thread set to him for a moment.</summary>
[Category("Root")]
public sealed class RootlessTests
{
    private const uint Nobody = 65534;

    [SetUp]
    public void NeedRoot()
    {
        if (RawSyscall.geteuid() != 0)
            Assert.Ignore("needs root");
    }

    [Test]
    public void On_v1_the_container_stays_where_its_caller_is()
    {
        using CgroupManager manager = AsNobody(() => V1Manager.For(
            CgroupLayout.At("/sys/fs/cgroup", unified: false, "8:pids:/\n"u8.ToArray()), null, "ocisharp-test", rootless: true));

        manager.Create(null);

        Assert.That(manager.Paths, Is.Empty);
        Assert.That(manager.Processes(), Is.Empty);
        Assert.That(manager.OpenForJoin(stackalloc int[CgroupManager.MaxJoinDescriptors], out _), Is.Zero);
        Assert.That(manager.MountsForContainer.Select(mount => mount.Path), Is.EqualTo(new[] { "/sys/fs/cgroup/pids" }));
        Assert.That(
            () => manager.Create(new Spec.LinuxResources { Pids = new Spec.LinuxPids { Limit = 5 } }),
            Throws.TypeOf<CgroupException>().With.Message.Contain("run as root"));
    }

    [Test]
    public void On_v2_the_container_stays_where_its_caller_is_and_nobody_else_there_is_touched()
    {
        string mount = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
        if (!File.Exists($"{mount}/cgroup.controllers"))
            Assert.Ignore("cgroup2 is not mounted here");
        string own = File.ReadLines("/proc/self/cgroup").Single(line => line.StartsWith("0::"));
        using CgroupManager manager = AsNobody(() => V2Manager.For(
            CgroupLayout.At(mount, unified: true, System.Text.Encoding.UTF8.GetBytes($"{own}\n")), null, "ocisharp-test", rootless: true));
        using Process bystander = Process.Start("sleep", "1000");
        try
        {
            manager.Create(null);
            manager.Signal(9);
            manager.Remove();

            Assert.That(manager.Paths, Is.Empty);
            Assert.That(manager.Processes(), Is.Empty);
            Assert.That(manager.DirectoryFdForClone, Is.Null);
            Assert.That(bystander.HasExited, Is.False);
            Assert.That(manager.Freeze, Throws.TypeOf<CgroupException>());
            Assert.That(
                () => manager.Create(new Spec.LinuxResources { Pids = new Spec.LinuxPids { Limit = 5 } }),
                Throws.TypeOf<CgroupException>().With.Message.Contain("belongs to user 0").And.Message.Contain("Delegate="));
        }
        finally
        {
            bystander.Kill();
            bystander.WaitForExit();
        }
    }

    private static T AsNobody<T>(Func<T> ask) => As(Nobody, ask);

    /// <summary>Does something with the effective user of this thread set to another one.</summary>
    internal static T As<T>(uint user, Func<T> ask)
    {
        const uint keep = uint.MaxValue;
        Assert.That(RawSyscall.setresuid(keep, user, keep), Is.EqualTo((nint)0));
        try
        {
            return ask();
        }
        finally
        {
            RawSyscall.setresuid(keep, 0, keep);
        }
    }
}
