using System.Text;

namespace OciSharp.Spec;

/// <summary>Writes the places of a document, in the notation of RFC 9535.</summary>
internal static class JsonPath
{
    /// <summary>
    /// The property <paramref name="name"/> of the object at <paramref name="path"/>: <c>.name</c>, or <c>['na.me']</c> where the short
    /// form would mislead.
    /// </summary>
    public static string Property(string path, string name)
    {
        if (IsPlain(name))
            return $"{path}.{name}";

        var quoted = new StringBuilder(path).Append("['");
        foreach (char c in name)
        {
            if (c is '\'' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append($"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }
        return quoted.Append("']").ToString();
    }

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
