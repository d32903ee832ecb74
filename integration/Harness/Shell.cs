namespace OciSharp.Integration.Harness;

/// <summary>Words for a POSIX shell.</summary>
public static class Shell
{
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''")}'";
}
