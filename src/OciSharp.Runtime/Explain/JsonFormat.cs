using System.Text;
using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>A plan for programs (docs/explain.md). The same configuration on the same host gives the same document.</summary>
internal static class JsonFormat
{
    /// <summary>Raised when something is added (the second number), or changed or taken away (the first).</summary>
    public const string Version = "1.1";

    /// <summary>Writes a plan, indented by two, with a newline at its end.</summary>
    public static string Write(ExplainedPlan plan)
    {
        var json = new JsonWriter("  ");
        json.BeginObject();
        json.Property("version"u8, Version);
        json.Property("verb"u8, plan.Verb == ExplainedVerb.Exec ? "exec" : "create");
        json.Property("id"u8, plan.Id);
        json.Property("bundle"u8, plan.Bundle);
        json.Property("config"u8, plan.ConfigFile);
        json.Property("rootfs"u8, plan.Rootfs);
        json.Property("rootless"u8, plan.Rootless);
        json.BeginArray("steps"u8);
        foreach (ExplainedStep step in plan.Steps)
            Step(json, step, plan.Verb);
        json.EndArray();
        json.BeginArray("mounts"u8);
        foreach (PlannedMount mount in plan.Mounts)
            Mount(json, mount);
        json.EndArray();
        json.BeginArray("risks"u8);
        foreach (Risk risk in Risks.Of(plan))
        {
            json.BeginObject();
            json.Property("level"u8, risk.High ? "high" : "note");
            json.Property("what"u8, risk.What);
            json.Property("why"u8, risk.Why);
            json.Property("config"u8, risk.Origin);
            json.EndObject();
        }

        json.EndArray();
        json.BeginArray("findings"u8);
        foreach (Finding finding in plan.Findings)
        {
            json.BeginObject();
            json.Property("severity"u8, finding.Fails ? "error" : "warning");
            json.Property("message"u8, finding.Message);
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written) + "\n";
    }

    private static void Step(JsonWriter json, ExplainedStep step, ExplainedVerb verb)
    {
        json.BeginObject();
        json.Property("number"u8, (long)step.Number);
        json.Property("by"u8, ExplainedNames.Of(step.By, verb));
        json.Property("group"u8, ExplainedNames.Of(step.Group));
        json.Property("kind"u8, step.Kind);
        json.Property("does"u8, step.Does);
        json.Property("config"u8, step.Origin);
        json.Property("why"u8, step.Why);
        json.BeginObject("operands"u8);
        foreach (Operand operand in step.Operands)
        {
            json.Name(operand.Name);
            if (operand.Text is { } text)
                json.Value(text);
            else if (operand.List is { } list)
                Texts(json, list);
            else
                json.Value(operand.Number);
        }

        json.EndObject();
        json.Name("calls"u8);
        Texts(json, step.Calls);
        json.EndObject();
    }

    private static void Mount(JsonWriter json, PlannedMount mount)
    {
        json.BeginObject();
        json.Property("target"u8, mount.Target);
        json.Property("kind"u8, ExplainedNames.Of(mount.Kind));
        json.Property("type"u8, mount.Type);
        json.Property("source"u8, mount.Source);
        json.Property("recursive"u8, mount.Recursive);
        json.Name("attributes"u8);
        Texts(json, KernelNames.SetAttributes(mount.Attributes, mount.Cleared));
        json.Name("options"u8);
        Texts(json, mount.Data);
        json.Name("propagation"u8);
        Texts(json, KernelNames.MountFlags(mount.Propagation));
        json.Property("config"u8, mount.Origin);
        json.EndObject();
    }

    private static void Texts(JsonWriter json, IReadOnlyList<string> texts)
    {
        json.BeginArray();
        foreach (string text in texts)
            json.Value(text);
        json.EndArray();
    }
}
