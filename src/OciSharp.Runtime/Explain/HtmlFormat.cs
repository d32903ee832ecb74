using OciSharp.Runtime.Documents;
using OciSharp.Spec;

namespace OciSharp.Runtime.Explain;

/// <summary>A plan as one page that needs nothing else: no script, no network, no font.</summary>
internal sealed partial class HtmlFormat
{
    private readonly ExplainedPlan _plan;
    private readonly HtmlPage _page = new();

    private HtmlFormat(ExplainedPlan plan) => _plan = plan;

    private LinuxConfig Linux => _plan.Config.Linux ?? new LinuxConfig();

    private string Verb => _plan.Verb == ExplainedVerb.Exec ? "exec" : "create";

    /// <summary>Writes a plan.</summary>
    public static string Write(ExplainedPlan plan) => new HtmlFormat(plan).Write();

    private string Write()
    {
        _page.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Element("title", $"ocisharp explain: {Verb} {_plan.Id}").Raw("\n<style>\n").Raw(Style).Raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#steps\">To the steps</a>\n");
        Head();
        _page.Raw("<main>\n");
        Findings();
        RiskList();
        NamespaceCards();
        if (_plan.Verb == ExplainedVerb.Create)
            MountTree();
        CapabilityTable();
        LimitTable();
        SeccompTable();
        StepList();
        _page.Raw("</main>\n<footer>Made by ocisharp explain. Nothing of it was done.</footer>\n</body>\n</html>\n");
        return _page.ToString();
    }

    private void Head()
    {
        int high = Risks.Of(_plan).Count(risk => risk.High);
        _page.Raw("<header>\n").Element("p class=\"kicker\"", $"ocisharp explain --for {Verb}").Element("h1", _plan.Id).Raw("\n<p>").Element("code", _plan.ConfigFile)
            .Raw("</p>\n<ul class=\"facts\">").Element("li", $"{_plan.Steps.Count} steps").Element("li", _plan.Rootless ? "by an ordinary user" : "by root");
        if (_plan.Findings.Any(finding => finding.Fails))
            _page.Raw("<li class=\"bad\">would fail</li>");
        _page.Element(high > 0 ? "li class=\"bad\"" : "li class=\"good\"", high switch
        {
            0 => "none of the known high risks",
            1 => "1 high risk",
            _ => $"{high} high risks",
        }).Raw("</ul>\n<nav aria-label=\"Sections\">");
        foreach ((string id, string name) in (ReadOnlySpan<(string, string)>)
            [("risks", "Risks"), ("namespaces", "Namespaces"), ("mounts", "Mounts"), ("capabilities", "Capabilities"), ("limits", "Limits"), ("seccomp", "Seccomp"), ("steps", "Steps")])
        {
            if (id != "mounts" || _plan.Verb == ExplainedVerb.Create)
                _page.Raw($"<a href=\"#{id}\">{name}</a>");
        }

        _page.Raw("</nav>\n</header>\n");
    }

    private void Findings()
    {
        if (_plan.Findings.Count == 0)
            return;
        _page.Raw("<section id=\"findings\"><h2>What would go wrong</h2><ul class=\"plain\">\n");
        foreach (Finding finding in _plan.Findings)
        {
            _page.Raw("<li>").Element(finding.Fails ? "span class=\"mark bad\"" : "span class=\"mark warn\"", finding.Fails ? "fails" : "warns").Raw(" ").Text(finding.Message).Raw("</li>\n");
        }

        _page.Raw("</ul></section>\n");
    }

    private void RiskList()
    {
        IReadOnlyList<Risk> risks = Risks.Of(_plan);
        _page.Raw("<section id=\"risks\"><h2>Settings to look at</h2>\n");
        if (risks.Count == 0)
            _page.Raw("<p>None of those that are looked for. That does not make it safe.</p>");
        _page.Raw("<ul class=\"plain\">\n");
        foreach (Risk risk in risks)
        {
            _page.Raw("<li>").Element(risk.High ? "span class=\"mark bad\"" : "span class=\"mark warn\"", risk.High ? "risk" : "note").Raw(" ").Element("strong", risk.What).Raw(" ")
                .Text(risk.Why).Raw(" ").Element("code class=\"origin\"", risk.Origin).Raw("</li>\n");
        }

        _page.Raw("</ul></section>\n");
    }

