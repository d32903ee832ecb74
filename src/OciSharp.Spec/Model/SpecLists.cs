using System.Runtime.InteropServices;

namespace OciSharp.Spec;

/// <summary>Lists of the model as spans: a loop over one costs no interface call.</summary>
public static class SpecLists
{
    /// <summary>The elements; none when the list is absent. What <see cref="ConfigReader"/> reads is not copied.</summary>
    public static ReadOnlySpan<T> AsSpan<T>(this IReadOnlyList<T>? list) => list switch
    {
        null => default,
        T[] array => array,
        List<T> growing => CollectionsMarshal.AsSpan(growing),
        _ => Copy(list),
    };

    private static T[] Copy<T>(IReadOnlyList<T> list)
    {
        var copy = new T[list.Count];
        for (int i = 0; i < copy.Length; i++)
            copy[i] = list[i];
        return copy;
    }
}
