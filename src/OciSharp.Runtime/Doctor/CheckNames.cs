namespace OciSharp.Runtime.Doctor;

/// <summary>The words for what a check found, and what it is about.</summary>
internal static class CheckNames
{
    /// <summary>A status, as JSON has it.</summary>
    public static string Of(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Missing => "missing",
        CheckStatus.Problem => "problem",
        _ => "not-applicable",
    };

    /// <summary>A group.</summary>
    public static string Of(CheckGroup group) => group switch
    {
        CheckGroup.Kernel => "kernel",
        CheckGroup.Namespaces => "namespaces",
        CheckGroup.Cgroups => "cgroups",
        CheckGroup.Security => "security",
        CheckGroup.Runtime => "runtime",
        _ => "engines",
    };
}
