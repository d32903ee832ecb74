using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

internal sealed partial class HtmlFormat
{
    /// <summary>Calls that a container seldom needs, and that holes are found in, or that reach the host.</summary>
    private static readonly string[] s_notable =
    [
        "mount", "umount2", "move_mount", "fsopen", "pivot_root", "unshare", "setns", "clone3", "ptrace", "process_vm_readv", "process_vm_writev", "bpf",
        "perf_event_open", "userfaultfd", "io_uring_setup", "keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module", "kexec_load",
        "kexec_file_load", "open_by_handle_at", "reboot", "swapon", "swapoff", "settimeofday", "clock_settime", "acct", "iopl", "ioperm", "quotactl", "syslog",
    ];

    private void SeccompTable()
    {
        _page.Raw("<section id=\"seccomp\"><h2>Seccomp</h2>\n");
        if (Linux.Seccomp is not { } profile)
        {
            _page.Raw("<p>There is no profile: no system call is refused.</p></section>\n");
            return;
        }

        _page.Raw("<p>What no rule names: ").Element("strong", Words(profile.DefaultAction, profile.DefaultErrnoRet)).Raw(". ")
            .Text($"{profile.Syscalls?.Sum(rule => rule.Names.Count) ?? 0} names in {profile.Syscalls?.Count ?? 0} rules.").Raw("</p>\n");
        _page.Raw("<h3>Calls that reach far</h3>\n<ul class=\"calls\">");
        foreach (string name in s_notable)
        {
            (bool refused, string words) = Verdict(profile, name);
            _page.Raw(refused ? "<li class=\"refused\">" : "<li>").Element("code", name).Raw(" ").Text(words).Raw("</li>");
        }

        _page.Raw("</ul>\n<details><summary>All rules</summary>\n<ul>");
        foreach (LinuxSyscall rule in profile.Syscalls ?? [])
        {
            _page.Raw("<li>").Element("strong", Words(rule.Action, rule.ErrnoRet)).Raw(rule.Args is { Count: > 0 } ? ", on conditions: " : ": ");
            _page.Text(string.Join(", ", rule.Names)).Raw("</li>\n");
        }

        _page.Raw("</ul></details></section>\n");
    }

    private static (bool Refused, string Words) Verdict(LinuxSeccomp profile, string name)
    {
        string verdict = "";
        bool allowed = false;
        foreach (LinuxSyscall rule in profile.Syscalls ?? [])
        {
            if (!rule.Names.Contains(name))
                continue;
            bool conditional = rule.Args is { Count: > 0 };
            allowed |= Allows(rule.Action) || (conditional && Allows(profile.DefaultAction));
            verdict += (verdict.Length == 0 ? "" : "; ") + Words(rule.Action, rule.ErrnoRet) + (conditional ? " on conditions" : "");
        }

        return verdict.Length > 0 ? (!allowed, verdict) : (!Allows(profile.DefaultAction), Words(profile.DefaultAction, profile.DefaultErrnoRet));
    }

    private static bool Allows(string action) => action is SeccompActions.SCMP_ACT_ALLOW or SeccompActions.SCMP_ACT_LOG or SeccompActions.SCMP_ACT_NOTIFY or SeccompActions.SCMP_ACT_TRACE;

    private static string Words(string action, uint? errno) => action switch
    {
        SeccompActions.SCMP_ACT_ALLOW => "allowed",
        SeccompActions.SCMP_ACT_LOG => "allowed, and logged",
        SeccompActions.SCMP_ACT_ERRNO => $"refused with errno {errno ?? 1}",
        SeccompActions.SCMP_ACT_NOTIFY => "left to the agent",
        SeccompActions.SCMP_ACT_TRACE => "left to a tracer",
        SeccompActions.SCMP_ACT_TRAP => "answered with SIGSYS",
        SeccompActions.SCMP_ACT_KILL or SeccompActions.SCMP_ACT_KILL_THREAD => "kills the thread",
        SeccompActions.SCMP_ACT_KILL_PROCESS => "kills the process",
        _ => action,
    };
}
