using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Notify;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Seccomp;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Trace;
using OciSharp.Spec;

namespace OciSharp.Runtime;

public static partial class Container
{
    /// <summary>
    /// Has a created container execute its program (<c>runtime.md#start</c>). Where a service manager wants to be told that it is ready
    /// (NOTIFY_SOCKET), waits for that, or for the end of the container.
    /// </summary>
    /// <exception cref="ContainerException">There is no such container, it is not <c>created</c>, or the program cannot be executed.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Start(RuntimeContext context, string id)
    {
        context.Trace?.Phase("find-container", "find the container, and lock it", id);
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
        using NotifySocket? notify = NotifySocket.Listen(directory, context.Log);
        Start(context, directory, state.Record, config);
        if (config?.Hooks?.Poststart is { Count: > 0 } poststart)
            RunPoststart(state.Record, poststart, config, context.Trace);
        if (notify is null)
            return;
        context.Trace?.Phase("await-ready", "wait until the program says that it is ready");
        directory.Unlock();
        notify.Await(state.Record);
    }

    /// <summary>How long an init may take that has nothing more to do, in milliseconds.</summary>
    private const long EndsWithin = 1000;

    private static void Start(RuntimeContext context, StateDirectory directory, ContainerRecord record, Config? config)
    {
        CommandTrace? trace = context.Trace;
        int? memory = trace?.MemoryForStart(record.Pid);
        trace?.Phase("start", "let init go on");
        using ChildLink link = StartSocket.Connect(directory, trace);
        StartSocket.Remove(directory);
        HookOutput? output = null;
        try
        {
            if (config?.Hooks?.StartContainer is not null)
                output = HookOutput.Send(link, MessageKind.Start, CrunAnnotations.HookFiles(config, record.Bundle), memory);
            else if (memory is not null)
                link.Send(new Message { Kind = MessageKind.Start, A = 1 }, [memory.Value]);
            else
                link.Send(MessageKind.Start);

            trace?.Wait();
            UntilExecuted(context, link, output, directory, record);
        }
        catch (ContainerException)
        {
            // A start that fails leaves a container that has stopped: its init ends when we have seen what it failed on, and hang up.
            link.Dispose();
            using OwnedFd? init = InitProcess.TryOpen(record);
            if (init is not null)
                InitProcess.Wait(init, EndsWithin);
            throw;
        }
        finally
        {
            output?.Dispose();
        }
    }

    /// <summary>Listens to init until it has executed the program, which is the end of the stream.</summary>
    private static void UntilExecuted(RuntimeContext context, ChildLink link, HookOutput? output, StateDirectory directory, ContainerRecord record)
    {
        using var agent = new SeccompAgent();
        while (true)
        {
            output?.DrainUntilReadable(link.Fd);
            ChildWord word = link.Receive();
            switch (word.Message.Kind)
            {
                case MessageKind.SeccompGate:
                    agent.Expect(word);
                    break;
                case MessageKind.SeccompListener:
                    ServeAgent(agent, word, directory, record);
                    break;
                case MessageKind.None when agent.IsExpected:
                    throw SeccompAgent.NotHandedOver();
                case MessageKind.Failed:
                    output?.DrainRest();
                    throw LaunchFailure.Of(word, new LaunchScene
                    {
                        Config = ConfigDocument.Reload(directory),
                        Bundle = record.Bundle,
                        Rootfs = record.Rootfs,
                        Pid = record.Pid,
                        HookOutput = output?.Text,
                        Log = context.Log,
                    });
                default:
                    return;
            }
        }
    }

    /// <summary>config-linux.md, Seccomp: if the agent cannot be served, that is an error; the program must not run then.</summary>
    private static void ServeAgent(SeccompAgent agent, in ChildWord word, StateDirectory directory, ContainerRecord record)
    {
        try
        {
            agent.Serve(word, record.Pid, ConfigDocument.Reload(directory), new ContainerState(record, ContainerStatus.Created));
        }
        catch (Exception e) when (e is ContainerException or LinuxException)
        {
            KillInit(record);
            throw;
        }
    }

    /// <summary>config.md, Poststart: a failure stops the container; what follows is its delete.</summary>
    private static void RunPoststart(ContainerRecord record, IReadOnlyList<Hook> hooks, Config config, CommandTrace? trace)
    {
        try
        {
            ReadOnlyMemory<byte> state = StateJson.ForHooks(new ContainerState(record, ContainerStatus.Running));
            HookRunner.Run("poststart", hooks, state, record.Bundle, CrunAnnotations.HookFiles(config, record.Bundle), trace);
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
