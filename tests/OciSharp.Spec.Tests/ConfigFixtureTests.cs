namespace OciSharp.Spec.Tests;

/// <summary>The documents of <c>spec-fixtures/config</c>: each bad one has exactly the mistakes written beside it, each good one has none.</summary>
public class ConfigFixtureTests
{
    private static Fixture[] Good => Fixture.All("config/good");

    private static Fixture[] Bad => Fixture.All("config/bad");

    [TestCaseSource(nameof(Good))]
    public void Good_documents_are_accepted(Fixture fixture)
    {
        (Config? config, DiagnosticBag bag) = Check(fixture);

        Assert.That(config, Is.Not.Null);
        Assert.That(bag.HasErrors, Is.False);
        Assert.That(Lines(bag), Is.EqualTo(fixture.Expected));
    }

    [TestCaseSource(nameof(Bad))]
    public void Bad_documents_have_the_expected_mistakes(Fixture fixture)
    {
        (_, DiagnosticBag bag) = Check(fixture);

        Assert.That(fixture.Expected, Is.Not.Empty);
        Assert.That(Lines(bag), Is.EqualTo(fixture.Expected));
    }

    [TestCaseSource(nameof(Bad))]
    public void Mistakes_are_told_as_this_house_does(Fixture fixture)
    {
        (_, DiagnosticBag bag) = Check(fixture);

        foreach (Diagnostic diagnostic in bag.Diagnostics)
        {
            Assert.That(diagnostic.Message, Does.Not.EndWith(".").And.Not.Match("^[A-Z][a-z]"));
            Assert.That(diagnostic.Remedy, Is.Not.Empty.And.Not.EndsWith("."));
            Assert.That(diagnostic.Section, Does.Match(@"^(config(-linux)?\.md#[a-z-]+|[A-Za-z_]+\([1-9](const)?\)|RFC 8259)$"));
        }
    }

    // What users and engines know from runc, word for word.
    [TestCase("hostname-without-uts", "unable to set hostname without a private UTS namespace")]
    [TestCase("domainname-without-uts", "unable to set domainname without a private UTS namespace")]
    [TestCase("root-missing", "root must be specified")]
    [TestCase("process-args-empty", "args must not be empty")]
    [TestCase("document-nul-in-mount", "contains null byte")]
    [TestCase("scheduler-policy-empty", "scheduler policy is required")]
    [TestCase("scheduler-nice", "invalid scheduler.nice")]
    [TestCase("scheduler-priority-misplaced", "scheduler.priority can only be specified for SchedFIFO or SchedRR policy")]
    [TestCase("scheduler-deadline-misplaced", "scheduler runtime/deadline/period can only be specified for SchedDeadline policy")]
    [TestCase("ioPriority-class", "invalid ioPriority.Class")]
    [TestCase("ioPriority-priority", "invalid ioPriority.Priority")]
    [TestCase("user-additionalGids-rootless", "cannot set any additional groups in a rootless container")]
    [TestCase("mount-bind-with-data", "\"size=1m\" has no effect")]
    [TestCase("mount-uidMappings-alone", "must have both uid and gid mappings specified")]
    [TestCase("mount-idmap-rootless", "id-mapped mounts are not supported for rootless containers")]
    [TestCase("mount-owner-rootless", "mount option for rootless container")]
    [TestCase("namespace-type-unknown", "namespace \"ipx\" does not exist")]
    [TestCase("namespace-duplicate", "malformed spec file: duplicated ns \"pid\"")]
    [TestCase("namespace-user-without-mappings", "user namespaces enabled, but no namespace path to join nor mappings to apply specified")]
    [TestCase("namespace-mappings-without-user", "user namespace mappings specified, but user namespace isn't enabled in the config")]
    [TestCase("namespace-user-missing-rootless", "rootless container requires user namespaces")]
    [TestCase("timeOffsets-without-namespace", "time namespace offsets specified, but time namespace isn't enabled in the config")]
    [TestCase("timeOffsets-with-path", "both namespace path and time offsets specified")]
    [TestCase("maskedPaths-without-mount", "unable to restrict sys entries without a private MNT namespace")]
    [TestCase("rootfsPropagation-unknown", "rootfsPropagation=public is not supported")]
    [TestCase("rootfsPropagation-private-without-pivot", "rootfsPropagation of [r]private is not safe without pivot_root")]
    [TestCase("cgroupsPath-systemd", "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/system.slice/x\" instead")]
    [TestCase("netDevices-without-namespace", "unable to move network devices without a NET namespace")]
    [TestCase("netDevices-rootless", "network devices are not supported for rootless containers")]
    [TestCase("netDevices-name-invalid", "invalid network device name \"a/b\"")]
    [TestCase("sysctl-without-ipc", "sysctl \"kernel.msgmax\" is not allowed in the hosts ipc namespace")]
    [TestCase("sysctl-without-network", "sysctl \"net.ipv4.ip_forward\" is not allowed in host network namespace")]
    [TestCase("sysctl-without-user", "setting ucounts without a user namespace not allowed")]
    [TestCase("sysctl-not-namespaced", "sysctl \"vm.swappiness\" is not in a separate kernel namespace")]
    [TestCase("sysctl-hostname", "conflicts with the OCI \"hostname\" field")]
    [TestCase("personality-domain", "invalid personality domain")]
    [TestCase("memoryPolicy-mode-unknown", "invalid memory policy mode")]
    [TestCase("memoryPolicy-nodes-not-taken", "memory policy mode requires 0 nodes but got 2")]
    [TestCase("memoryPolicy-nodes-missing", "memory policy mode requires at least one node")]
    [TestCase("memoryPolicy-flag-unknown", "invalid memory policy flag")]
    [TestCase("intelRdt-closID-slash", "invalid intelRdt.ClosID \"a/b\"")]
    [TestCase("devices-rule-access", "device access at 1 field cannot be empty")]
    [TestCase("device-type-unknown", "invalid device type \"z\"")]
    [TestCase("seccomp-notify-default", "SCMP_ACT_NOTIFY cannot be used as default action")]
    [TestCase("seccomp-notify-write", "SCMP_ACT_NOTIFY cannot be used for the write syscall")]
    public void Known_words_are_kept(string name, string words)
    {
        (_, DiagnosticBag bag) = Check(Bad.Single(fixture => fixture.Name == name));
        Assert.That(bag.Diagnostics.Select(d => d.Message), Has.Some.Contains(words));
    }

    private static (Config? Config, DiagnosticBag Bag) Check(Fixture fixture)
    {
        var bag = new DiagnosticBag();
        Config? config = ConfigReader.Read(fixture.Utf8, bag);
        if (config is not null)
            ConfigValidator.Validate(config, bag, fixture.Context);
        return (config, bag);
    }

    private static string[] Lines(DiagnosticBag bag) => bag.Diagnostics
        .Select(d => $"{d.Id} {(d.Severity == Severity.Error ? "error" : "warning")} {d.Path}")
        .Order(StringComparer.Ordinal)
        .ToArray();
}
