using System.Reflection;

namespace OciSharp.Spec.Tests;

/// <summary>
/// The public face of the package, so that no change of it goes unnoticed. When a change is meant, copy the text that the failing test names
/// over <c>PublicApi.txt</c>.
/// </summary>
public class PublicApiTests
{
    [Test]
    public void Is_what_it_was()
    {
        string[] actual = typeof(Config).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "OciSharp.Spec")
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(Describe)
            .ToArray();
        string copy = Path.Combine(TestContext.CurrentContext.WorkDirectory, "PublicApi.txt");
        File.WriteAllLines(copy, actual);

        string[] expected = File.ReadAllLines(Fixture.RepositoryPath("tests", "OciSharp.Spec.Tests", "PublicApi.txt"));
        Assert.That(actual, Is.EqualTo(expected), $"the public API has changed; it is written to {copy}");
    }

    private static IEnumerable<string> Describe(Type type)
    {
        yield return $"{Kind(type)} {Name(type)}";
        if (type == typeof(OciSharpJsonContext))
            yield break; // generated from the models
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<string> members = type.GetMembers(Declared)
            .Where(member => !IsNoise(type, member))
            .Select(Describe)
            .OfType<string>()
            .Order(StringComparer.Ordinal);
        foreach (string member in members)
            yield return $"    {member}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class",
    };

    // What every record has.
    private static bool IsNoise(Type type, MemberInfo member) =>
        member is MethodInfo { IsSpecialName: true }
        || (type.GetMethod("<Clone>$") is not null || type.IsValueType)
            && member.Name is "Equals" or "GetHashCode" or "ToString" or "<Clone>$" or "EqualityContract" or "op_Equality" or "op_Inequality";

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo { IsSpecialName: false } field => $"{Name(field.FieldType)} {field.Name}",
        PropertyInfo property => $"{Static(property.GetMethod!)}{Name(property.PropertyType)} {property.Name} {{ {Accessors(property)} }}",
        MethodInfo method => $"{Static(method)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        _ => null,
    };

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Accessors(PropertyInfo property)
    {
        if (property.SetMethod is not { IsPublic: true } setter)
            return "get;";
        bool init = setter.ReturnParameter.GetRequiredCustomModifiers().Any(type => type.Name == "IsExternalInit");
        bool required = property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "RequiredMemberAttribute");
        return $"get; {(init ? "init;" : "set;")}{(required ? " required" : "")}";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType)} {parameter.Name}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}
