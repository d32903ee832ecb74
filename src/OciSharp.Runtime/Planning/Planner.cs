using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Mount;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Planning;

/// <summary>
/// Compiles a checked configuration into the steps of the child. The order of the calls in <see cref="Compile"/> is the order of the
/// launch; nothing on the host is touched.
/// </summary>
internal sealed partial class Planner
{
    private readonly PlanRequest _request;
    private readonly Config _config;
    private readonly PlanBuilder _plan;
    private readonly LaunchPlan _result;
    private readonly LinuxConfig _linux;

    private bool _joinedCgroups;
    private bool _recorded;
    private bool _hasProcessors;
    private bool _procReady;
    private ulong _newNamespaces;
    private ulong _joinedNamespaces;

    private Planner(Config config, PlanBuilder plan, PlanRequest request)
    {
        _config = config;
        _linux = config.Linux ?? NoLinux;
        _plan = plan;
        _request = request;
        _result = new LaunchPlan { Config = config, Builder = plan };
    }

    private static LinuxConfig NoLinux { get; } = new();

    private bool HasUserNamespace => Has(CLONE_NEWUSER);

    private bool HasMountNamespace => Has(CLONE_NEWNS);

    /// <summary>Compiles <paramref name="config"/>, which has passed validation.</summary>
    /// <exception cref="ContainerException">The configuration asks for what cannot be had together.</exception>
    /// <exception cref="PlanTooLargeException">It does not fit into the arena.</exception>
    public static LaunchPlan Compile(Config config, PlanBuilder plan, PlanRequest request)
    {
        var planner = new Planner(config, plan, request);
        planner.ReadNamespaces();
        if (planner.HasMountNamespace)
            planner.PlanWithMounts();
        else
            planner.PlanOnHost();
        plan.Finish();
        return planner._result;
    }

    private bool Has(ulong flag) => ((_newNamespaces | _joinedNamespaces) & flag) != 0;

    private void PlanWithMounts()
    {
        OomScore();
        Settle();
        HardLimits();
        OpenEarlyTrees();
        Namespaces();

        Keyring();
        MountNamespaceRoot();

        // A user namespace is given a procfs only while it sees a whole one; later, parts of the container's are covered.
        if (_linux.Sysctl is { Count: > 0 } || Process is { ApparmorProfile.Length: > 0 } or { SelinuxLabel.Length: > 0 })
            PrivateProc();
        MountTree();
        NetworkDevices();
        HooksBeforePivot();
        ReadonlyPaths();
        MaskedPaths();

        EnterRoot();
        Names();
        Sysctls();
        RootProperties();
        UserProcess();
    }

    /// <summary>
    /// A container in the mount namespace of the host. What it mounts lies below a mount of ours at its root, which delete takes
    /// away; where there is nothing to mount, the root is entered as it is. (maskedPaths and readonlyPaths are refused with the other rules.)
    /// </summary>
    private void PlanOnHost()
    {
        _result.MountsOnHost = _config.Mounts is { Count: > 0 } || _config.Root is { Readonly: true };
        if (_result.MountsOnHost && (HasUserNamespace || _request.Rootless))
        {
            throw new ContainerException(
                "$.linux.namespaces: mounts, root.readonly: a user namespace may mount nothing in the mount namespace of the host; add {\"type\": \"mount\"}");
        }

        OomScore();
        Settle();
        HardLimits();
        Namespaces();
        Keyring();
        if (_result.MountsOnHost)
            MountRootOnHost();
        NetworkDevices();
        HooksBeforePivot();
        _plan.Origin = new Origin("$.root.path");
        _plan.Add(OpCode.ChangeRoot, s: _result.MountsOnHost ? 0 : _plan.String(_request.Rootfs));
        Names();
        Sysctls();
        if (_result.MountsOnHost)
            RootProperties();
        UserProcess();
    }

    private void MountRootOnHost()
    {
        OpenRoot();
        _plan.Add(OpCode.AttachRootOnHost, slot: Slot.Root, s: _plan.String(_request.Rootfs));
        MountTree();
    }

    /// <summary>What is mounted and made in the container's root before it is entered.</summary>
    private void MountTree()
    {
        Mounts();
        DefaultDevices();
        ConfiguredDevices();
        Console();
        WorkingDirectoryExists();
    }

    /// <summary>With a user namespace, the helper is in the unified cgroup already when it makes init.</summary>
    private void Settle()
    {
        if (!Has(CLONE_NEWUSER) || !Has(CLONE_NEWPID | CLONE_NEWTIME))
            return;
        _plan.Origin = new Origin("$.linux.cgroupsPath");
        _plan.Add(OpCode.Settle);
    }

    private void OomScore()
    {
        if (_config.Process?.OomScoreAdj is not { } score)
            return;
        _plan.Origin = new Origin("$.process.oomScoreAdj");
        _plan.Add(OpCode.WriteSelf, s: _plan.String("oom_score_adj"u8), t: _plan.String(score.ToString()));
    }

