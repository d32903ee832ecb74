using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OciSharp.Init.Plan;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Planning;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Explain;

public sealed unsafe partial class PlanReaderTests
{
    private const uint ArenaSize = 1 << 20;
    private byte* _arena;

    private static OpCode[] Steps => [.. Enum.GetValues<OpCode>().Where(code => code != OpCode.None)];

    [SetUp]
    public void Allocate() => _arena = (byte*)NativeMemory.AllocZeroed(ArenaSize);

    [TearDown]
    public void Free() => NativeMemory.Free(_arena);

    [Test]
    public void Each_step_is_explained([ValueSource(nameof(Steps))] OpCode code, [Values] ExplainedVerb verb)
    {
        var config = new Config { OciVersion = "1.0.0", Process = new Process { Cwd = "/" } };
        var plan = new LaunchPlan { Config = config, Builder = new PlanBuilder(_arena, ArenaSize) };
        ExplainedStep step = new PlanReader(_arena, plan, verb).Read(new Op { Code = code }, new Origin("$"));

        Assert.That(step.Act, Is.Not.Empty.And.Match("^[a-z]").And.Not.EndsWith("."));
        Assert.That(step.Why, Does.Match(@"^[A-Za-z/].*[.)]$"), "a sentence");
        Assert.That(step.Kind, Does.Match("^[a-z]+(-[a-z]+)*$"));
        Assert.That(step.Calls, Is.Not.Empty);
        Assert.That($"{step.Act} {step.Detail} {step.Why}", Does.Not.Match(CamelCase()), "it has the name of something of ours in it");
    }

    [Test]
    public void No_two_steps_have_the_same_name_for_programs() =>
        Assert.That(Steps.Select(code => StepTable.Of(code).Kind), Is.Unique);

    [GeneratedRegex("\\b[A-Z][a-z]+[A-Z]")]
    private static partial Regex CamelCase();
}
