namespace OciSharp.Spec;

/// <summary>The system call filter. Unknown names of system calls are no mistake: profiles name those of all kernels.</summary>
internal static class SeccompRules
{
    private const string At = "$.linux.seccomp";
    private const string Section = "config-linux.md#seccomp";

    // MAX_ERRNO of the kernel; SECCOMP_RET_DATA for a tracer.
    private const uint LargestErrno = 4095;
    private const uint LargestTraceData = 65535;

    private static Rule ActionUnknown =>
        Rule.Error("OCI1801", Section, "write an action of the specification's list, as in SCMP_ACT_ERRNO");

    private static Rule ErrnoNotTaken => Rule.Error("OCI1802", Section, "remove the errno, or choose SCMP_ACT_ERRNO or SCMP_ACT_TRACE");

    private static Rule ErrnoRange => Rule.Error("OCI1803", "seccomp(2)", "write an errno up to 4095, or data for the tracer up to 65535");

    private static Rule ArchitectureUnknown =>
        Rule.Error("OCI1804", Section, "write an architecture of the specification's list, as in SCMP_ARCH_X86_64");

    private static Rule FlagUnknown => Rule.Error("OCI1805", Section, "write a flag of the specification's list, or remove it");

    private static Rule NotifyDefault => Rule.Error("OCI1806", Section, "choose another default action, and name the calls to notify");

    private static Rule NotifyWrite => Rule.Error("OCI1807", Section, "choose another action for write: the runtime itself has to write");

    private static Rule ListenerPathMissing => Rule.Error("OCI1808", Section, "add listenerPath, the socket of the agent");

    private static Rule MetadataWithoutPath => Rule.Error("OCI1809", Section, "add listenerPath, or remove listenerMetadata");

    private static Rule NamesEmpty => Rule.Error("OCI1810", Section, "name at least one system call");

    private static Rule OperatorUnknown =>
        Rule.Error("OCI1811", Section, "write an operator of the specification's list, as in SCMP_CMP_EQ");

    private static Rule IndexRange => Rule.Error("OCI1812", Section, "write a number from 0 to 5: a system call has six arguments");

    public static void Check(LinuxSeccomp seccomp, Findings findings)
    {
        CheckAction(seccomp.DefaultAction, seccomp.DefaultErrnoRet, At, "defaultAction", "defaultErrnoRet", findings);
        if (seccomp.DefaultAction == SeccompActions.SCMP_ACT_NOTIFY)
            findings.Add(NotifyDefault, $"{At}.defaultAction", "SCMP_ACT_NOTIFY cannot be used as default action");
        CheckArchitectures(seccomp.Architectures.AsSpan(), findings);
        CheckFlags(seccomp.Flags.AsSpan(), findings);

        bool notifies = false;
        ReadOnlySpan<LinuxSyscall> syscalls = seccomp.Syscalls.AsSpan();
        for (int i = 0; i < syscalls.Length; i++)
        {
            CheckSyscall(syscalls[i], i, findings);
            notifies |= syscalls[i].Action == SeccompActions.SCMP_ACT_NOTIFY;
        }
        CheckListener(seccomp, notifies, findings);
    }

    private static void CheckListener(LinuxSeccomp seccomp, bool notifies, Findings findings)
    {
        bool listens = !string.IsNullOrEmpty(seccomp.ListenerPath);
        if (notifies && !listens)
            findings.Add(ListenerPathMissing, $"{At}.listenerPath", "SCMP_ACT_NOTIFY is used, but listenerPath is not set");
        if (!listens && !string.IsNullOrEmpty(seccomp.ListenerMetadata) && !findings.IsIncomplete($"{At}.listenerPath"))
            findings.Add(MetadataWithoutPath, $"{At}.listenerMetadata", "listenerMetadata is set, but listenerPath is not");
    }

