using Microsoft.Extensions.Logging;
using OciSharp.Cgroups;
using OciSharp.Cgroups.Resctrl;
using OciSharp.Init;
using OciSharp.Init.Child;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Explain;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Hooks;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Network;
using OciSharp.Runtime.Notify;
using OciSharp.Runtime.Planning;
using OciSharp.Runtime.Processes;
using OciSharp.Runtime.Seccomp;
using OciSharp.Runtime.State;
using OciSharp.Runtime.Terminal;
using OciSharp.Runtime.Trace;
using OciSharp.Spec;

namespace OciSharp.Runtime.Launch;

/// <summary>
/// One launch: from a bundle to an init that waits for <c>start</c>, or that has become the user's program. What it makes on the
/// host it takes back, in the reverse order, unless <see cref="Keep"/> was called.
/// </summary>
internal sealed unsafe class ContainerLaunch : IDisposable
{
    private readonly RuntimeContext _context;
    private readonly CreateOptions _options;
    private readonly bool _waitForStart;
    private readonly bool _detaches;
    private readonly bool _rootless;
    private readonly ConfigDocument _document;
    private readonly string _bundle;

    private ChildLink? _link;
    private CgroupManager? _cgroup;
    private string _delegated = "";
    private ResctrlLaunch? _resctrl;
    private LaunchPlan? _plan;
    private ContainerRecord? _record;
    private OwnedFd? _listener;
    private HookOutput? _hookOutput;
    private HookFiles _hookFiles;
    private NetworkDevices? _networkDevices;
    private readonly SeccompAgent _seccompAgent = new();
    private bool _cgroupMade;
    private bool _cgroupsSent;
    private bool _hooksRan;
    private bool _pidFileWritten;
    private bool _kept;

    private ContainerLaunch(RuntimeContext context, CreateOptions options, bool waitForStart, bool detaches, ConfigDocument document, string bundle)
    {
        _context = context;
        _options = options;
        _waitForStart = waitForStart;
        _detaches = detaches;
        _rootless = context.IsRootless;
        _document = document;
        Config = document.Config;
        _bundle = bundle;
    }

    /// <summary>The configuration of the container, with what the caller's environment adds to it.</summary>
    public Config Config { get; private set; }

    /// <summary>Its directory, locked.</summary>
    public StateDirectory Directory { get; private set; } = null!;

    /// <summary>Its cgroup.</summary>
    public CgroupManager Cgroup => _cgroup!;

    /// <summary>What is kept about it.</summary>
    public ContainerRecord Record => _record!;

    /// <summary>Where its program says that it is ready, if somebody wants to know and nothing waits for <c>start</c>.</summary>
    public NotifySocket? Notify { get; private set; }

    /// <summary>The pid of its init.</summary>
    public int Pid { get; private set; }

    /// <summary>The socket that an annotation wants the pidfd of its init to be sent to.</summary>
    public OwnedFd? PidfdReceiver { get; private set; }

    /// <summary>The master of its terminal, once it has one.</summary>
    public OwnedFd? Terminal { get; private set; }

