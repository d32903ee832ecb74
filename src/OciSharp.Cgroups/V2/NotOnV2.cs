namespace OciSharp.Cgroups.V2;

/// <summary>
/// Values of the configuration that only cgroup v1 can do: <c>config-linux.md#unified</c> wants an error where no conversion is possible.
/// </summary>
internal static class NotOnV2
{
    /// <summary>The error.</summary>
    /// <param name="member">The member of <c>linux.resources</c>.</param>
    /// <param name="remedy">What to do instead.</param>
    public static CgroupException Refuse(string member, string remedy) =>
        new($"set linux.resources.{member}: cgroup v2 cannot do that: {remedy}") { Controller = member.Split('.')[0] };
}
