using System.Text.Json.Nodes;

namespace OciSharp.Integration.Harness;

/// <summary>A container that was created, by its id; the commands that engines send to it.</summary>
public sealed class Container(RuntimeUnderTest runtime, string id, Streams streams)
{
    public string Id => id;

    /// <summary>What the container wrote to stdout so far.</summary>
    public string Output => streams.ReadOutput();

    public string Error => streams.ReadError();

    public CommandResult Start() => runtime.Execute("start", id);

    public CommandResult Kill(string signal) => runtime.Execute("kill", id, signal);

    public CommandResult Delete(params string[] flags) => runtime.Execute(["delete", .. flags, id]);

    /// <summary>The document of <c>state</c>.</summary>
    public JsonObject State() => (JsonObject)JsonNode.Parse(runtime.Execute("state", id).Succeeded().Output)!;

    public string Status => (string)State()["status"]!;

    public int Pid => (int)State()["pid"]!;

    /// <summary>Waits until the status is this one.</summary>
    public Container Until(string status)
    {
        Wait.Until(() => Status == status, () => $"container {id} is {Status}, expected {status}\n{Error}");
        return this;
    }

    /// <summary>Waits until the container's stdout has this in it.</summary>
    public Container UntilOutput(string text)
    {
        Wait.Until(() => Output.Contains(text), () => $"container {id} wrote '{Output}', expected '{text}'\n{Error}");
        return this;
    }
}
