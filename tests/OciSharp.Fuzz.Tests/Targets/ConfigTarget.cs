using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Systemd;
using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Runtime;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;

namespace OciSharp.Fuzz.Tests.Targets;

/// <summary>config.json, up to the plan: what <c>create</c> does before it touches anything.</summary>
internal sealed unsafe class ConfigTarget() : JsonTarget("config.json", [.. Fixtures("config/good", ".json"), .. Fixtures("config/bad", ".json"), .. Seccomp()])
{
    private const uint ArenaSize = 8 << 20;
    private const int SystemdVersion = 257;

    private readonly byte* _arena = (byte*)NativeMemory.AllocZeroed(ArenaSize);

    public override bool Feed(byte[] input)
    {
        var bag = new DiagnosticBag();
        Config? config = ConfigReader.Read(input, bag);
        Foresee(input);
        if (config is not null && !bag.HasErrors)
            ConfigValidator.Validate(config, bag);
        CheckDiagnostics(bag);
        if (config is null || bag.HasErrors)
            return false;
        RoundTrip(config);
        try
        {
            Plan(config);
            return true;
        }
        catch (Exception refusal) when (refusal is ContainerException or CgroupException)
        {
            CheckText(refusal.Message);
            Assert.That(refusal.Message, Does.Contain("$."), "the message names no place in the document");
            return false;
        }
        catch (PlanTooLargeException)
        {
            return false; // It says so itself; the arena is smaller here than in a launch.
        }
    }

    private static byte[][] Seccomp() =>
        [.. Fixtures("seccomp", ".json").Select(profile => (byte[])[.. "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": \"/\", \"args\": [\"a\"], \"user\": {\"uid\": 0, \"gid\": 0}}, \"linux\": {\"seccomp\": "u8, .. profile, .. "}}"u8])];

    /// <summary>What is written is read again as the same.</summary>
    private static void RoundTrip(Config config)
    {
        var bag = new DiagnosticBag();
        byte[] written = ConfigWriter.Write(config);
        Config? again = ConfigReader.Read(written, bag);
        Assert.That(bag.HasErrors, Is.False, "what was written cannot be read");
        Assert.That(ConfigWriter.Write(again!), Is.EqualTo(written));
    }

    private void Plan(Config config)
    {
        var builder = new PlanBuilder(_arena, ArenaSize);
        try
        {
            LaunchPlan plan = Planner.Compile(config, builder, new PlanRequest
            {
                Id = "c",
                Bundle = "/bundle",
                Rootfs = "/bundle/rootfs",
                WaitForStart = true,
                CgroupMounts = () => [],
                Log = NullLogger.Instance,
            });
            CheckPlan(builder);
            if (plan.SeccompFilter != 0)
                SeccompFilter.Write(config, _arena + plan.SeccompFilter, NullLogger.Instance);
            CgroupPath.Parse(config.Linux?.CgroupsPath, "c");
            ResourceProperties.ForV2(config.Linux?.Resources, SystemdVersion);
            ResourceProperties.ForV1(config.Linux?.Resources, SystemdVersion);
            AnnotationProperties.Of(config.Annotations);
        }
        finally
        {
            NativeMemory.Clear(_arena, builder.Size);
        }
    }

    /// <summary>All that a step refers to lies in the plan.</summary>
    private void CheckPlan(PlanBuilder builder)
    {
        foreach (Op op in builder.Ops)
        {
            Assert.That(op.Code, Is.Not.EqualTo(OpCode.None));
            Assert.That(op.Data, Is.LessThan(builder.Size), op.Code.ToString());
            Assert.That(op.S, Is.LessThan(builder.Size), op.Code.ToString());
        }
    }

    /// <summary>The helper's look at the text, from pages behind which nothing may be read.</summary>
    private static void Foresee(byte[] input)
    {
        using var text = new GuardedText(input);
        Foresight.NewNamespaces(text.Start, text.End);
    }
}
