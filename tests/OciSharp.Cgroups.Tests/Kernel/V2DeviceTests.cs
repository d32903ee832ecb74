using OciSharp.Cgroups.Devices;
using OciSharp.Spec;
using Process = System.Diagnostics.Process;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>Device programs, as the kernel's verifier takes them and as it asks them.</summary>
public sealed class V2DeviceTests : V2Test
{
    [Test]
    public void Devices_of_every_container_are_open_and_others_are_not()
    {
        Manager.Create(null);
        Process shell = ShellInside();

        Assert.That(Try(shell, "</dev/null"));
        Assert.That(Try(shell, ">/dev/zero"));
        Assert.That(Try(shell, "</dev/kmsg"), Is.False);
    }

    [Test]
    public void A_rule_opens_a_device_only_as_far_as_it_says()
    {
        Manager.Create(new LinuxResources
        {
            Devices =
            [
                new LinuxDeviceCgroup { Allow = false, Access = "rwm" },
                new LinuxDeviceCgroup { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" },
            ],
        });
        Process shell = ShellInside();

        Assert.That(Try(shell, "</dev/kmsg"));
        Assert.That(Try(shell, ">>/dev/kmsg"), Is.False);
    }

    [Test]
    public void A_cgroup_that_was_there_keeps_exactly_one_program()
    {
        Manager.Create(null);
        using CgroupManager second = For(null);
        second.Create(new LinuxResources { Devices = [new LinuxDeviceCgroup { Allow = true, Access = "rwm" }] });

        Process shell = ShellInside();

        Assert.That(Try(shell, "</dev/kmsg"), "the program that denied it was replaced");
    }

    [Test]
    public void Several_programs_are_replaced_by_one()
    {
        Manager.Create(null);
        int cgroup = Manager.DirectoryFdForClone!.Value;
        ulong[] denyOthers = DeviceProgram.Compile(DeviceRules.Of(null));
        ulong[] allow = DeviceProgram.Compile(DeviceRules.Of([new LinuxDeviceCgroup { Allow = true, Access = "rwm" }]));
        Assert.That(DeviceFilter.Attach(cgroup, denyOthers, isNew: true), Is.EqualTo((nint)0));

        Assert.That(DeviceFilter.Attach(cgroup, allow, isNew: false), Is.EqualTo((nint)0));

        Assert.That(Try(ShellInside(), "</dev/kmsg"));
    }

    [Test]
    public void A_long_list_passes_the_verifier()
    {
        var rules = new List<LinuxDeviceCgroup> { new() { Allow = false, Access = "rwm" } };
        for (int i = 0; i < 2000; i++)
            rules.Add(new LinuxDeviceCgroup
            {
                Allow = i % 2 == 0,
                Type = i % 3 == 0 ? "b" : "c",
                Major = i % 400,
                Minor = i % 7 == 0
                ? null : i,
                Access = i % 5 == 0 ? "rw" : "rwm"
            });

        Assert.That(() => Manager.Create(new LinuxResources { Devices = rules }), Throws.Nothing);
    }

    private static bool Try(Process shell, string redirection)
    {
        shell.StandardInput.WriteLine($"(: {redirection}) 2>/dev/null && echo yes || echo no");
        return shell.StandardOutput.ReadLine() == "yes";
    }
}
