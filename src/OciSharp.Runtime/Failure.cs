using OciSharp.Cgroups;
using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Runtime;

/// <summary>Tells the failures that are the user's business from our own mistakes.</summary>
public static class Failure
{
    /// <summary>Whether the message of <paramref name="exception"/> is meant for the user as it stands.</summary>
    public static bool IsExpected(Exception exception) => exception is ContainerException or CgroupException or LinuxException or PlanTooLargeException;
}
