using System.Runtime.CompilerServices;

namespace OciSharp.Runtime.Doctor;

/// <summary>The lines of one group, as they are found. There are many of them: nothing here is inlined, which would double the size of the checks.</summary>
/// <param name="group">What they are about.</param>
/// <param name="all">Where they go.</param>
internal sealed class CheckList(CheckGroup group, List<Check> all)
{
    /// <summary>It is there, and as it should be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Ok(string id, string name, string detail, bool needed = false) => Add(id, name, CheckStatus.Ok, detail, [], needed);

    /// <summary>It is not there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Missing(string id, string name, string detail, string[] remedy, bool needed = false) =>
        Add(id, name, CheckStatus.Missing, detail, remedy, needed);

    /// <summary>It is there, and not as it should be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Problem(string id, string name, string detail, string[] remedy, bool needed = false) =>
        Add(id, name, CheckStatus.Problem, detail, remedy, needed);

    /// <summary>It means nothing here, or cannot be told.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void NotApplicable(string id, string name, string detail) => Add(id, name, CheckStatus.NotApplicable, detail, [], needed: false);

    private void Add(string id, string name, CheckStatus status, string detail, string[] remedy, bool needed) =>
        all.Add(new Check(group, id, name, status, detail, remedy, needed));
}
