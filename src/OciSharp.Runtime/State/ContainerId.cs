namespace OciSharp.Runtime.State;

/// <summary>What may be the id of a container: it becomes the name of a directory.</summary>
public static class ContainerId
{
    /// <summary>The longest file name of Linux, in bytes.</summary>
    public const int MaxLength = 255;

    /// <summary>
    /// Checks that an id consists of letters, digits and <c>_ + , - .</c> and is no directory's name for itself or its parent.
    /// </summary>
    /// <exception cref="ContainerException">It does not.</exception>
    public static void Validate(string id)
    {
        if (id.Length is 0 or > MaxLength || id is "." or "..")
            throw Invalid(id);
        foreach (char c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '+' or ',' or '-' or '.'))
                throw Invalid(id);
        }
    }

    private static ContainerException Invalid(string id) =>
        new($"invalid container ID format: \"{id}\": an id has 1 to {MaxLength} characters out of letters, digits and \"_+,-.\", "
            + "and is not \".\" or \"..\"");
}
