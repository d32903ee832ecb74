using System.Runtime.InteropServices;
using OciSharp.Init.Plan;
using OciSharp.Linux;
using OciSharp.Runtime.Logging;
using OciSharp.Spec;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    private const uint DefaultUmask = 0x12; // 022, as every runtime has it
    private const uint HomeRoom = 5 + 4096;

    private ulong _warnedCapabilities;

    private Process? Process => _config.Process;

    private void WorkingDirectoryExists()
    {
        if (Process is null || Process.Cwd == "/")
            return;
        _plan.Origin = new Origin("$.process.cwd");
        _plan.Add(OpCode.Target, s: _plan.String(Process.Cwd));
    }

    /// <summary>From here on, init turns into the user's process; its last step is execve.</summary>
    private void UserProcess()
    {
        JoinCgroups();
        if (Process is null)
        {
            // runtime.md, Create: the process may be absent; start is what fails then. There is nothing to wait for but that.
            AwaitRecord();
            AnyProcessor();
            _plan.Origin = new Origin("$.process");
            _plan.Add(OpCode.Descriptors);
            _plan.Add(OpCode.AwaitStart);
            return;
        }

        _plan.Origin = new Origin("$.process.terminal");
        _plan.Add(OpCode.NewSession);
        Limits();
        Labels();
        Credentials();
        Program();
    }

    /// <summary>
    /// In a user namespace nobody may raise a hard limit: the host's root does so before it enters. Nothing is lowered here, since what
    /// is ahead may still need it.
    /// </summary>
    private void HardLimits()
    {
        if (!HasUserNamespace || _request.Rootless)
            return;
        for (int i = 0; i < (Process?.Rlimits?.Count ?? 0); i++)
        {
            PosixRlimit limit = Process!.Rlimits![i];
            _plan.Origin = new Origin("$.process.rlimits[#]", i);
            _plan.Add(OpCode.RaiseHardLimit, x: (ulong)RlimitTypes.Number(limit.Type), y: limit.Hard);
        }
    }

    private void Limits()
    {
        ReadOnlySpan<PosixRlimit> limits = Process!.Rlimits.AsSpan();
        for (int i = 0; i < limits.Length; i++)
        {
            PosixRlimit limit = limits[i];
            _plan.Origin = new Origin("$.process.rlimits[#]", i);
            ReadOnlySpan<ulong> values = [limit.Soft, limit.Hard];
            _plan.Add(OpCode.ResourceLimit, x: (ulong)RlimitTypes.Number(limit.Type), data: _plan.Bytes(MemoryMarshal.AsBytes(values)));
        }

        if (Process.Scheduler is { } scheduler)
        {
            AnyProcessor(); // SCHED_DEADLINE is for those who have them all
            _plan.Origin = new Origin("$.process.scheduler");
            sched_attr attributes = Scheduling.Attributes(scheduler);
            _plan.Add(OpCode.Scheduler, data: _plan.Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<sched_attr>(in attributes))));
        }

        if (Process.IoPriority is { } priority)
        {
            _plan.Origin = new Origin("$.process.ioPriority");
            _plan.Add(OpCode.IoPriority, x: Scheduling.IoPriority(priority));
        }

        if (_linux.MemoryPolicy is { } policy)
        {
            _plan.Origin = new Origin("$.linux.memoryPolicy");
            (ulong mode, ulong[] nodes) = Scheduling.MemoryPolicy(policy);
            _plan.Add(
                OpCode.MemoryPolicy,
                x: mode,
                y: nodes.Length == 0 ? 0 : ((ulong)nodes.Length * 64) + 1,
                data: nodes.Length == 0 ? 0 : _plan.Bytes(MemoryMarshal.AsBytes<ulong>(nodes)));
        }

        if (_linux.Personality is { } personality)
        {
            _plan.Origin = new Origin("$.linux.personality");
            _plan.Add(OpCode.Personality, x: personality.Domain == PersonalityDomains.LINUX32 ? 8UL : 0);
        }
    }

    private void Labels()
    {
        if (Process!.ApparmorProfile is { Length: > 0 } profile)
        {
            PrivateProc();
            _plan.Origin = new Origin("$.process.apparmorProfile");
            _plan.Add(
                OpCode.Label, s: _plan.String($"exec {profile}"), t: _plan.String("apparmor/exec"u8), x: _plan.String("exec"u8));
        }

        if (Process.SelinuxLabel is { Length: > 0 } label)
        {
            PrivateProc();
            _plan.Origin = new Origin("$.process.selinuxLabel");
            _plan.Add(OpCode.Label, s: _plan.String(label), t: _plan.String("exec"u8));
        }
    }

    private void Credentials()
    {
        User user = Process!.User;
        if (Process.NoNewPrivileges)
        {
            _plan.Origin = new Origin("$.process.noNewPrivileges");
            _plan.Add(OpCode.NoNewPrivileges);
        }

        // Without the property the process has none, as with runc: privileges are given, not left.
        LinuxCapabilities capabilities = Process.Capabilities ?? new LinuxCapabilities();
        _plan.Origin = new Origin("$.process.capabilities.bounding");
        _plan.Add(OpCode.BoundCapabilities, x: Mask(capabilities.Bounding), y: HostCapabilities.Count);

        _plan.Origin = new Origin("$.process.cwd");
        _plan.Add(OpCode.ChangeDirectory, s: _plan.String(Process.Cwd));

        _plan.Origin = new Origin("$.process.user");
        IReadOnlyList<uint>? groups = user.AdditionalGids;
        uint groupsAt = 0;
        if (groups is { Count: > 0 })
        {
            uint[] list = new uint[groups.Count];
            for (int i = 0; i < list.Length; i++)
                list[i] = groups[i];
            groupsAt = _plan.Numbers(list);
        }

        _plan.Add(
            OpCode.User,
            flags: _request.DenySetgroups || CrunAnnotations.KeepsGroups(_config) ? 1u : 0,
            x: user.Uid,
            y: user.Gid,
            data: groupsAt,
            count: (uint)(groups?.Count ?? 0));
        ulong needed = NeededForSeccomp;
        _plan.Origin = new Origin("$.process.capabilities");
        ulong permitted = Mask(capabilities.Permitted);
        ulong effective = Mask(capabilities.Effective) & permitted;
        ulong inheritable = Mask(capabilities.Inheritable);
        ReadOnlySpan<ulong> sets = [effective | needed, permitted | needed, inheritable, AmbientOf(Mask(capabilities.Ambient), permitted & inheritable)];
        _plan.Add(OpCode.Capabilities, data: _plan.Bytes(MemoryMarshal.AsBytes(sets)));

        _plan.Origin = new Origin("$.process.cwd");
        _plan.Add(OpCode.CheckDirectory);
        _plan.Origin = new Origin("$.process.user.umask");
        _plan.Add(OpCode.FileMode, x: user.Umask ?? DefaultUmask);
    }

    /// <summary>The kernel raises in the ambient set only what is permitted and inheritable; the rest is left out, as by runc.</summary>
    private ulong AmbientOf(ulong wanted, ulong possible)
    {
        if ((wanted & ~possible) != 0)
            _request.Log.Detail("$.process.capabilities.ambient: capabilities that are not both permitted and inheritable cannot be ambient and are left out");
        return wanted & possible;
    }

    private ulong Mask(IReadOnlyList<string>? names)
    {
        // A user namespace gives all of them; else nobody can give what they do not have.
        ulong available = HasUserNamespace || _request.Rootless ? ulong.MaxValue : _request.Privileges ?? HostCapabilities.Permitted;
        ulong mask = 0;
        foreach (string name in names.AsSpan())
        {
            int number = CapabilityNames.Number(name);

            // Validation has warned of names that nobody knows; the kernel refuses those that only it does not know.
            if (number < 0 || (uint)number >= HostCapabilities.Count)
                continue;
            if ((available & (1UL << number)) != 0)
                mask |= 1UL << number;
            else if ((_warnedCapabilities & (1UL << number)) == 0)
                _request.Log.Warn($"$.process.capabilities: {name} cannot be given to the container, as the runtime does not have it");
            _warnedCapabilities |= 1UL << number & ~available;
        }

        return mask;
    }

    private void Program()
    {
        ReadOnlySpan<string> args = Process!.Args.AsSpan();
        List<string> environment = ProgramEnvironment(out bool hasHome, out string? path);
        uint arguments = _plan.Vector(args);
        uint variables = _plan.Vector(environment.AsSpan(), spare: hasHome ? 0 : 1);

        _plan.Origin = new Origin("$.process.env");
        if (!hasHome)
        {
            _plan.Add(
                OpCode.Home, x: Process.User.Uid, data: variables, count: (uint)environment.Count, t: _plan.Reserve(HomeRoom, 1));
        }

        _plan.Origin = new Origin("$.process.args[0]");
        uint[] candidates = Candidates(args[0], path);
        _plan.Add(
            OpCode.FindExecutable, s: _plan.String(args[0]), data: _plan.Numbers(candidates), count: (uint)candidates.Length);
        AwaitRecord();
        AnyProcessor();
        _plan.Origin = new Origin("$.process");
        _plan.Add(OpCode.Descriptors, x: (ulong)(_request.PreserveFds + _request.ListenFds));
        if (_request.WaitForStart)
            _plan.Add(OpCode.AwaitStart);
        ContainerHooks("$.hooks.startContainer[#]", _config.Hooks?.StartContainer);
        _plan.Origin = new Origin("$.process.args");
        _plan.Add(OpCode.UnblockSignals);
        SeccompFilter();
        _plan.Origin = new Origin("$.process.args");
        _plan.Add(OpCode.Execute, data: arguments, s: variables);
    }

    /// <summary>Lets, once, the child have its parent's processors again: it is about to wait, or to run what is not ours.</summary>
    private void AnyProcessor()
    {
        if (_hasProcessors)
            return;
        _hasProcessors = true;
        _plan.Origin = new Origin("$");
        _plan.Add(OpCode.AnyProcessor);
    }

    /// <summary>The variables of the configuration; of duplicates, the last one counts.</summary>
    private List<string> ProgramEnvironment(out bool hasHome, out string? path)
    {
        hasHome = false;
        path = null;
        ReadOnlySpan<string> all = Process!.Env.AsSpan();
        var result = new List<string>(all.Length + 1);
        for (int i = 0; i < all.Length; i++)
        {
            ReadOnlySpan<char> name = all[i].AsSpan(0, all[i].IndexOf('=') + 1);
            int same = -1;
            for (int j = 0; j < result.Count && same < 0; j++)
            {
                if (result[j].AsSpan().StartsWith(name, StringComparison.Ordinal))
                    same = j;
            }

            if (same >= 0)
                result[same] = all[i];
            else
                result.Add(all[i]);
            if (name is "PATH=")
                path = all[i][5..];
            hasHome |= name is "HOME=" && all[i].Length > 5;
        }

        // sd_listen_fds(3): the program is told of the descriptors that we hand on, as its own.
        if (_request.ListenFds > 0)
        {
            result.RemoveAll(static variable => variable.StartsWith("LISTEN_FDS=", StringComparison.Ordinal) || variable.StartsWith("LISTEN_PID=", StringComparison.Ordinal));
            result.Add($"LISTEN_FDS={_request.ListenFds}");
            result.Add("LISTEN_PID=1");
        }

        if (!hasHome)
            result.RemoveAll(static variable => variable == "HOME=");
        return result;
    }

    /// <summary>A name with a slash is a path; any other is looked for in the container's own PATH.</summary>
    private uint[] Candidates(string program, string? path)
    {
        if (program.Contains('/'))
            return [_plan.String(program)];
        string[] directories = (path ?? "").Split(':');
        var candidates = new List<uint>(directories.Length);
        foreach (string directory in directories)
        {
            // A relative directory would make the working directory part of the search.
            if (directory.StartsWith('/') && program.Length > 0)
                candidates.Add(_plan.String(Path.Join(directory, program)));
        }

        return [.. candidates];
    }
}
