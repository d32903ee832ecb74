using OciSharp.Cgroups.V2;
using OciSharp.Linux;
using OciSharp.Spec;

namespace OciSharp.Cgroups.Tests.Kernel;

/// <summary>config-linux.md, "Cgroup ownership", and cgroups that an ordinary user was given.</summary>
public sealed class V2DelegationTests : V2Test
{
    private const uint User = 54321;

    [Test]
    public void The_cgroup_and_what_the_kernel_lists_are_given_away_and_nothing_else()
    {
        Manager.Create(null);
        Manager.DelegateTo(User);

        string[] listed = [.. File.ReadAllLines("/sys/kernel/cgroup/delegate")];
        Assert.That(OwnerOf(Cgroup), Is.EqualTo(User));
        foreach (string file in Directory.GetFiles(Cgroup))
            Assert.That(OwnerOf(file), Is.EqualTo(listed.Contains(Path.GetFileName(file)) ? User : 0), file);
    }

    /// <summary>The root of cgroup2 has controllers here that it does not hand down, and only its owner can.</summary>
    [Test]
    public void A_controller_that_is_not_handed_down_is_named_with_file_owner_and_remedy()
    {
        string mount = Path.GetDirectoryName(Path.GetDirectoryName(Cgroup))!;
        string controllers = File.ReadAllText($"{mount}/cgroup.controllers");
        if (!controllers.Split([' ', '\n']).Contains("hugetlb") || File.ReadAllText($"{mount}/cgroup.subtree_control").Contains("hugetlb"))
            Assert.Ignore("cgroup2 does not keep the hugetlb controller for its root here");
        string own = Path.GetFileName(Path.GetDirectoryName(Cgroup))!;
        Give($"{mount}/{own}");
        using CgroupManager manager = RootlessTests.As(User, () =>
            V2Manager.For(CgroupLayout.At(mount, unified: true, System.Text.Encoding.UTF8.GetBytes($"0::/{own}/session\n")), null, Id, rootless: true));
        var limits = new LinuxResources { HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 1 << 22 }] };

        CgroupException e = Assert.Throws<CgroupException>(() => RootlessTests.As(User, () =>
        {
            manager.Create(limits);
            return 0;
        }))!;

        Assert.That(e.Message, Does.Contain("hugetlb").And.Contain($"cgroup.subtree_control of {mount} ").And
            .Contain($"it belongs to user 0, and we are user {User}").And.Contain("Delegate="));
        Assert.That(Directory.GetDirectories($"{mount}/{own}"), Is.Empty);
    }

    private static unsafe void Give(string directory)
    {
        foreach (string path in (string[])[directory, $"{directory}/cgroup.procs", $"{directory}/cgroup.subtree_control"])
        {
            fixed (byte* name = CString.Of(path))
                Assert.That(RawSyscall.fchownat(Fcntl.AT_FDCWD, name, User, User, 0), Is.EqualTo((nint)0), path);
        }
    }

    private static unsafe uint OwnerOf(string path)
    {
        statx_t status;
        fixed (byte* name = CString.Of(path))
            Assert.That(RawSyscall.statx(Fcntl.AT_FDCWD, name, 0, Stat.STATX_UID, &status), Is.EqualTo((nint)0), path);
        return status.stx_uid;
    }
}
