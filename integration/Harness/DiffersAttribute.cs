using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace OciSharp.Integration.Harness;

/// <summary>
/// Marks a test that another runtime does not pass, and says why: it is skipped there. The reason begins with the words of the
/// specification, or the habit of engines, that the test stands for; docs/conformance-rules.md lists them all. With DIFFERENCES=run in
/// the environment such tests run: those that pass differ no more.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class DiffersAttribute(string runtime, string reason) : Attribute, IApplyToTest
{
    /// <inheritdoc/>
    public void ApplyToTest(Test test)
    {
        if (Suite.Obstacle is not null || Environment.GetEnvironmentVariable("DIFFERENCES") == "run" || RuntimeUnderTest.Name != runtime || test.RunState == RunState.NotRunnable) return;
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, $"{runtime} differs: {reason}");
    }
}
