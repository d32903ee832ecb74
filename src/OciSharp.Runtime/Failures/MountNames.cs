using OciSharp.Spec;

namespace OciSharp.Runtime.Failures;

/// <summary>Which mount of the configuration a message is about.</summary>
internal static class MountNames
{
    /// <summary>The index of the last mount that has <paramref name="path"/> in it; -1 for none.</summary>
    public static int Covering(string path, IReadOnlyList<Mount>? mounts)
    {
        int found = -1, length = 0;
        for (int i = 0; i < (mounts?.Count ?? 0); i++)
        {
            string destination = mounts![i].Destination.TrimEnd('/');
            bool covers = path == destination || (path.StartsWith(destination, StringComparison.Ordinal) && path[destination.Length] == '/');
            if (!covers || destination.Length < length)
                continue;
            found = i;
            length = destination.Length;
        }

        return found;
    }

    /// <summary>The index of the option that begins with a key; -1 if there is none.</summary>
    public static int OptionWith(string key, Mount mount)
    {
        for (int i = 0; i < (mount.Options?.Count ?? 0); i++)
        {
            string option = mount.Options![i];
            if (option == key || (option.StartsWith(key, StringComparison.Ordinal) && option[key.Length] == '='))
                return i;
        }

        return -1;
    }
}
