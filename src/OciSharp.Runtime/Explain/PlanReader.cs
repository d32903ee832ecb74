using System.Runtime.InteropServices;
using System.Text;
using OciSharp.Init.Plan;
using OciSharp.Runtime.Launch;
using OciSharp.Runtime.Logging;
using OciSharp.Runtime.Planning;

namespace OciSharp.Runtime.Explain;

/// <summary>
/// Reads the steps of a compiled plan back, in order, as the child would run them: what is in which slot at each step is kept, so that
/// a step can say which mount it is about. Nothing is done.
/// </summary>
internal sealed unsafe partial class PlanReader
{
    private readonly byte* _arena;
    private readonly LaunchPlan _plan;
    private readonly ExplainedVerb _verb;
    private readonly Dictionary<uint, Held> _slots = [];
    private readonly List<PlannedMount> _mounts = [];
    private Actor _by;
    private string _origin = "$";

    /// <param name="arena">The memory that the plan was compiled into.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="verb">What it was compiled for.</param>
    public PlanReader(byte* arena, LaunchPlan plan, ExplainedVerb verb)
    {
        _arena = arena;
        _plan = plan;
        _verb = verb;
        _by = plan.HelperIsInit ? Actor.Init : Actor.Helper;
    }

    /// <summary>The mounts that the steps so far lead to.</summary>
    public IReadOnlyList<PlannedMount> Mounts => _mounts;

    /// <summary>Reads the next step.</summary>
    /// <param name="op">The step.</param>
    /// <param name="origin">The part of config.json that it comes from.</param>
    public ExplainedStep Read(in Op op, Origin origin)
    {
        _origin = origin.ToString();
        Actor by = _by;
        Told told = Tell(op);
        if (op.Code == OpCode.CloneInit)
            _by = Actor.Init;
        StepEntry entry = StepTable.Of(op.Code);
        return new ExplainedStep
        {
            By = by,
            Group = told.Group ?? entry.Group,
            Kind = entry.Kind,
            Act = StepWords.Act(op.Code),
            Detail = told.Detail,
            Origin = _origin,
            Why = told.Why ?? entry.Why,
            Operands = told.Operands,
            Calls = told.Calls,
        };
    }

