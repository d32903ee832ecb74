using Microsoft.Extensions.Logging;
using OciSharp.Cgroups;
using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Seccomp;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Trace;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Launch;

/// <summary>One <c>exec</c>: from a running container to a further process in it. Until <see cref="Keep"/> is called, the process ends with this object.</summary>
internal sealed unsafe class ExecLaunch : IDisposable
{
    private readonly ILogger _log;
    private readonly ContainerState _container;
    private readonly ExecOptions _options;
    private readonly CgroupManager _cgroup;
    private readonly ChildLink _link;
    private readonly SeccompAgent _seccompAgent = new();
    private readonly Config _config;
    private readonly CommandTrace? _trace;
    private LaunchPlan? _plan;
    private bool _kept;
    private bool _pidFileWritten;

    private ExecLaunch(RuntimeContext context, ContainerState container, ExecOptions options, Config config)
    {
        _log = context.Log;
        _trace = context.Trace;
        _container = container;
        _config = config;
        _options = options;
        _cgroup = CgroupManager.FromPaths(Record.CgroupManager, SubCgroup.Of(Record, options.Cgroups));
        _link = ChildLink.ToHelper(_trace);
    }

    private ContainerRecord Record => _container.Record;

    /// <summary>The pid of the process.</summary>
    public int Pid { get; private set; }

    /// <summary>The master of its terminal, once it has one.</summary>
    public OwnedFd? Terminal { get; private set; }

    /// <summary>Runs <paramref name="config"/>'s process in the container, up to its execve.</summary>
    /// <param name="context">The global options.</param>
    /// <param name="options">The options of <c>exec</c>.</param>
    /// <param name="container">The container.</param>
    /// <param name="config">Its configuration, with the process in place of its own and without hooks.</param>
    /// <exception cref="ContainerException">The process could not be made.</exception>
    /// <exception cref="CgroupException">As above.</exception>
    /// <exception cref="LinuxException">As above.</exception>
    public static ExecLaunch Run(RuntimeContext context, ExecOptions options, ContainerState container, Config config)
    {
        var launch = new ExecLaunch(context, container, options, config);
        try
        {
            launch.Begin(context);
            launch.Converse();
            return launch;
        }
        catch (CgroupException e)
        {
            launch.Dispose();
            throw CgroupFailure.Of(e);
        }
        catch
        {
            launch.Dispose();
            throw;
        }
    }

    /// <summary>The process lives on.</summary>
    public void Keep() => _kept = true;

    /// <summary>The master of the terminal, which is the caller's from here on.</summary>
    public OwnedFd? TakeTerminal()
    {
        OwnedFd? terminal = Terminal;
        Terminal = null;
        return terminal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _link.Dispose();
        _seccompAgent.Dispose();
        if (!_kept)
        {
            _trace?.Undo();
            ChildReaper.KillAll();
            if (_pidFileWritten)
                PidFile.Remove(_options.PidFile!);
        }

        Terminal?.Dispose();
        _cgroup.Dispose();
    }

    private void Begin(RuntimeContext context)
    {
        _trace?.Phase("plan", "compile the plan");
        var builder = new PlanBuilder(Helper.Arena, Helper.Capacity) { TraceClock = _trace is null ? null : TracedPlan.ClockFor(_config) };
        _plan = Planner.CompileExec(_config, builder, Request(context, _options, Record.Id, Record.Bundle, Record.Rootfs));
        _trace?.Plan(_plan, ExplainedVerb.Exec);
        _trace?.Phase("open-init", "open the container's first process");
        using OwnedFd pidfd = InitProcess.TryOpen(Record)
            ?? throw new ContainerException($"cannot exec in a stopped container: {Record.Id}");
        _trace?.Phase("open-cgroup", "open the container's cgroup", group: StepGroup.Cgroup);
        _cgroup.OpenForClone();
        Record.Resctrl?.Join(Helper.Pid); // the process is born into the group of its parent, and waits for nobody
        _trace?.Phase("go", "let the helper begin");
        _link.Go(_cgroup.DirectoryFdForClone, pidfd.Value);
        _trace?.Phase("send-cgroups", "send the helper the files by which the cgroup is joined", group: StepGroup.Cgroup);
        _link.SendCgroups(_cgroup);
        if (_plan.SeccompFilter != 0)
        {
            _trace?.Phase("compile-seccomp", "compile the seccomp filter", origin: "$.linux.seccomp", group: StepGroup.Seccomp);
            SeccompFilter.Write(_config, Helper.Arena + _plan.SeccompFilter, context.Log);
            _link.Send(MessageKind.Recorded);
        }

        if (_plan.HelperIsInit)
            HasPid(Helper.Pid);
    }

    /// <summary>What an <c>exec</c> is compiled from, beside the configuration.</summary>
    internal static PlanRequest Request(
        RuntimeContext context, ExecOptions options, string id, string bundle, string rootfs, ulong? privileges = null) => new()
        {
            Id = id,
            Bundle = bundle,
            Rootfs = rootfs,
            Rootless = context.IsRootless,
            Privileges = privileges,
            NoNewKeyring = true,
            PreserveFds = options.PreserveFds,
            ListenFds = ListenFds.Count,
            ServesTerminal = options.ConsoleSocket is null,
            CgroupMounts = static () => [],
            Log = context.Log,
        };

    private void Converse()
    {
        while (true)
        {
            ChildWord word = _link.Receive();
            switch (word.Message.Kind)
            {
                case MessageKind.Settled:
                    Helper.Pid = word.Message.A;
                    break;
                case MessageKind.InitPid:
                    HasPid(word.Message.A);
                    word.Descriptor?.Dispose(); // this waits (SealedExecutable), but now the child has all that it needs from us
                    break;
                case MessageKind.Console:
                    Terminal = word.Descriptor;
                    break;
                case MessageKind.SeccompGate:
                    _seccompAgent.Expect(word);
                    break;
                case MessageKind.SeccompListener:
                    _seccompAgent.Serve(word, Pid, _config, _container);
                    break;
                case MessageKind.None when _seccompAgent.IsExpected:
                    throw SeccompAgent.NotHandedOver();
                case MessageKind.Failed:
                    throw Failure(word);
                case MessageKind.None when Pid == 0:
                    throw new ContainerException($"cannot exec in container {Record.Id}: the process ended before it was in the container");
                case MessageKind.None:
                    return;
                default:
                    throw new ContainerException($"the process says {word.Message.Kind}, which is none of its words");
            }
        }
    }

    private void HasPid(int pid)
    {
        Pid = pid;
        _trace?.HasInit();
        if (_options.PidFile is null)
            return;
        PidFile.Write(_options.PidFile, pid);
        _pidFileWritten = true;
    }

    private ContainerException Failure(in ChildWord word)
    {
        if (word.Message.Op == OpCode.JoinProcess && word.Message.B == (int)Errno.ESRCH)
            return new ContainerException($"cannot exec in a stopped container: {Record.Id}");
        return LaunchFailure.Of(word, new LaunchScene
        {
            Plan = _plan!.Builder,
            Config = _config,
            Bundle = Record.Bundle,
            Rootfs = Record.Rootfs,
            Pid = Pid != 0 ? Pid : Helper.InitPid, // it can fail before the helper's word of it is here
            Log = _log,
        });
    }
}
