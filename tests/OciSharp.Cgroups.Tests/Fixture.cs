using System.Runtime.CompilerServices;

namespace OciSharp.Cgroups.Tests;

/// <summary>The files of spec-fixtures.</summary>
internal static class Fixture
{
    /// <summary>The bytes of <c>spec-fixtures/cgroup/NAME</c>.</summary>
    public static byte[] Cgroup(string name) => File.ReadAllBytes(Path.Combine(Folder, "cgroup", name));

    /// <summary>The path of spec-fixtures.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "spec-fixtures"));

    private static string Here([CallerFilePath] string here = "") => here;
}
