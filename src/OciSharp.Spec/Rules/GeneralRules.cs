using System.Text;

namespace OciSharp.Spec;

/// <summary>The version, the root, the names and the annotations.</summary>
internal static class GeneralRules
{
    // __NEW_UTS_LEN of the kernel: sethostname(2), setdomainname(2).
    private const int LongestUtsName = 64;

    private static Rule VersionSyntax =>
        Rule.Error("OCI1110", "config.md#specification-version", "write the version of the specification, as in 1.3.0");

    private static Rule VersionUnsupported =>
        Rule.Error("OCI1111", "config.md#specification-version", "write the document for version 1 of the specification");

    private static Rule RootMissing => Rule.Error("OCI1112", "config.md#root", "add root.path, usually \"rootfs\"");

    private static Rule RootPathEmpty =>
        Rule.Error("OCI1113", "config.md#root", "write the directory of the root file system, absolute or relative to the bundle");

    private static Rule NameNeedsUts =>
        Rule.Error("OCI1114", "config-linux.md#namespaces", "add a namespace of type \"uts\", or leave the name out");

    private static Rule NameTooLong => Rule.Error("OCI1115", "sethostname(2)", "shorten the name to 64 bytes");

    private static Rule AnnotationKeyEmpty => Rule.Error("OCI1116", "config.md#annotations", "name the annotation, or remove it");

    public static void Check(Config config, NamespaceSet namespaces, Findings findings)
    {
        CheckVersion(config.OciVersion, findings);
        CheckRoot(config.Root, findings);
        CheckUtsName(config.Hostname, "hostname", namespaces, findings);
        CheckUtsName(config.Domainname, "domainname", namespaces, findings);
        if (config.Annotations is { } annotations && annotations.ContainsKey(""))
            findings.Add(AnnotationKeyEmpty, "$.annotations['']", "the key of an annotation is empty");
    }

    private static void CheckVersion(string version, Findings findings)
    {
        if (!SpecVersion.TryParse(version, out int major))
            findings.Add(VersionSyntax, "$.ociVersion", $"\"{version}\" is not a SemVer 2.0.0 version");
        else if (major != 1)
        {
            findings.Add(
                VersionUnsupported,
                "$.ociVersion",
                $"version {version} of the specification is not supported, {SpecVersion.Max} is");
        }
    }

    private static void CheckRoot(Root? root, Findings findings)
    {
        if (root is null)
            findings.Add(RootMissing, "$.root", "root must be specified");
        else if (root.Path.Length == 0)
            findings.Add(RootPathEmpty, "$.root.path", "the path of the root file system is empty");
    }

    private static void CheckUtsName(string? name, string property, NamespaceSet namespaces, Findings findings)
    {
        if (string.IsNullOrEmpty(name))
            return;
        if (namespaces.Lacks(NamespaceTypes.Uts))
            findings.Add(NameNeedsUts, $"$.{property}", $"unable to set {property} without a private UTS namespace");
        if (Encoding.UTF8.GetByteCount(name) > LongestUtsName)
            findings.Add(NameTooLong, $"$.{property}", $"the {property} is longer than {LongestUtsName} bytes");
    }
}
