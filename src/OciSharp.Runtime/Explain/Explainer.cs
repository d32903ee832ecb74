using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Cgroups;
using OciSharp.Init;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Seccomp;
using OciSharp.Runtime.State;
using OciSharp.Spec;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Explain;

/// <summary>Reads, checks and plans as <c>create</c> and <c>exec</c> do, and shows the plan in place of running it.</summary>
internal sealed unsafe class Explainer
{
    private readonly RuntimeContext _context;
    private readonly ExplainOptions _options;
    private readonly FindingLog _findings;
    private readonly string _bundle;
    private readonly string _rootfs;
    private readonly Config _config;
    private readonly ExplainedHost _host;
    private readonly List<ExplainedStep> _steps = [];

    private Explainer(RuntimeContext context, ExplainOptions options, FindingLog findings, ExplainedHost? host)
    {
        _context = context;
        _options = options;
        _findings = findings;
        ContainerId.Validate(options.Id);
        _bundle = Path.GetFullPath(options.Bundle);
        _config = ContainerLaunch.Load(context, CreateOptions, _bundle, findings).Config;
        _rootfs = ContainerLaunch.RootfsOf(_config, _bundle);
        if (options.Verb == ExplainedVerb.Exec)
            _config = _config with { Process = ProcessOfExec(), Hooks = null };
        _host = host ?? ExplainedHost.Of(context, options.Verb, options.Id, _config, findings);
    }

    // A console socket: create with a terminal has one.
    private CreateOptions CreateOptions => new()
    {
        Id = _options.Id,
        Bundle = _options.Bundle,
        ConfigFile = _options.ConfigFile,
        ConsoleSocket = "",
        NoPivot = _options.NoPivot,
        NoNewKeyring = _options.NoNewKeyring,
        PreserveFds = _options.PreserveFds,
    };

    private ExecOptions ExecOptions => new()
    {
        Id = _options.Id,
        ProcessFile = _options.ProcessFile,
        ConsoleSocket = "",
        PreserveFds = _options.PreserveFds,
    };

    /// <summary>Explains.</summary>
    /// <param name="context">The global options; what would be logged becomes findings.</param>
    /// <param name="options">Those of <c>explain</c>.</param>
    /// <param name="host">What the host is like; null to look.</param>
    /// <exception cref="ContainerException">The configuration cannot be used: what the command would say.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    /// <exception cref="PlanTooLargeException">It is too large.</exception>
    public static ExplainedPlan Explain(RuntimeContext context, ExplainOptions options, ExplainedHost? host = null)
    {
        var findings = new FindingLog();
        var recorded = new RuntimeContext { Root = context.Root, CgroupManager = context.CgroupManager, Rootless = context.Rootless, Log = findings };
        void* arena = NativeMemory.AllocZeroed(Helper.ArenaSize);
        try
        {
            return new Explainer(recorded, options, findings, host).Run((byte*)arena);
        }
        finally
        {
            NativeMemory.Free(arena);
        }
    }

    private ExplainedPlan Run(byte* arena)
    {
        LaunchPlan plan = Compile(new PlanBuilder(arena, Helper.ArenaSize));
        if (plan.SeccompFilter != 0)
            CompileFilter(arena + plan.SeccompFilter);
        var reader = new PlanReader(arena, plan, _options.Verb);
        var runtime = new RuntimeSteps(_context.Root, _options.Id, plan, _bundle);
        Begin(plan, runtime);
        for (int i = 0; i < plan.Builder.Ops.Count; i++)
        {
            Op op = plan.Builder.Ops[i];
            if (op.Code == OpCode.AwaitRecord && _options.Verb == ExplainedVerb.Create)
                _steps.Add(runtime.RecordInit());
            _steps.Add(reader.Read(op, plan.Builder.OriginOf(i)!.Value));
            AddAfter(op, runtime);
            if (_host.LooksForPaths)
                Look(arena, op, i, plan);
        }

        for (int i = 0; i < _steps.Count; i++)
            _steps[i].Number = i + 1;
        return new ExplainedPlan
        {
            Verb = _options.Verb,
            Id = _options.Id,
            Bundle = _bundle,
            ConfigFile = ConfigDocument.PathOf(_bundle, _options.ConfigFile),
            Rootfs = _rootfs,
            Rootless = _context.IsRootless,
            Config = _config,
            Steps = _steps,
            Mounts = reader.Mounts,
            Findings = _findings.Findings,
        };
    }

    private LaunchPlan Compile(PlanBuilder builder)
    {
        if (_options.Verb == ExplainedVerb.Exec)
            return Planner.CompileExec(_config, builder, ExecLaunch.Request(_context, ExecOptions, _options.Id, _bundle, _rootfs, _host.Privileges));
        PlanRequest request = ContainerLaunch.Request(
            _context, CreateOptions, _config, _bundle, _rootfs, waitForStart: true, () => _host.CgroupMounts, _host.Privileges);
        return Planner.Compile(_config, builder, request);
    }

    private Process ProcessOfExec()
    {
        if (_options.ProcessFile is not null)
            return ExecProcess.Of(ExecOptions, _config, _findings);
        return _config.Process
            ?? throw new ContainerException("$.process: the configuration has none, so there is no process to explain: give one with --process");
    }

    private void CompileFilter(byte* area)
    {
        try
        {
            SeccompFilter.Write(_config, area, _findings);
        }
        catch (ContainerException e)
        {
            _findings.Fails(e.Message);
        }
    }

