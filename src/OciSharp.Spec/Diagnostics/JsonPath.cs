namespace OciSharp.Spec;

/// <summary>Writes the places of a document, in the notation of RFC 9535.</summary>
internal static class JsonPath
{
    /// <summary>The property <paramref name="name"/> of the object at <paramref name="path"/>: <c>.name</c>, or <c>['na.me']</c> where that would mislead.</summary>
    public static string Property(string path, string name) => IsPlain(name)
        ? $"{path}.{name}"
        : $"{path}['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";

    private static bool IsPlain(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return name.Length > 0 && !char.IsAsciiDigit(name[0]);
    }
}
