using OciSharp.Init.Plan;
using OciSharp.Spec;
using static OciSharp.Linux.Sched;

namespace OciSharp.Runtime.Planning;

internal sealed partial class Planner
{
    /// <summary>The CLONE_NEW* flag of a namespace type of the specification.</summary>
    internal static ulong NamespaceFlag(string type) => type switch
    {
        NamespaceTypes.Pid => CLONE_NEWPID,
        NamespaceTypes.Network => CLONE_NEWNET,
        NamespaceTypes.Mount => CLONE_NEWNS,
        NamespaceTypes.Ipc => CLONE_NEWIPC,
        NamespaceTypes.Uts => CLONE_NEWUTS,
        NamespaceTypes.User => CLONE_NEWUSER,
        NamespaceTypes.Cgroup => CLONE_NEWCGROUP,
        NamespaceTypes.Time => CLONE_NEWTIME,
        _ => throw new ContainerException($"$.linux.namespaces: namespace \"{type}\" does not exist"),
    };

    private void ReadNamespaces()
    {
        foreach (LinuxNamespace space in _linux.Namespaces.AsSpan())
        {
            ulong flag = NamespaceFlag(space.Type);
            if (string.IsNullOrEmpty(space.Path))
                _newNamespaces |= flag;
            else
                _joinedNamespaces |= flag;
        }

        _plan.NewNamespaces = HasUserNamespace ? 0 : _newNamespaces;
        _result.OwnPidNamespace = (_newNamespaces & CLONE_NEWPID) != 0;
    }

    /// <summary>
    /// The host's root joins namespaces while it has the privileges of the host, and the user namespace last. Who is not root gets the
    /// privileges for everything else only in the user namespace.
    /// </summary>
    private void Namespaces()
    {
        if (!_request.Rootless)
            JoinAllButUser();
        UserNamespace();
        if (_request.Rootless)
            JoinAllButUser();
        TimeNamespace();

        _plan.Origin = new Origin("$.linux.namespaces");
        ulong made = _newNamespaces & ~(CLONE_NEWUSER | CLONE_NEWTIME | CLONE_NEWCGROUP);
        if (Has(CLONE_NEWPID | CLONE_NEWTIME))
        {
            _plan.Add(OpCode.CloneInit, x: made);
        }
        else
        {
            _result.HelperIsInit = true;
            if (made != 0)
                _plan.Add(OpCode.Unshare, x: made);
        }

        if ((made & CLONE_NEWNET) != 0)
            _plan.Add(OpCode.RaiseLoopback);
    }

    private void JoinAllButUser()
    {
        ReadOnlySpan<LinuxNamespace> spaces = _linux.Namespaces.AsSpan();
        for (int i = 0; i < spaces.Length; i++)
        {
            LinuxNamespace space = spaces[i];
            if (space.Type != NamespaceTypes.User)
                Join(space, i);
        }
    }

    private void Join(LinuxNamespace space, int index)
    {
        if (string.IsNullOrEmpty(space.Path))
            return;
        _plan.Origin = new Origin("$.linux.namespaces[#].path", index);
        _plan.Add(OpCode.JoinNamespace, x: NamespaceFlag(space.Type), s: _plan.String(space.Path));
    }

    private void UserNamespace()
    {
        if (!HasUserNamespace)
            return;
        for (int i = 0; i < _linux.Namespaces!.Count; i++)
        {
            LinuxNamespace space = _linux.Namespaces[i];
            if (space.Type == NamespaceTypes.User)
                Join(space, i);
        }

        _plan.Origin = new Origin("$.linux.uidMappings");
        if ((_newNamespaces & CLONE_NEWUSER) != 0)
        {
            _plan.Add(OpCode.UnshareUser);
            _result.MapsUser = true;
        }

        _plan.Add(OpCode.BecomeRoot);
    }

    private void TimeNamespace()
    {
        if ((_newNamespaces & CLONE_NEWTIME) == 0)
            return;
        _plan.Origin = new Origin("$.linux.namespaces");
        _plan.Add(OpCode.Unshare, x: CLONE_NEWTIME);
        if (_linux.TimeOffsets is not { Count: > 0 } offsets)
            return;
        _plan.Origin = new Origin("$.linux.timeOffsets");
        var text = new System.Text.StringBuilder();
        foreach ((string clock, LinuxTimeOffset offset) in offsets)
            text.Append($"{clock} {offset.Secs} {offset.Nanosecs}\n");
        _plan.Add(OpCode.WriteSelf, s: _plan.String("timens_offsets"u8), t: _plan.String(text.ToString()));
    }

    private void Keyring()
    {
        if (_request.NoNewKeyring)
            return;
        _plan.Origin = new Origin("$");
        _plan.Add(OpCode.SessionKeyring, s: _plan.String($"_ses.{_request.Id}"));
    }
}
