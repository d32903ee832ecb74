namespace OciSharp.Spec;

/// <summary>Rules that hold for many properties.</summary>
internal static class CommonRules
{
    private static Rule AbsolutePath => Rule.Error("OCI1101", null, "write a path that begins with /");

    private static Rule IdListSyntax => Rule.Error("OCI1102", null, "write numbers and ranges, as in 0-3,7");

    public static void CheckAbsolute(string path, string at, Findings findings)
    {
        if (!path.StartsWith('/'))
            findings.Add(AbsolutePath, at, $"\"{path}\" is not an absolute path");
    }

    public static void CheckAbsolute(IReadOnlyList<string>? paths, string at, Findings findings)
    {
        ReadOnlySpan<string> span = paths.AsSpan();
        for (int i = 0; i < span.Length; i++)
        {
            if (!span[i].StartsWith('/'))
                findings.Add(AbsolutePath, $"{at}[{i}]", $"\"{span[i]}\" is not an absolute path");
        }
    }

    public static void CheckIdList(string? list, string at, string name, Findings findings)
    {
        if (list is not null && IdList.Count(list) < 0)
            findings.Add(IdListSyntax, $"{at}.{name}", $"\"{list}\" is not a list of numbers");
    }
}
