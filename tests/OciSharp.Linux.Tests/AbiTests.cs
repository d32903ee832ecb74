using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OciSharp.Linux.Tests;

/// <summary>Every constant and every struct of the kernel in OciSharp.Linux is as the kernel's headers say.</summary>
[TestFixture]
public sealed class AbiTests
{
    private static readonly Version HeadersMeant = new(6, 1);

    private static readonly Type[] Types = [.. typeof(RawSyscall).Assembly.GetExportedTypes()
        .Where(type => Constants(type).Any() || type.IsDefined(typeof(KernelStructAttribute)))];

    private KernelProbe probe = null!;
    private Version headers = null!;

    private static IEnumerable<TestCaseData> Checked => Types.Select(type => new TestCaseData(type).SetArgDisplayNames(type.Name));

    [OneTimeSetUp]
    public void AskTheHeaders()
    {
        KernelProbe.Unit version = new("version", ["linux/version.h"], ["LINUX_VERSION_MAJOR", "LINUX_VERSION_PATCHLEVEL"]);
        IEnumerable<KernelProbe.Unit> units = Types.SelectMany(Expectations)
            .GroupBy(expectation => expectation.Unit)
            .Select(unit => new KernelProbe.Unit(unit.Key, unit.First().Headers, [.. unit.Select(expectation => expectation.Question)]));
        probe = new KernelProbe([version, .. units]);
        headers = new Version((int)probe["version", version.Questions[0]]!, (int)probe["version", version.Questions[1]]!);
    }

    [TestCaseSource(nameof(Checked))]
    public void Is_as_the_kernel_headers_say(Type type)
    {
        List<string> differences = [];
        foreach (Expectation expectation in Expectations(type))
        {
            ulong? answer = probe[expectation.Unit, expectation.Question];
            if (answer is not null && !Same(expectation.Value, answer.Value))
                differences.Add($"{expectation.Question} is {expectation.Value} here and {answer} (0x{answer:x}) in the kernel's headers");
            else if (answer is null && headers >= expectation.Since)
                differences.Add($"{expectation.Question} is not in {string.Join(", ", expectation.Headers)} of Linux {headers}: name "
                    + "the right headers with [KernelHeader] or [KernelStruct], or the later kernel with [KernelSince]");
        }

        Assert.That(differences, Is.Empty);
    }

    [Test]
    public void Names_that_these_headers_are_too_old_for()
    {
        string[] missing = [.. Types.SelectMany(Expectations)
            .Where(expectation => headers < expectation.Since && probe[expectation.Unit, expectation.Question] is null)
            .Select(expectation => expectation.Question)];
        if (missing.Length > 0)
            Assert.Ignore($"not checked, the headers here are of Linux {headers}: {string.Join(", ", missing)}");
    }

    [Test]
    public void The_probe_can_tell_a_wrong_value_and_a_wrong_name()
    {
        KernelProbe.Unit unit = new("test", ["fcntl.h"], ["O_CREAT", "O_NO_SUCH_NAME", "sizeof(struct no_such_struct)"]);
        KernelProbe own = new([unit]);
        Assert.Multiple(() =>
        {
            Assert.That(Same(Fcntl.O_CREAT, own["test", "O_CREAT"]!.Value));
            Assert.That(Same(Fcntl.O_EXCL, own["test", "O_CREAT"]!.Value), Is.False);
            Assert.That(own["test", "O_NO_SUCH_NAME"], Is.Null);
            Assert.That(own["test", "sizeof(struct no_such_struct)"], Is.Null);
        });
    }

    private static IEnumerable<Expectation> Expectations(Type type)
    {
        KernelStructAttribute? mirrored = type.GetCustomAttribute<KernelStructAttribute>();
        KernelHeaderAttribute? header = type.GetCustomAttribute<KernelHeaderAttribute>();
        IReadOnlyList<string> headers = header?.Headers ?? mirrored?.Headers ?? [];

        foreach (FieldInfo constant in Constants(type))
        {
            string question = header?.Prefix + constant.Name;
            object value = constant.GetRawConstantValue()!;
            yield return constant.GetCustomAttribute<KernelHeaderAttribute>() is { } own
                ? new Expectation($"{type.Name}_{constant.Name}", own.Headers, question, value, SinceOf(constant))
                : new Expectation(type.Name, headers, question, value, SinceOf(constant));
        }

        if (mirrored is null)
            yield break;
        yield return new Expectation(type.Name, headers, $"sizeof({mirrored.Type})", SizeOf(type), SinceOf(type));
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public).Where(field => !field.Name.StartsWith("__")))
        {
            string name = mirrored.Prefix + field.Name;
            int offset = (int)Marshal.OffsetOf(type, field.Name);
            yield return new Expectation(type.Name, headers, $"offsetof({mirrored.Type}, {name})", offset, SinceOf(field));
            yield return new Expectation(type.Name, headers, $"sizeof((({mirrored.Type} *)0)->{name})", SizeOf(field.FieldType), SinceOf(field));
        }
    }

    private static Version SinceOf(MemberInfo member) =>
        (member.GetCustomAttribute<KernelSinceAttribute>() ?? member.DeclaringType?.GetCustomAttribute<KernelSinceAttribute>())?.Version ?? HeadersMeant;

    private static IEnumerable<FieldInfo> Constants(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.IsLiteral && field.FieldType.IsPrimitive);

    private static int SizeOf(Type type) => type.IsPointer || type.IsFunctionPointer ? nint.Size : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!
        .MakeGenericMethod(type).Invoke(null, null)!;

    private static bool Same(object value, ulong answer) => value switch
    {
        int or short or sbyte => Convert.ToInt64(value) == (long)answer || (value is int i && unchecked((uint)i) == answer),
        long l => l == (long)answer,
        nint n => n == (nint)answer,
        nuint n => n == answer,
        _ => Convert.ToUInt64(value) == answer || (value is uint u && unchecked((int)u) == (long)answer),
    };

    /// <summary>A C expression, and what it must be.</summary>
    /// <param name="Unit">Questions with the same headers are asked in one C file.</param>
    /// <param name="Headers">As in <c>#include</c>.</param>
    /// <param name="Question">The expression.</param>
    /// <param name="Value">A boxed integer.</param>
    /// <param name="Since">The first kernel whose headers must know the names.</param>
    private sealed record Expectation(string Unit, IReadOnlyList<string> Headers, string Question, object Value, Version Since);
}