    private void Begin(LaunchPlan plan, RuntimeSteps runtime)
    {
        bool creates = _options.Verb == ExplainedVerb.Create;
        _steps.AddRange(creates ? runtime.BeforeCreate() : runtime.BeforeExec());
        _steps.Add(RuntimeSteps.Go());
        if (creates)
        {
            AddCgroup(sends: !plan.MapsUser);
            if (_host.CgroupOwner is { } owner)
                _steps.Add(CgroupSteps.GiveTo(owner));
            if (_host.MakesDelegatedCgroup && DelegatedCgroup.Of(_config.Annotations) is { Length: > 0 } delegated)
                _steps.Add(CgroupSteps.MakeDelegated(_host.CgroupMounts[0].Path, delegated, _host.CgroupOwner));
            if (_config.Linux?.IntelRdt is { } rdt)
                _steps.Add(CgroupSteps.Resctrl(rdt, _options.Id));
        }

        if (!plan.MapsUser)
            Serve(runtime);
    }

    /// <summary>Who waits to join the cgroup need not wait for its limits, unless the mappings of ids come first.</summary>
    private void AddCgroup(bool sends)
    {
        foreach (ExplainedStep step in CgroupSteps.Of(_host.CgroupActs, _config.Linux?.Resources))
        {
            if (sends && CgroupSteps.IsLimit(step) && !_host.CgroupActs.Any(act => act.Kind == CgroupActKind.StartUnit))
            {
                _steps.Add(RuntimeSteps.SendCgroups());
                sends = false;
            }

            _steps.Add(step);
        }
    }

    private void Serve(RuntimeSteps runtime)
    {
        if (!_steps.Exists(step => step.Kind == "send-cgroups"))
            _steps.Add(RuntimeSteps.SendCgroups());
        _steps.AddRange(runtime.ServeInit(_options.Verb));
    }

    /// <summary>What the runtime does at the word of a step.</summary>
    private void AddAfter(in Op op, RuntimeSteps runtime)
    {
        switch (op.Code)
        {
            case OpCode.UnshareUser:
                LinuxConfig linux = _config.Linux!;
                _steps.Add(runtime.MapUser(UserMappings.DeniesSetgroups(linux, _context.IsRootless), UserMappings.NeedsTools(linux, _context.IsRootless)));
                Serve(runtime);
                break;
            case OpCode.Ask when (MessageKind)op.X == MessageKind.NetworkDevices:
                _steps.AddRange(runtime.MoveNetworkDevices());
                break;
            case OpCode.Ask:
                _steps.AddRange(runtime.RunHooks());
                break;
            case OpCode.OpenConsole:
                _steps.Add(RuntimeSteps.TakeTerminal(_options.Verb));
                break;
            case OpCode.AwaitStart:
                _steps.AddRange(runtime.CreatedAndStarted());
                break;
            case OpCode.Seccomp when (op.Flags & Linux.Seccomp.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0:
                _steps.Add(runtime.ServeAgent());
                break;
            case OpCode.Execute:
                _steps.AddRange(runtime.Running(_options.Verb));
                break;
        }
    }

    /// <summary>A path that is not there makes the command fail: said now, in its words.</summary>
    private void Look(byte* arena, in Op op, int index, LaunchPlan plan)
    {
        string text = op.S == 0 ? "" : Marshal.PtrToStringUTF8((nint)(arena + op.S))!;
        nint errno = op.Code switch
        {
            OpCode.OpenTree or OpCode.JoinNamespace or OpCode.ChangeRoot when op.S != 0 => LookOnHost(text),
            OpCode.FindExecutable => LookInRoot(arena, op),
            _ => 0,
        };
        if (errno == 0)
            return;
        var word = new ChildWord { Message = new Message { Kind = MessageKind.Failed, Op = op.Code, A = index, B = (int)errno }, Text = text };
        _findings.Fails(LaunchFailure.Of(word, new LaunchScene { Plan = plan.Builder, Config = _config, Log = NullLogger.Instance }).Message);
    }

    private nint LookOnHost(string path)
    {
        if (_host.CgroupActs.Any(act => act.Kind == CgroupActKind.Make && act.Path == path))
            return 0; // it will be there
        nint fd = Syscall.TryOpen(Fcntl.AT_FDCWD, path, Fcntl.O_PATH);
        if (fd >= 0)
            RawSyscall.close((int)fd);
        return fd >= 0 || (fd == -(nint)Errno.EACCES && ExplainedHost.AssumesRoot(_context)) ? 0 : -fd;
    }

    /// <summary>Only what is surely not there is said: a mount may bring the program, and a directory may be closed to us.</summary>
    private nint LookInRoot(byte* arena, in Op op)
    {
        foreach (Spec.Mount mount in _config.Mounts ?? [])
        {
            if (!HoldsNoPrograms(mount.Destination))
                return 0;
        }

        nint root = Syscall.TryOpen(Fcntl.AT_FDCWD, _rootfs, Fcntl.O_PATH | Fcntl.O_DIRECTORY);
        if (root < 0)
            return 0; // which is said elsewhere
        using var opened = new OwnedFd((int)root);
        for (uint i = 0; i < op.Count; i++)
        {
            open_how how = new() { flags = Fcntl.O_PATH | (ulong)Fcntl.O_CLOEXEC, resolve = Fcntl.RESOLVE_IN_ROOT };
            nint fd = RawSyscall.openat2((int)root, arena + ((uint*)(arena + op.Data))[i], &how);
            if (fd >= 0)
                RawSyscall.close((int)fd);
            if (fd != -(nint)Errno.ENOENT && fd != -(nint)Errno.ENOTDIR)
                return 0;
        }

        return (nint)Errno.ENOENT;
    }

    private static bool HoldsNoPrograms(string destination)
    {
        string first = destination.Split('/', StringSplitOptions.RemoveEmptyEntries) is [string name, ..] ? name : "";
        return first is "proc" or "dev" or "sys" or "run" or "etc" or "tmp" && !destination.Contains("..", StringComparison.Ordinal);
    }
}
