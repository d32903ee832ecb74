namespace OciSharp.Cgroups.Tests;

/// <summary>The annotation <c>run.oci.delegate-cgroup</c>.</summary>
public sealed class DelegatedCgroupTests
{
    [TestCase("")]
    [TestCase("payload")]
    public void It_is_a_name(string name) => Assert.That(DelegatedCgroup.Of(Annotated(name)), Is.EqualTo(name));

    [Test]
    public void Without_the_annotation_there_is_none()
    {
        Assert.That(DelegatedCgroup.Of(null), Is.Empty);
        Assert.That(DelegatedCgroup.Of(new Dictionary<string, string> { ["other"] = "payload" }), Is.Empty);
    }

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("/a")]
    [TestCase("a\0b")]
    [TestCase("a\nb")]
    public void It_is_no_path(string name) =>
        Assert.That(() => DelegatedCgroup.Of(Annotated(name)), Throws.TypeOf<CgroupException>().With.Message.Contain(DelegatedCgroup.Annotation));

    private static Dictionary<string, string> Annotated(string name) => new() { [DelegatedCgroup.Annotation] = name };
}
