namespace OciSharp.Runtime.Documents;

/// <summary>The versions of the runtime specification that are understood.</summary>
public static class SpecVersion
{
    /// <summary>The oldest: the first stable one.</summary>
    public const string Oldest = "1.0.0";

    /// <summary>The newest, which the documents that we make have.</summary>
    public const string Newest = "1.3.0";
}
