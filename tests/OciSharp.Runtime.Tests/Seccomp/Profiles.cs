using System.Text;
using OciSharp.Spec;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>Profiles for tests: those of <c>spec-fixtures/seccomp</c>, and such as are written in place.</summary>
internal static class Profiles
{
    public static string[] Fixtures =>
        [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static string Folder => RepositoryPath("spec-fixtures", "seccomp");

    public static LinuxSeccomp Fixture(string name) => Parse(File.ReadAllText($"{Folder}/{name}.json"));

    /// <summary>Reads the value of <c>linux.seccomp</c> as the runtime does, with its rules.</summary>
    public static LinuxSeccomp Parse(string json)
    {
        DiagnosticBag bag = new();
        Config? config = ConfigReader.Read(Encoding.UTF8.GetBytes($$"""{ "ociVersion": "1.0.2", "linux": { "seccomp": {{json}} } }"""), bag);
        Assert.That(bag.Diagnostics, Is.Empty);
        ConfigValidator.Validate(config!, bag, default);
        Assert.That(bag.Diagnostics.Where(diagnostic => diagnostic.Path.Contains("seccomp", StringComparison.Ordinal)), Is.Empty);
        return config!.Linux!.Seccomp!;
    }

    /// <summary>A profile with these rules, for the three architectures of x86.</summary>
    public static LinuxSeccomp Of(string defaultAction, params LinuxSyscall[] rules) => new()
    {
        DefaultAction = defaultAction,
        Architectures = [SeccompArchitectures.SCMP_ARCH_X86_64, SeccompArchitectures.SCMP_ARCH_X86, SeccompArchitectures.SCMP_ARCH_X32],
        Syscalls = rules,
    };

    public static LinuxSyscall Rule(string action, string name, params LinuxSeccompArg[] args) => new() { Action = action, Names = [name], Args = args };

    public static LinuxSeccompArg Arg(uint index, string op, ulong value, ulong valueTwo = 0) =>
        new() { Index = index, Op = op, Value = value, ValueTwo = valueTwo };

    private static string RepositoryPath(params string[] parts)
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "OciSharp.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no OciSharp.sln above the tests");
        return Path.Combine([directory, .. parts]);
    }
}