    private void NamespaceCards()
    {
        _page.Raw("<section id=\"namespaces\"><h2>Namespaces</h2>\n<ul class=\"cards\">\n");
        foreach ((string type, string what) in (ReadOnlySpan<(string, string)>)
        [
            (NamespaceTypes.Mount, "what is where in the file system"), (NamespaceTypes.Pid, "which processes there are"),
            (NamespaceTypes.Network, "network devices, addresses, ports"), (NamespaceTypes.Ipc, "System V IPC, message queues"),
            (NamespaceTypes.Uts, "host name, domain name"), (NamespaceTypes.User, "users, and the privileges they have"),
            (NamespaceTypes.Cgroup, "the root of the cgroup tree"), (NamespaceTypes.Time, "the monotonic and the boot clock"),
        ])
        {
            LinuxNamespace? space = Linux.Namespaces?.FirstOrDefault(one => one.Type == type);
            (string state, string words) = space switch
            {
                null => (type is NamespaceTypes.Mount or NamespaceTypes.Pid or NamespaceTypes.Network or NamespaceTypes.Ipc ? "host" : "shared", "the host's"),
                _ when _plan.Verb == ExplainedVerb.Exec => ("joined", "joined: that of the container"),
                { Path: { Length: > 0 } path } => ("joined", $"joined: {path}"),
                _ => ("own", "the container's own"),
            };
            _page.Raw($"<li class=\"{state}\">").Element("h3", type).Element("p class=\"state\"", words).Element("p", what);
            if (type == NamespaceTypes.User && space is not null)
                Mappings();
            _page.Raw("</li>\n");
        }

        _page.Raw("</ul></section>\n");
    }

    private void Mappings()
    {
        foreach ((string name, IReadOnlyList<LinuxIdMapping>? mappings) in (ReadOnlySpan<(string, IReadOnlyList<LinuxIdMapping>?)>)[("users", Linux.UidMappings), ("groups", Linux.GidMappings)])
        {
            foreach (LinuxIdMapping mapping in mappings ?? [])
            {
                long last = (long)mapping.Size - 1;
                _page.Element("p", $"{name} {mapping.ContainerId} to {mapping.ContainerId + last} are the host's {mapping.HostId} to {mapping.HostId + last}");
            }
        }
    }