    /// <summary>Joins, once, the cgroups that the parent has made; then makes the cgroup namespace, whose root they are, and goes on into the one below that is delegated.</summary>
    private void JoinCgroups()
    {
        if (_joinedCgroups)
            return;
        _joinedCgroups = true;
        _plan.Origin = new Origin("$.linux.cgroupsPath");
        _plan.Add(OpCode.JoinCgroups);
        if ((_newNamespaces & CLONE_NEWCGROUP) != 0)
        {
            _plan.Origin = new Origin("$.linux.namespaces");
            _plan.Add(OpCode.Unshare, x: CLONE_NEWCGROUP);
        }

        if (_request.HasDelegatedCgroup)
        {
            _plan.Origin = new Origin("$.annotations");
            _plan.Add(OpCode.JoinCgroups, x: 1);
        }
    }

    /// <summary>Waits, once, for the parent to have written down init's pid, before anything that others could notice.</summary>
    private void AwaitRecord()
    {
        if (_recorded)
            return;
        _recorded = true;
        _plan.Origin = new Origin("$");
        _plan.Add(OpCode.AwaitRecord);
    }

    /// <summary>Waits for the parent to move devices here: before hooks that may look for them, and sysctls that may be about them.</summary>
    private void NetworkDevices()
    {
        if (_linux.NetDevices is not { Count: > 0 })
            return;
        JoinCgroups();
        AwaitRecord();
        _plan.Origin = new Origin("$.linux.netDevices");
        _plan.Add(OpCode.Ask, x: (ulong)MessageKind.NetworkDevices);
    }

    private void HooksBeforePivot()
    {
        if (_config.Hooks is not { } hooks)
            return;
        ReserveHookState(hooks);
        bool startsHere = hooks.StartContainer is not null && !_request.WaitForStart;
        if (hooks.Prestart is null && hooks.CreateRuntime is null && hooks.CreateContainer is null && !startsHere)
            return;
        JoinCgroups();
        AwaitRecord();
        _plan.Origin = new Origin("$.hooks");
        _plan.Add(OpCode.Ask, slot: Slot.HookOutput, x: (ulong)MessageKind.Hooks);
        _result.AsksForHooks = true;
        ContainerHooks("$.hooks.createContainer[#]", hooks.CreateContainer);
    }

    private void ReserveHookState(Spec.Hooks hooks)
    {
        if (hooks.CreateContainer is null && hooks.StartContainer is null)
            return;

        // The state is known only when init has a pid: the parent writes it here then. What varies is short.
        const uint Fixed = 2048;
        uint size = Fixed + (2 * (uint)(_request.Bundle.Length + _request.Id.Length));
        if (_config.Annotations is { } annotations)
        {
            foreach ((string key, string value) in annotations)
                size += 8 + (6 * (uint)(key.Length + value.Length));
        }

        _result.HookStateSize = size;
        _result.HookState = _plan.Reserve(size, 1);
    }

    private void ContainerHooks(string path, IReadOnlyList<Hook>? hooks)
    {
        for (int i = 0; hooks is not null && i < hooks.Count; i++)
        {
            AnyProcessor();
            Hook hook = hooks[i];
            _plan.Origin = new Origin(path, i);
            _plan.Add(
                OpCode.RunHook,
                x: (ulong)(hook.Timeout ?? 0),
                s: _plan.String(hook.Path),
                data: _plan.Vector(hook.Args is { Count: > 0 } args ? args.AsSpan() : [hook.Path]),
                t: _plan.Vector((hook.Env ?? _config.Process?.Env).AsSpan()),
                count: _result.HookState);
        }
    }

    private void Names()
    {
        if (_config.Hostname is { Length: > 0 } hostname)
        {
            _plan.Origin = new Origin("$.hostname");
            Named(OpCode.Hostname, hostname);
        }

        if (_config.Domainname is { Length: > 0 } domainname)
        {
            _plan.Origin = new Origin("$.domainname");
            Named(OpCode.Domainname, domainname);
        }
    }

    private void Named(OpCode code, string name) =>
        _plan.Add(code, s: _plan.String(name), count: (uint)System.Text.Encoding.UTF8.GetByteCount(name));

    private void Sysctls()
    {
        if (_linux.Sysctl is null)
            return;
        foreach ((string name, string value) in _linux.Sysctl)
        {
            PrivateProc();
            _plan.Origin = new Origin($"$.linux.sysctl.{name}");

            // As sysctl(8): dots separate, unless a slash comes first; then it is the other way round.
            string path = name.Replace('.', '/');
            int slash = name.IndexOf('/');
            if (slash >= 0 && name.IndexOf('.') is int dot && (dot < 0 || slash < dot))
                path = name;
            else if (slash >= 0)
                path = string.Create(name.Length, name, static (to, from) =>
                {
                    for (int i = 0; i < to.Length; i++)
                        to[i] = from[i] switch { '.' => '/', '/' => '.', char c => c };
                });
            _plan.Add(OpCode.Sysctl, s: _plan.String(path), t: _plan.String(value));
        }
    }

    /// <summary>A procfs that is attached nowhere, for what is written to /proc.</summary>
    private void PrivateProc()
    {
        if (_procReady)
            return;
        _procReady = true;
        _plan.Origin = new Origin("$");
        _plan.Add(
            OpCode.MountFileSystem,
            slot: Slot.Proc,
            flags: 1 /* detached */,
            x: MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
            s: _plan.String("proc"u8),
            t: _plan.String("proc"u8));
    }
}