    /// <summary>
    /// Launches a container up to the point where it waits for <c>start</c>, or, with <paramref name="waitForStart"/> false, up to the
    /// execve of its program.
    /// </summary>
    /// <param name="context">The global options.</param>
    /// <param name="options">Those of <c>create</c>.</param>
    /// <param name="waitForStart">Whether it waits.</param>
    /// <param name="detaches">Nobody stays with the container to serve its terminal.</param>
    /// <exception cref="ContainerException">It could not be launched; the host is as it was before.</exception>
    /// <exception cref="CgroupException">As above.</exception>
    /// <exception cref="LinuxException">As above.</exception>
    public static ContainerLaunch Run(RuntimeContext context, CreateOptions options, bool waitForStart, bool detaches)
    {
        string bundle = Path.GetFullPath(options.Bundle);
        ConfigDocument document = Load(context, options, bundle, context.Log);
        context.Trace?.Phase("make-state", "make the container's directory", options.Id);
        var launch = new ContainerLaunch(context, options, waitForStart, detaches, document, bundle);
        try
        {
            launch.Begin();
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

    /// <summary>Reads and checks the configuration.</summary>
    /// <exception cref="ContainerException">The file is missing, or breaks a rule.</exception>
    internal static ConfigDocument Load(RuntimeContext context, CreateOptions options, string bundle, ILogger log)
    {
        var rules = new ValidationContext
        {
            Rootless = context.IsRootless,
            SystemdCgroup = context.CgroupManager == CgroupManagerKind.Systemd,
            NoPivot = options.NoPivot,
        };
        return ConfigDocument.Load(bundle, options.ConfigFile, rules, log, context.Trace);
    }

    /// <summary>Absolute path of the root file system.</summary>
    /// <exception cref="ContainerException">The configuration has none.</exception>
    internal static string RootfsOf(Config config, string bundle)
    {
        Root root = config.Root ?? throw new ContainerException("$.root: root must be specified: the path of the container's root file system");
        return Path.GetFullPath(root.Path, bundle);
    }

    /// <summary>The master of its terminal, which is the caller's from here on.</summary>
    public OwnedFd? TakeTerminal()
    {
        OwnedFd? terminal = Terminal;
        Terminal = null;
        return terminal;
    }

    /// <summary>The launch has succeeded: what it made stays.</summary>
    public void Keep()
    {
        _kept = true;

        // The network namespace must not outlive the container: with it the kernel gives physical devices back to the host.
        _networkDevices?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_kept)
            Undo();
        _link?.Dispose();
        Notify?.Dispose();
        _seccompAgent.Dispose();
        _listener?.Dispose();
        PidfdReceiver?.Dispose();
        _hookOutput?.Dispose();
        _networkDevices?.Dispose();
        Terminal?.Dispose();
        _cgroup?.Dispose();
        Directory?.Dispose();
    }

    /// <summary>Everything up to the child's first step.</summary>
    private void Begin()
    {
        Container.CheckTerminal(Config.Process is { Terminal: true }, _detaches, _options.ConsoleSocket is not null);
        ListenFds.Check(_options.PreserveFds);
        string rootfs = RootfsOf(Config, _bundle);
        _hookFiles = CrunAnnotations.HookFiles(Config, _bundle);
        if (CrunAnnotations.PidfdReceiver(Config, _bundle) is { } receiver)
            PidfdReceiver = DescriptorSocket.Connect(receiver, "pidfd receiver");
        Directory = StateDirectory.Create(_context, _options.Id);
        if (NotifySocket.IsWanted)
            Config = NotifySocket.Offer(Config, Directory);
        if (!_waitForStart)
            Notify = NotifySocket.Listen(Directory, _context.Log);
        _link = ChildLink.ToHelper(_context.Trace);
        _context.Trace?.Phase("find-cgroups", "find the cgroups of the host", group: StepGroup.Cgroup);
        _cgroup = CgroupManager.For(_context.CgroupManager, Config.Linux?.CgroupsPath, _options.Id, _rootless || !UserNamespace.IsInitial, Config.Annotations);
        _delegated = DelegatedCgroup.Of(Config.Annotations);
        _resctrl = Config.Linux?.IntelRdt is { } rdt ? ResctrlLaunch.For(rdt, _options.Id) : null;
        _context.Trace?.Phase("plan", "compile the plan");
        var builder = new PlanBuilder(Helper.Arena, Helper.Capacity) { TraceClock = _context.Trace is null ? null : TracedPlan.ClockFor(Config) };
        _plan = Planner.Compile(
            Config, builder, Request(_context, _options, Config, _bundle, rootfs, _waitForStart, () => _cgroup!.MountsForContainer));
        _context.Trace?.Plan(_plan, ExplainedVerb.Create);
        _context.Trace?.Phase("record-creating", "record that it is being created");

        // The record comes before all that it tells of: whoever finds the rest of a launch that was cut off can remove it.
        _record = new ContainerRecord
        {
            OciVersion = Config.OciVersion,
            Id = _options.Id,
            Bundle = _bundle,
            Rootfs = rootfs,
            Created = Timestamp.Now(),
            Owner = (uint)RawSyscall.geteuid(),
            Creating = true,
            PrivatePidNamespace = _plan.OwnPidNamespace,
            HasNoProcess = Config.Process is null,
            HasStartHooks = Config.Hooks is { StartContainer.Count: > 0 } or { Poststart.Count: > 0 },
            HasPoststopHooks = Config.Hooks?.Poststop is { Count: > 0 },
            MountBelowRoot = _plan.MountsOnHost ? RootOnHost.MountOf(rootfs) : 0,
            Annotations = Config.Annotations is { } annotations ? [.. annotations] : [],
            CgroupManager = _context.CgroupManager,
            CgroupPaths = _cgroup.Paths,
            Resctrl = _resctrl?.Group,
        };
        Directory.Save(_record);
        _context.Trace?.Phase("prepare-cgroup", "prepare the container's cgroup", group: StepGroup.Cgroup);
        _cgroup.Prepare();
        if (_cgroup.NeedsFirstProcess)
            CreateCgroup();
        if (_waitForStart)
            _context.Trace?.Phase("listen-for-start", "make the socket at which init waits for start");
        _listener = _waitForStart ? StartSocket.Listen(Directory) : null;
        _context.Trace?.Phase("go", "let the helper begin");
        _link.Go(_cgroup.DirectoryFdForClone, _listener?.Value);

        // From here on the child works beside us.
        if (!_cgroupMade)
        {
            if (!_plan.MapsUser) // else the mappings are the first thing that the child waits for
                _cgroup.Made = SendCgroups;
            CreateCgroup();
        }

        if (!_plan.MapsUser)
            ServeInit();
    }

    private void CreateCgroup()
    {
        _context.Trace?.Phase("make-cgroup", "make the container's cgroup", origin: "$.linux.cgroupsPath", group: StepGroup.Cgroup);
        _cgroup!.FirstProcess = Helper.Pid;
        _cgroup.Create(Config.Linux?.Resources);
        _cgroupMade = true;
        uint? owner = CgroupOwnership.NewOwner(Config);
        if (owner is { } user)
            _cgroup.DelegateTo(user);
        if (_delegated.Length > 0)
            _cgroup.MakeDelegated(_delegated, owner);
        _resctrl?.Create();
    }

    private void SendCgroups()
    {
        _context.Trace?.Phase("send-cgroups", "send the helper the files by which the cgroup is joined", group: StepGroup.Cgroup);
        _link!.SendCgroups(_cgroup!);
        _cgroupsSent = true;
        if (!_cgroupMade)
            _context.Trace?.Phase("limit-cgroup", "write the limits of the container's cgroup", origin: "$.linux.resources", group: StepGroup.Cgroup);
    }

    /// <summary>What init will need is sent before it asks; what it need not wait for comes after that.</summary>
    private void ServeInit()
    {
        if (!_cgroupsSent)
            SendCgroups();
        if (_delegated.Length > 0)
            _link!.SendDelegated(_cgroup!, _delegated);
        _context.Trace?.Phase("keep-config", "keep the configuration as it is now");
        Directory.SaveConfig(_document.Text);
        if (_plan!.SeccompFilter != 0)
        {
            _context.Trace?.Phase("compile-seccomp", "compile the seccomp filter", origin: "$.linux.seccomp", group: StepGroup.Seccomp);
            SeccompFilter.Write(Config, Helper.Arena + _plan.SeccompFilter, _context.Log);
        }

        if (_plan.HelperIsInit)
            HasPid(Helper.Pid);
    }

    /// <summary>What a launch is compiled from, beside the configuration.</summary>
    /// <param name="context">The global options.</param>
    /// <param name="options">Those of <c>create</c>.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="bundle">Absolute path of the bundle.</param>
    /// <param name="rootfs">As <see cref="RootfsOf"/> says.</param>
    /// <param name="waitForStart">Whether the container waits for <c>start</c>.</param>
    /// <param name="cgroupMounts">As <see cref="PlanRequest.CgroupMounts"/>.</param>
    /// <param name="privileges">As <see cref="PlanRequest.Privileges"/>: of somebody who is not us, and is the host's root.</param>
    internal static PlanRequest Request(
        RuntimeContext context, CreateOptions options, Config config, string bundle, string rootfs, bool waitForStart,
        Func<IReadOnlyList<CgroupMount>> cgroupMounts, ulong? privileges = null) => new()
        {
            Id = options.Id,
            Bundle = bundle,
            Rootfs = rootfs,
            Rootless = context.IsRootless,
            Privileges = privileges,
            MayMakeDevices = privileges is not null || UserNamespace.IsInitial,
            NoPivot = options.NoPivot,
            NoNewKeyring = options.NoNewKeyring,
            PreserveFds = options.PreserveFds,
            ListenFds = ListenFds.Count,
            ServesTerminal = options.ConsoleSocket is null,
            WaitForStart = waitForStart,
            DenySetgroups = config.Linux is { } linux && UserMappings.DeniesSetgroups(linux, context.IsRootless),
            CgroupMounts = cgroupMounts,
            HasDelegatedCgroup = DelegatedCgroup.Of(config.Annotations).Length > 0,
            Log = context.Log,
        };

    /// <summary>Answers the child until it is created, or, where nothing waits for start, has executed the program.</summary>
    private void Converse()
    {
        while (true)
        {
            ChildWord word = Receive();
            switch (word.Message.Kind)
            {
                case MessageKind.Unforeseen:
                    BeginAgain();
                    break;
                case MessageKind.Settled:
                    Helper.Pid = word.Message.A;
                    break;
                case MessageKind.MapUser:
                    UserMappings.Write(Config.Linux!, Helper.Pid, _rootless);
                    _link!.Send(MessageKind.Done);
                    ServeInit();
                    break;
                case MessageKind.Loopback:
                    RaiseLoopback(word);
                    break;
                case MessageKind.InitPid:
                    HasPid(word.Message.A);
                    word.Descriptor?.Dispose(); // this waits (SealedExecutable), but now the child has all that it needs from us
                    break;
                case MessageKind.NetworkDevices:
                    _networkDevices = NetworkDevices.Of(Pid);
                    _networkDevices.Move(Config.Linux!.NetDevices!);
                    _link!.Send(MessageKind.Done);
                    break;
                case MessageKind.Hooks:
                    RunHooks();
                    break;
                case MessageKind.Console:
                    Terminal = word.Descriptor;
                    break;
                case MessageKind.Created:
                    WritePidFile();
                    Save(_record! with { Creating = false });
                    return;
                case MessageKind.SeccompGate:
                    _seccompAgent.Expect(word);
                    break;
                case MessageKind.SeccompListener:
                    _seccompAgent.Serve(word, Pid, Config, new ContainerState(_record!, ContainerStatus.Created));
                    break;
                case MessageKind.None when _seccompAgent.IsExpected:
                    throw SeccompAgent.NotHandedOver();
                case MessageKind.Failed:
                    throw Failure(word);
                case MessageKind.None when _waitForStart || Pid == 0:
                    throw Vanished();
                case MessageKind.None:
                    WritePidFile();
                    return;
                default:
                    throw new ContainerException($"the container's init says {word.Message.Kind}, which is none of its words");
            }
        }
    }

    /// <summary>Has another helper take the place of one whose foresight was wrong.</summary>
    private void BeginAgain()
    {
        _cgroupsSent = false;
        using (_link)
        {
            Helper.ForkAgain(_plan!.Builder.Size);
            _link = ChildLink.ToHelper(_context.Trace);
            if (_cgroup!.NeedsFirstProcess)
                _cgroup.Join(Helper.Pid); // before the other one leaves: systemd ends a scope that is empty
        }

        _link.Go(_cgroup.DirectoryFdForClone, _listener?.Value);
        ServeInit();
    }

    private ChildWord Receive()
    {
        _context.Trace?.Wait();
        _hookOutput?.DrainUntilReadable(_link!.Fd);
        return _link!.Receive();
    }

    /// <summary>Init is there, and the cgroup is whole: from here on, whoever deletes the container ends what lives in it.</summary>
    private void HasPid(int pid)
    {
        Pid = pid;
        _context.Trace?.HasInit();
        ProcessIdentity identity = ProcessIdentity.Of(pid) ?? throw Vanished();
        _resctrl?.Group.Join(pid);
        Save(_record! with { Pid = pid, StartTime = identity.StartTime, Creating = _waitForStart });
        WriteHookState();
        _link!.Send(MessageKind.Recorded);
    }

    /// <summary>Init is not kept waiting: it does not end, or run what is not ours, before it knows that it is recorded, which comes after this.</summary>
    private void RaiseLoopback(in ChildWord word)
    {
        using OwnedFd socket = word.Descriptor!;
        const OpCode Step = OpCode.RaiseLoopback;
        _context.Trace?.Phase(StepTable.Of(Step).Kind, StepWords.Act(Step), "lo", "$.linux.namespaces", StepGroup.Namespaces);
        nint result = Loopback.Raise(socket.Value);
        if (result < 0)
            throw Failure(new ChildWord { Message = new Message { Kind = MessageKind.Failed, A = -1, B = (int)-result, Op = Step }, Text = "" });
    }

    private void WritePidFile()
    {
        if (_options.PidFile is null)
            return;
        PidFile.Write(_options.PidFile, Pid);
        _pidFileWritten = true;
    }

    private void Save(ContainerRecord record)
    {
        _record = record;
        Directory.Save(record);
    }

    /// <summary>
    /// config.md, POSIX-platform Hooks: prestart and createRuntime, in the runtime's namespaces, before pivot_root. They are told that
    /// the container is created: hooks are the steps after 2 of the lifecycle, and creating is step 2 (runtime.md, State).
    /// </summary>
    private void RunHooks()
    {
        Spec.Hooks hooks = Config.Hooks!;
        _hooksRan = true;
        ReadOnlyMemory<byte> state = StateJson.ForHooks(new ContainerState(_record!, ContainerStatus.Created));
        HookRunner.Run("prestart", hooks.Prestart, state, _bundle, _hookFiles, _context.Trace);
        HookRunner.Run("createRuntime", hooks.CreateRuntime, state, _bundle, _hookFiles, _context.Trace);
        if (hooks.CreateContainer is null && (_waitForStart || hooks.StartContainer is null))
        {
            _link!.Send(MessageKind.Done);
            return;
        }

        _hookOutput = HookOutput.Send(_link!, MessageKind.Done, _hookFiles);
    }

    /// <summary>Puts the state where the hooks that init runs will read it: with its pid as the container knows it (config.md, Hooks).</summary>
    private void WriteHookState()
    {
        if (_plan!.HookState == 0)
            return;
        ContainerRecord record = _plan.OwnPidNamespace ? _record! with { Pid = 1 } : _record!;
        ReadOnlySpan<byte> state = StateJson.ForHooks(new ContainerState(record, ContainerStatus.Created)).Span;
        if (state.Length >= _plan.HookStateSize)
            throw new ContainerException("the container's state does not fit into the room that was reserved for it");
        var room = new Span<byte>(Helper.Arena + _plan.HookState, (int)_plan.HookStateSize);
        state.CopyTo(room);
        room[state.Length] = 0;
    }

    private ContainerException Failure(in ChildWord word)
    {
        _hookOutput?.DrainRest();
        return LaunchFailure.Of(word, new LaunchScene
        {
            Plan = _plan!.Builder,
            Config = Config,
            Bundle = _bundle,
            Rootfs = _record?.Rootfs,
            Pid = Pid != 0 ? Pid : Helper.InitPid, // it can fail before the helper's word of it is here
            HookOutput = _hookFiles.Output is null && _hookFiles.Errors is null ? _hookOutput?.Text : null,
            Log = _context.Log,
        });
    }

    private ContainerException Vanished()
    {
        string limit = Config.Linux?.Resources?.Memory?.Limit is > 0 and long bytes ? $", $.linux.resources.memory.limit, of {bytes} bytes" : "";
        return FailureClasses.InitVanished.Failure(
            "the container's init ended before it was done, without a word: "
            + $"it was killed (by the memory limit of its cgroup{limit}, or by somebody), or refused a system call (by a security module)");
    }

    /// <summary>Ends the processes and removes all that was made.</summary>
    private void Undo()
    {
        _context.Trace?.Undo();
        _link?.Dispose();
        ChildReaper.KillAll();
        if (_pidFileWritten)
            PidFile.Remove(_options.PidFile!);
        _networkDevices?.GiveBack(_context.Log);
        if (_record is not null)
            Attempt(_record.RemoveMounts);
        if (_cgroup is not null)
            Attempt(_cgroupMade ? _cgroup.Remove : _cgroup.Abandon);
        if (_resctrl is not null)
            Attempt(_resctrl.Abandon);
        if (_hooksRan && Config.Hooks?.Poststop is { } poststop)
            HookRunner.RunAll("poststop", poststop, StateJson.ForHooks(new ContainerState(_record!, ContainerStatus.Stopped)), _context.Log, _hookFiles, _context.Trace);
        if (Directory is not null)
            Attempt(Directory.Remove);
    }

    /// <summary>One failure is being reported already; what goes wrong while cleaning up is a warning beside it.</summary>
    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is LinuxException or CgroupException or ContainerException)
        {
            _context.Log.Warn(e.Message);
        }
    }
}
