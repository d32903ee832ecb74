using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.State;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>Has a created container execute its program (<c>runtime.md#start</c>).</summary>
    /// <exception cref="ContainerException">There is no such container, it is not <c>created</c>, or the program cannot be executed.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Start(RuntimeContext context, string id)
    {
        using StateDirectory directory = StateDirectory.OpenLocked(context, id);
        ContainerState state = ContainerState.Of(directory, directory.Load());
        switch (state.Status)
        {
            case ContainerStatus.Created:
                break;
            case ContainerStatus.Stopped:
                throw new ContainerException($"cannot start a container that has stopped: {id}");
            case ContainerStatus.Running or ContainerStatus.Paused:
                throw new ContainerException($"cannot start an already running container: {id}");
            default:
                throw new ContainerException($"cannot start a container in the {state.Status} state: {id}");
        }

        Config? config = state.Record.HasStartHooks
            ? ConfigDocument.Reload(directory)
            : null;
        if (state.Record.HasNoProcess)
            throw new ContainerException($"cannot start container {id}: its configuration has no process");
        Start(directory, config?.Hooks?.StartContainer is not null);
        if (config?.Hooks?.Poststart is { Count: > 0 } poststart)
            RunPoststart(state.Record, poststart);
    }

    private static void Start(StateDirectory directory, bool hasHooks)
    {
        using ChildLink link = StartSocket.Connect(directory);
        StartSocket.Remove(directory);
        HookOutput? output = null;
        try
        {
            if (hasHooks)
            {
                output = HookOutput.Open(out OwnedFd writer);
                using (writer)
                    link.Send(MessageKind.Start, writer.Value);
                output.DrainUntilReadable(link.Fd);
            }
            else
            {
                link.Send(MessageKind.Start);
            }

            ChildWord word = link.Receive();
            if (word.Message.Kind != MessageKind.Failed)
                return;
            ContainerException failure = LaunchFailure.Of(word, null);
            if (output is null)
                throw failure;
            output.DrainRest();
            throw output.Text.Length == 0 ? failure : new ContainerException($"{failure.Message}: {output.Text}");
        }
        finally
        {
            output?.Dispose();
        }
    }

    /// <summary>config.md, Poststart: a failure stops the container; what follows is its delete.</summary>
    private static void RunPoststart(ContainerRecord record, IReadOnlyList<Hook> hooks)
    {
        try
        {
            HookRunner.Run("poststart", hooks, StateJson.ForHooks(new ContainerState(record, ContainerStatus.Running)), record.Bundle);
        }
        catch (ContainerException)
        {
            KillInit(record);
            throw;
        }
    }

    private static void KillInit(ContainerRecord record)
    {
        using OwnedFd? init = InitProcess.TryOpen(record);
        if (init is not null)
            InitProcess.Signal(init, Signal.SIGKILL);
    }
}
