namespace OciSharp.Runtime.Failures;

internal static partial class FailureClasses
{
    public static FailureClass CgroupControllerMissing => new("OCI2501", "cgroups(7)", "enable the controller in cgroup.subtree_control of the cgroup above (systemd: Delegate=yes), or leave its limits out");

    public static FailureClass CgroupDenied => new("OCI2502", "cgroups(7)", "run as root, or have the cgroup delegated (systemd: a drop-in of user@.service with Delegate=yes)");

    public static FailureClass CgroupValueRefused => new("OCI2503", "config-linux.md#control-groups", "correct the limit, or leave it out");

    public static FailureClass CgroupJoinRefused => new("OCI2504", "cgroups(7)", "see that nothing else uses or removes the container's cgroup, and that the cgroup above it has no processes of its own");

    public static FailureClass CgroupRefused => new("OCI2505", "cgroups(7)", "see how the cgroups are mounted (grep cgroup /proc/self/mountinfo), and what linux.cgroupsPath asks for");

    // Seccomp, security modules, privileges.
    public static FailureClass FilterNeedsPrivilege => new("OCI2601", "seccomp(2)", "set process.noNewPrivileges, without which a filter takes CAP_SYS_ADMIN");

    public static FailureClass FilterRefused => new("OCI2602", "seccomp(2)", "have fewer rules, or only one filter with SCMP_ACT_NOTIFY at a time");

    public static FailureClass FilterKilled => new("OCI2603", "seccomp(2)", "allow the system call in linux.seccomp (the kernel's log names its number), or refuse it with SCMP_ACT_ERRNO, which programs survive");

    public static FailureClass ProfileNotLoaded => new("OCI2604", "apparmor_parser(8)", "load the profile (apparmor_parser -r FILE), correct its name, or leave it out");

    public static FailureClass LabelUnknown => new("OCI2605", "config.md#linux-process", "boot with the security module that the label is for, correct the label, or leave it out");

    public static FailureClass LabelDenied => new("OCI2606", "proc_pid_attr(5)", "allow the runtime the transition in the security module's policy (its log: dmesg, audit.log), or leave the label out");

    public static FailureClass CapabilitiesRefused => new("OCI2607", "capabilities(7)", "ask for capabilities that the runtime has itself");

    // Hooks.
    public static FailureClass HookFailed => new("OCI2701", "config.md#posix-platform-hooks", "see why the hook fails: it is a program of whoever made the configuration, not of the runtime");

    public static FailureClass HookTooSlow => new("OCI2702", "config.md#posix-platform-hooks", "raise the hook's timeout, or see what it waits for");

    public static FailureClass HookNotRun => new("OCI2703", "config.md#posix-platform-hooks", "correct the hook's path, which is absolute, and of the container for startContainer, else of the host");

    // Devices, terminal.
    public static FailureClass DeviceDiffers => new("OCI2801", "config-linux.md#devices", "remove what is there from the image, or ask for the device that it is");

    public static FailureClass DeviceRefused => new("OCI2802", "mknod(2)", "run as root, or leave the device out");

    public static FailureClass TerminalRefused => new("OCI2803", "pts(4)", "mount devpts at /dev/pts, as process.terminal needs it, or set process.terminal to false");

    public static FailureClass NullDeviceMissing => new("OCI2804", "null(4)", "make the host's /dev/null a character device 1:3 again (mknod -m 666 /dev/null c 1 3)");

    // Properties of the process and the system.
    public static FailureClass LimitRefused => new("OCI2901", "getrlimit(2)", "ask for no more than the runtime's own hard limit (ulimit -H; systemd: Limit*= of the engine's service), or give it CAP_SYS_RESOURCE");

    public static FailureClass SysctlRefused => new("OCI2902", "config-linux.md#sysctl", "correct the name and the value, or leave it out; /proc/sys lists what this kernel has");

    public static FailureClass PropertyRefused => new("OCI2903", "config.md#process", "correct the property, or leave it out");

    public static FailureClass NoProcesses => new("OCI2904", "fork(2)", "raise what is used up: pids.max of the runtime's own cgroup, ulimit -u, or the sysctl kernel.pid_max");

    public static FailureClass InitVanished => new("OCI2905", "cgroups(7)", "raise the memory limit, or look into the kernel's log (dmesg) for who ended it");

    public static FailureClass StepRefused => new("OCI2999", "runtime.md#errors", "look into the kernel's log (dmesg), and run it again with --debug");
}
