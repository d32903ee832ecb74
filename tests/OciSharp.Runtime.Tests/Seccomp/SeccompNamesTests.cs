using System.Reflection;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>What the features document lists is what the specification has.</summary>
[TestFixture]
public sealed class SeccompNamesTests
{
    [Test]
    public void All_are_listed()
    {
        Assert.That(SeccompNames.Actions, Is.EqualTo(Constants(typeof(SeccompActions))));
        Assert.That(SeccompNames.Operators, Is.EqualTo(Constants(typeof(SeccompOperators))));
        Assert.That(SeccompNames.Architectures, Is.EqualTo(Constants(typeof(SeccompArchitectures))));
        Assert.That(SeccompNames.Flags, Is.EqualTo(Constants(typeof(SeccompFlags))));
    }

    [Test]
    public void The_kernel_supports_flags_that_are_known()
    {
        Assert.That(FilterFlags.Supported(), Is.SubsetOf(SeccompNames.Flags));
        Assert.That(FilterFlags.Supported(), Does.Contain(SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW));
    }

    private static string[] Constants(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];
}