    private static void CheckSyscall(LinuxSyscall syscall, int index, Findings findings)
    {
        // Profiles have hundreds of names: nothing is built here unless something is wrong.
        ReadOnlySpan<string> names = syscall.Names.AsSpan();
        if (names.IsEmpty)
            findings.Add(NamesEmpty, $"{At}.syscalls[{index}].names", "names is empty");
        if (syscall.Action == SeccompActions.SCMP_ACT_NOTIFY && names.Contains("write"))
            findings.Add(NotifyWrite, $"{At}.syscalls[{index}]", "SCMP_ACT_NOTIFY cannot be used for the write syscall");
        if (!IsAction(syscall.Action) || syscall.ErrnoRet is not null)
            CheckAction(syscall.Action, syscall.ErrnoRet, $"{At}.syscalls[{index}]", "action", "errnoRet", findings);

        ReadOnlySpan<LinuxSeccompArg> args = syscall.Args.AsSpan();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i].Index > 5)
                findings.Add(IndexRange, $"{At}.syscalls[{index}].args[{i}].index", $"there is no argument {args[i].Index}");
            if (!IsOperator(args[i].Op))
                findings.Add(OperatorUnknown, $"{At}.syscalls[{index}].args[{i}].op", $"unknown operator \"{args[i].Op}\"");
        }
    }

    private static void CheckAction(string action, uint? errno, string at, string actionName, string errnoName, Findings findings)
    {
        if (!IsAction(action))
        {
            findings.Add(ActionUnknown, $"{at}.{actionName}", $"unknown action \"{action}\"");
            return;
        }
        if (errno is null)
            return;

        if (action is not (SeccompActions.SCMP_ACT_ERRNO or SeccompActions.SCMP_ACT_TRACE))
            findings.Add(ErrnoNotTaken, $"{at}.{errnoName}", $"{action} does not take an errno");
        else if (errno > (action == SeccompActions.SCMP_ACT_ERRNO ? LargestErrno : LargestTraceData))
            findings.Add(ErrnoRange, $"{at}.{errnoName}", $"{errno} is too large for {action}");
    }

    private static void CheckArchitectures(ReadOnlySpan<string> architectures, Findings findings)
    {
        for (int i = 0; i < architectures.Length; i++)
        {
            if (!IsArchitecture(architectures[i]))
                findings.Add(ArchitectureUnknown, $"{At}.architectures[{i}]", $"unknown architecture \"{architectures[i]}\"");
        }
    }

    private static void CheckFlags(ReadOnlySpan<string> flags, Findings findings)
    {
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] is not (SeccompFlags.SECCOMP_FILTER_FLAG_TSYNC or SeccompFlags.SECCOMP_FILTER_FLAG_LOG
                or SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW or SeccompFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV))
                findings.Add(FlagUnknown, $"{At}.flags[{i}]", $"unknown seccomp flag \"{flags[i]}\"");
        }
    }

    private static bool IsAction(string action) => action is SeccompActions.SCMP_ACT_KILL or SeccompActions.SCMP_ACT_KILL_PROCESS
        or SeccompActions.SCMP_ACT_KILL_THREAD or SeccompActions.SCMP_ACT_TRAP or SeccompActions.SCMP_ACT_ERRNO
        or SeccompActions.SCMP_ACT_TRACE or SeccompActions.SCMP_ACT_ALLOW or SeccompActions.SCMP_ACT_LOG or SeccompActions.SCMP_ACT_NOTIFY;

    private static bool IsOperator(string op) => op is SeccompOperators.SCMP_CMP_NE or SeccompOperators.SCMP_CMP_LT
        or SeccompOperators.SCMP_CMP_LE or SeccompOperators.SCMP_CMP_EQ or SeccompOperators.SCMP_CMP_GE or SeccompOperators.SCMP_CMP_GT
        or SeccompOperators.SCMP_CMP_MASKED_EQ;

    private static bool IsArchitecture(string name) => name is SeccompArchitectures.SCMP_ARCH_X86 or SeccompArchitectures.SCMP_ARCH_X86_64
        or SeccompArchitectures.SCMP_ARCH_X32 or SeccompArchitectures.SCMP_ARCH_ARM or SeccompArchitectures.SCMP_ARCH_AARCH64
        or SeccompArchitectures.SCMP_ARCH_MIPS or SeccompArchitectures.SCMP_ARCH_MIPS64 or SeccompArchitectures.SCMP_ARCH_MIPS64N32
        or SeccompArchitectures.SCMP_ARCH_MIPSEL or SeccompArchitectures.SCMP_ARCH_MIPSEL64 or SeccompArchitectures.SCMP_ARCH_MIPSEL64N32
        or SeccompArchitectures.SCMP_ARCH_PPC or SeccompArchitectures.SCMP_ARCH_PPC64 or SeccompArchitectures.SCMP_ARCH_PPC64LE
        or SeccompArchitectures.SCMP_ARCH_S390 or SeccompArchitectures.SCMP_ARCH_S390X or SeccompArchitectures.SCMP_ARCH_PARISC
        or SeccompArchitectures.SCMP_ARCH_PARISC64 or SeccompArchitectures.SCMP_ARCH_RISCV64 or SeccompArchitectures.SCMP_ARCH_LOONGARCH64
        or SeccompArchitectures.SCMP_ARCH_M68K or SeccompArchitectures.SCMP_ARCH_SH or SeccompArchitectures.SCMP_ARCH_SHEB;
}
