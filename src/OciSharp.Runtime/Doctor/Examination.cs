using System.Globalization;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Doctor;

/// <summary>What a host can do for one user, line by line.</summary>
public sealed class Examination
{
    private Examination(Host host, Subject subject, List<Check> checks)
    {
        User = subject.User;
        Uid = host.Uid;
        Rootless = subject.Rootless;
        Root = subject.Root;
        Executable = subject.Executable;
        string release = host.Read("/proc/sys/kernel/osrelease").Trimmed;
        Kernel = release.Length == 0 ? null : release;
        Checks = checks;
    }

    /// <summary>The name of the user, or the number.</summary>
    public string User { get; }

    /// <summary>The user's number.</summary>
    public uint Uid { get; }

    /// <summary>Examined for an ordinary user.</summary>
    public bool Rootless { get; }

    /// <summary>The directory of the containers' state; null where it cannot be told.</summary>
    public string? Root { get; }

    /// <summary>The executable that runs; null where it cannot be told.</summary>
    public string? Executable { get; }

    /// <summary>The release of the kernel; null where it cannot be told.</summary>
    public string? Kernel { get; }

    /// <summary>The lines, group by group.</summary>
    public IReadOnlyList<Check> Checks { get; }

    /// <summary>All that is needed to run containers as this user is there.</summary>
    public bool IsFit
    {
        get
        {
            foreach (Check check in Checks)
            {
                if (check.Prevents)
                    return false;
            }

            return true;
        }
    }

    /// <summary>
    /// Examines this host for this process's user. Nothing on it is changed, but this process ends in namespaces of its own where it may make
    /// them: it is not good for anything else afterwards.
    /// </summary>
    /// <param name="context">The global options; an empty root directory is that which the user has by default.</param>
    public static Examination Of(RuntimeContext context) => Of(context, new Host());

    internal static Examination Of(RuntimeContext context, Host host)
    {
        string? root = context.Root;
        string? trouble = null;
        try
        {
            if (root.Length == 0)
                root = DefaultRoot.Name();
        }
        catch (ContainerException e)
        {
            (root, trouble) = (null, e.Message);
        }

        uint uid = host.Uid;
        return Of(host, new Subject
        {
            Rootless = context.Rootless ?? uid != 0,
            User = host.UserName(uid) ?? uid.ToString(CultureInfo.InvariantCulture),
            Root = root,
            RootTrouble = trouble,
            Cgroups = context.CgroupManager,
            Executable = host.Executable,
        });
    }

    private static Examination Of(Host host, Subject subject)
    {
        var all = new List<Check>();
        CheckList Group(CheckGroup group) => new(group, all);
        KernelChecks.Add(host, subject, Group(CheckGroup.Kernel));
        NamespaceChecks.Add(host, subject, Group(CheckGroup.Namespaces));
        bool unified = CgroupChecks.Add(host, subject, Group(CheckGroup.Cgroups));
        KernelChecks.AddBpf(host, Group(CheckGroup.Kernel), needed: unified && !subject.Rootless);
        SecurityChecks.Add(host, subject, Group(CheckGroup.Security));
        RuntimeChecks.Add(host, subject, Group(CheckGroup.Runtime));
        EngineChecks.AddAll(host, subject, Group(CheckGroup.Engines));
        var examination = new Examination(host, subject, all);

        // Behind all that is read: from here on we are nobody in particular.
        NamespaceChecks.AddProbe(host, subject, Group(CheckGroup.Namespaces));
        Sort(all);
        return examination;
    }

    /// <summary>By groups; within them the order stays.</summary>
    private static void Sort(List<Check> checks)
    {
        for (int i = 1; i < checks.Count; i++)
        {
            Check check = checks[i];
            int to = i;
            for (; to > 0 && checks[to - 1].Group > check.Group; to--)
                checks[to] = checks[to - 1];
            checks[to] = check;
        }
    }
}
