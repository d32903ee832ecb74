using OciSharp.Runtime.Documents;
using OciSharp.Runtime.Planning;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Documents;

/// <summary>What the features document announces, the planner takes.</summary>
[TestFixture]
public sealed class RuntimeFeaturesTests
{
    private static readonly Features Document = RuntimeFeatures.Document("1", "2");

    [TestCaseSource(nameof(MountOptions))]
    public void A_mount_option_is_not_left_to_the_file_system(string option) => Assert.That(MountFlags.Parse("tmpfs", [option]).Data, Is.Empty);

    [Test]
    public void Every_mode_and_flag_of_a_memory_policy_is_known()
    {
        MemoryPolicyFeatures policy = Document.Linux!.MemoryPolicy!;
        Assert.That(policy.Modes!.Select(mode => Scheduling.MemoryPolicy(new LinuxMemoryPolicy { Mode = mode }).Mode), Is.EquivalentTo(Enumerable.Range(0, 7)));
        Assert.That(() => Scheduling.MemoryPolicy(new LinuxMemoryPolicy { Mode = policy.Modes![0], Flags = policy.Flags }), Throws.Nothing);
    }

    private static IEnumerable<string> MountOptions() => Document.MountOptions!;
}
