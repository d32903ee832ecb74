namespace OciSharp.Architecture.Tests;

/// <summary>Where things are.</summary>
internal static class Repository
{
    /// <summary>The folder of OciSharp.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The published executable: $OCISHARP_BINARY, or the one that <c>make build</c> made.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("OCISHARP_BINARY") ?? Path.Combine(Root, "artifacts/bin/ocisharp");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OciSharp.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run below the folder of OciSharp.sln");
    }
}