    private Told Tell(in Op op) => op.Code switch
    {
        OpCode.WriteSelf => WriteSelf(op),
        OpCode.Settle => Settle(),
        OpCode.JoinNamespace => JoinNamespace(op),
        OpCode.JoinProcess => JoinProcess(op),
        OpCode.Affinity => Affinity(op),
        OpCode.AnyProcessor => AnyProcessor(),
        OpCode.UnshareUser => UnshareUser(),
        OpCode.BecomeRoot => BecomeRoot(),
        OpCode.Unshare => Unshare(op),
        OpCode.CloneInit => CloneInit(op),
        OpCode.Ask => Ask(op),
        OpCode.JoinCgroups => JoinCgroups(op),
        OpCode.AwaitRecord => AwaitRecord(),
        OpCode.AwaitStart => AwaitStart(),
        OpCode.OpenTree => OpenTree(op),
        OpCode.MakeIdMap => MakeIdMap(op),
        OpCode.PropagateHostRoot => PropagateHostRoot(op),
        OpCode.AttachRoot => AttachRoot(op),
        OpCode.AttachRootOnHost => AttachRootOnHost(op),
        OpCode.OpenRoot => OpenRoot(),
        OpCode.Target => Target(op),
        OpCode.MountPoint => MountPoint(op),
        OpCode.MountFileSystem => MountFileSystem(op),
        OpCode.MountClassic => MountClassic(op),
        OpCode.AttachTree => AttachTree(op),
        OpCode.KeepMount => KeepMount(op),
        OpCode.ChangeMount => ChangeMount(op),
        OpCode.CopyUp => CopyUp(),
        OpCode.PivotRoot => PivotRoot(),
        OpCode.MoveRoot => MoveRoot(),
        OpCode.ChangeRoot => ChangeRoot(op),
        OpCode.PropagateRoot => PropagateRoot(op),
        OpCode.RootReadonly => RootReadonly(),
        OpCode.OpenNull => OpenNull(),
        OpCode.MaskPath => MaskPath(op),
        OpCode.ReadonlyPath => ReadonlyPath(op),
        OpCode.MakeDevice => MakeDevice(op),
        OpCode.MakeSymlink => MakeSymlink(op),
        OpCode.OpenConsole => OpenConsole(op),
        OpCode.Hostname => Hostname(op, "sethostname"),
        OpCode.Domainname => Hostname(op, "setdomainname"),
        OpCode.Sysctl => Sysctl(op),
        OpCode.RaiseLoopback => new Told("lo", [("name", "lo")], ["socket(AF_UNIX)", "ioctl(SIOCSIFFLAGS, lo, IFF_UP)"]),
        OpCode.SessionKeyring => SessionKeyring(op),
        OpCode.RunHook => RunHook(op),
        OpCode.NewSession => NewSession(),
        OpCode.ChangeDirectory => ChangeDirectory(op),
        OpCode.RaiseHardLimit => RaiseHardLimit(op),
        OpCode.ResourceLimit => ResourceLimit(op),
        OpCode.Scheduler => Scheduler(op),
        OpCode.IoPriority => IoPriority(op),
        OpCode.MemoryPolicy => MemoryPolicy(op),
        OpCode.Personality => Personality(op),
        OpCode.FileMode => FileMode(op),
        OpCode.NoNewPrivileges => NoNewPrivileges(),
        OpCode.Label => Label(op),
        OpCode.BoundCapabilities => BoundCapabilities(op),
        OpCode.User => User(op),
        OpCode.Capabilities => Capabilities(op),
        OpCode.CheckDirectory => CheckDirectory(),
        OpCode.Home => Home(op),
        OpCode.FindExecutable => FindExecutable(op),
        OpCode.UnblockSignals => UnblockSignals(),
        OpCode.Descriptors => Descriptors(op),
        OpCode.SeccompGate => SeccompGate(op),
        OpCode.Seccomp => Seccomp(op),
        OpCode.Execute => Execute(op),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op.Code, "a step without a reading"),
    };

    /// <summary>The string at an offset; empty for 0.</summary>
    private string Text(uint offset) => offset == 0 ? "" : Marshal.PtrToStringUTF8((nint)(_arena + offset))!;

    private ReadOnlySpan<uint> Numbers(uint offset, uint count) => new(_arena + offset, (int)count);

    private ReadOnlySpan<ulong> Words(uint offset, int count) => new(_arena + offset, count);

    /// <summary>The texts of a vector for execve(2).</summary>
    private string[] Vector(uint offset)
    {
        var texts = new List<string>();
        for (ulong* entry = (ulong*)(_arena + offset); offset != 0 && *entry != 0; entry++)
            texts.Add(Text((uint)*entry));
        return [.. texts];
    }

    private Held In(uint slot) => _slots.TryGetValue(slot, out Held? held) ? held : new Held("nothing", null);

    /// <summary>A text as a C string literal.</summary>
    private static string C(string text) => LogEscape.Quoted(text);

    /// <summary>A block of text as a C string literal, cut if it is long.</summary>
    private static string Block(string text) => text.Length <= 120 ? C(text) : C(text[..100]) + "...";

    private static string Argv(string[] texts)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < texts.Length; i++)
            text.Append(i == 0 ? "" : ", ").Append(C(texts[i]));
        return text.Append(']').ToString();
    }

    private static string List(IEnumerable<string> texts, string none = "none")
    {
        string list = string.Join(", ", texts);
        return list.Length == 0 ? none : list;
    }

    /// <summary>What a slot holds.</summary>
    /// <param name="What">In words.</param>
    /// <param name="Mount">The mount that it is, if it is one.</param>
    private sealed record Held(string What, PlannedMount? Mount);

    /// <summary>What one handler tells of its step.</summary>
    private readonly record struct Told(string Detail, Operand[] Operands, string[] Calls)
    {
        /// <summary>In place of the table's, where that depends on the operands.</summary>
        public string? Why { get; init; }

        /// <summary>As <see cref="Why"/>.</summary>
        public StepGroup? Group { get; init; }
    }
}
