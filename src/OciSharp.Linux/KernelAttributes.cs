namespace OciSharp.Linux;

/// <summary>
/// The C headers that define the constants of a class under the same names, or one constant that is defined elsewhere. The ABI
/// test compares every constant with them, so a class of constants without this attribute fails it.
/// </summary>
/// <param name="headers">As in <c>#include</c>: <c>linux/mount.h</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field)]
public sealed class KernelHeaderAttribute(params string[] headers) : Attribute
{
    /// <summary>As in <c>#include</c>.</summary>
    public IReadOnlyList<string> Headers { get; } = headers;

    /// <summary>What the headers put before the names: <c>__NR_</c> for system call numbers.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>The C type that a struct mirrors. The ABI test compares the size, and offset and size of each field of the same name.</summary>
/// <param name="type">As C spells it: <c>struct open_how</c>.</param>
/// <param name="headers">As in <c>#include</c>; they may define constants of the struct as well.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class KernelStructAttribute(string type, params string[] headers) : Attribute
{
    /// <summary>As C spells it.</summary>
    public string Type { get; } = type;

    /// <summary>As in <c>#include</c>.</summary>
    public IReadOnlyList<string> Headers { get; } = headers;

    /// <summary>What the kernel puts before the names of the fields: <c>sa_</c> in struct sigaction.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>The first kernel whose headers have a constant, field or struct: the ABI test does not look for it in older ones.</summary>
/// <param name="major">6 of 6.8.</param>
/// <param name="minor">8 of 6.8.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Struct | AttributeTargets.Class)]
public sealed class KernelSinceAttribute(int major, int minor) : Attribute
{
    /// <summary>The version, ordered.</summary>
    public Version Version { get; } = new(major, minor);
}