    private void CapabilityTable()
    {
        _page.Raw("<section id=\"capabilities\"><h2>Capabilities</h2>\n");
        ExplainedStep? sets = _plan.Steps.FirstOrDefault(step => step.Kind == "capabilities");
        ExplainedStep? bound = _plan.Steps.FirstOrDefault(step => step.Kind == "bound-capabilities");
        if (sets is null || bound is null)
        {
            _page.Raw("<p>There is no process.</p></section>\n");
            return;
        }

        string[] standard = [.. DefaultConfig.Privileged(false).Process!.Capabilities!.Bounding!];
        string[] lent = List(sets, "untilExecve");
        (string Name, string[] Members)[] columns =
        [
            ("bounding", List(bound, "kept")), ("effective", [.. List(sets, "effective").Except(lent)]), ("permitted", [.. List(sets, "permitted").Except(lent)]),
            ("inheritable", List(sets, "inheritable")), ("ambient", List(sets, "ambient")),
        ];
        string[] all = [.. columns.SelectMany(column => column.Members).Concat(standard).Distinct().OrderBy(CapabilityNames.Number)];
        _page.Raw("<p>Beside the default, which is what <code>ocisharp spec</code> writes. ").Text($"{CapabilityNames.All.Count - all.Length} more are in no set.").Raw("</p>\n")
            .Raw("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">capability</th>");
        foreach ((string name, _) in columns)
            _page.Element("th scope=\"col\"", name);
        _page.Raw("<th scope=\"col\">against the default</th></tr></thead><tbody>\n");
        foreach (string capability in all)
        {
            bool has = columns.Any(column => column.Members.Contains(capability));
            bool usual = standard.Contains(capability);
            _page.Raw("<tr>").Element("th scope=\"row\"", capability);
            foreach ((_, string[] members) in columns)
                _page.Raw(members.Contains(capability) ? "<td>yes</td>" : "<td class=\"no\">–</td>");
            _page.Raw(has && usual ? "<td>as there</td>" : has ? "<td><span class=\"mark warn\">added</span></td>" : "<td><span class=\"mark good\">taken away</span></td>").Raw("</tr>\n");
        }

        _page.Raw("</tbody></table></div>\n");
        _page.Element("p", _plan.Config.Process!.NoNewPrivileges
            ? "noNewPrivileges is set: no program can get more."
            : "noNewPrivileges is not set: set-user-id programs and files with capabilities can give back what is in the bounding set.").Raw("</section>\n");
    }

    private static string[] List(ExplainedStep step, string name) => [.. step.Operands.First(operand => operand.Name == name).List ?? []];

    private void LimitTable()
    {
        _page.Raw("<section id=\"limits\"><h2>Limits</h2>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">what</th><th scope=\"col\">is set to</th><th scope=\"col\">by</th></tr></thead><tbody>\n");
        foreach (ExplainedStep step in _plan.Steps)
        {
            if (step.Group == StepGroup.Limits || step.Kind is "write-cgroup" or "attach-devices" or "start-unit" or "umask")
                _page.Raw("<tr>").Element("th scope=\"row\"", step.Act).Element("td", Limit(step)).Raw("<td>").Element("code", step.Origin).Raw("</td></tr>\n");
        }

        _page.Raw("</tbody></table></div></section>\n");
    }

    /// <summary>A file of a cgroup by its name; where the cgroup is, the steps tell.</summary>
    private static string Limit(ExplainedStep step)
    {
        if (step.Kind != "write-cgroup")
            return step.Detail;
        string path = step.Operands[0].Text!;
        return $"{path[(path.LastIndexOf('/') + 1)..]} = {string.Join("; ", step.Operands[1].List!)}";
    }

    private void StepList()
    {
        _page.Raw("<section id=\"steps\"><h2>The steps</h2>\n<p>In order. <span class=\"by runtime\">runtime</span> is the command, <span class=\"by helper\">helper</span> makes namespaces, ")
            .Element("span class=\"by init\"", ExplainedNames.Of(Actor.Init, _plan.Verb)).Raw(" becomes the program. Each opens to tell why it stands there, and its system calls.</p>\n");
        StepGroup? group = null;
        foreach (ExplainedStep step in _plan.Steps)
        {
            if (step.Group != group)
                _page.Raw(group is null ? "" : "</ol>\n").Element("h3", ExplainedNames.Of(step.Group)).Raw($"\n<ol start=\"{step.Number}\">\n");
            group = step.Group;
            Step(step);
        }

        _page.Raw("</ol></section>\n");
    }

    private void Step(ExplainedStep step)
    {
        string by = step.By switch
        {
            Actor.Runtime => "runtime",
            Actor.Helper => "helper",
            _ => "init",
        };
        _page.Raw($"<li value=\"{step.Number}\"><details><summary>").Element($"span class=\"by {by}\"", ExplainedNames.Of(step.By, _plan.Verb)).Raw(" ").Element("strong", step.Act);
        if (step.Detail.Length > 0)
            _page.Raw(" ").Element("span", step.Detail);
        _page.Raw("</summary>").Element("p", step.Why);
        if (step.Origin != "$")
            _page.Raw("<p>From ").Element("code", step.Origin).Raw("</p>");
        if (step.Calls.Count > 0)
        {
            _page.Raw("<pre>");
            foreach (string call in step.Calls)
                _page.Text(call).Raw("\n");
            _page.Raw("</pre>");
        }

        _page.Raw("</details></li>\n");
    }
}
