using System.Text.RegularExpressions;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

public sealed partial class HtmlFormatTests
{
    private static readonly string[] s_elements =
    [
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "div", "span", "p", "h1", "h2", "h3", "ul", "ol", "li", "a", "code", "pre",
        "strong", "details", "summary", "table", "thead", "tbody", "tr", "th", "td",
    ];

    private static readonly string[] s_attributes = ["lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "aria-label", "scope", "start", "value"];

    [TestCaseSource(nameof(Names))]
    public void The_page_is_whole(string name)
    {
        string page = HtmlFormat.Write(Explained.Fixture(name));
        Assert.That(Problems(page), Is.Empty);
        foreach (string section in (string[])["risks", "namespaces", "mounts", "capabilities", "limits", "seccomp", "steps"])
            Assert.That(page, Does.Contain($"<section id=\"{section}\">").And.Contain($"<a href=\"#{section}\">"));
        Assert.That(Regex.Count(page, "<li value="), Is.EqualTo(Explained.Fixture(name).Steps.Count));
        Assert.That(page, Does.Not.Contain("http://").And.Not.Contain("https://").And.Not.Contain("url("), "it loads nothing");
    }

    [Test]
    public void Hostile_texts_stay_texts()
    {
        using var directory = new TemporaryDirectory();
        string config = directory.File("config.json", Hostile.Config);
        foreach (ExplainedVerb verb in Enum.GetValues<ExplainedVerb>())
        {
            string page = HtmlFormat.Write(Explained.Of(config, verb));
            Assert.That(Problems(page), Is.Empty);
            Assert.That(page, Does.Contain("&lt;script&gt;alert(1)&lt;/script&gt;").And.Not.Contain("<script"));
            Assert.That(page.Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e'), Is.Empty);
        }
    }

    /// <summary>Mounts lie in the nearest one above them; thousands of them take no minutes.</summary>
    [Test]
    public void Mounts_are_a_tree()
    {
        using var directory = new TemporaryDirectory();
        IEnumerable<string> mounts = ((string[])["/a", "/a/b", "/ab", "/a/b/c/d", "/a"]).Concat(Enumerable.Range(0, 3000).Select(i => $"/a/{i}"))
            .Select(target => $$"""{ "destination": "{{target}}", "type": "tmpfs", "source": "tmpfs" }""");
        string page = HtmlFormat.Write(Explained.Of(directory.File("config.json", $$"""
            {
              "ociVersion": "1.2.0", "root": { "path": "r" }, "process": { "cwd": "/", "args": ["/x"] }, "linux": { "namespaces": [{ "type": "mount" }] },
              "mounts": [{{string.Join(',', mounts)}}]
            }
            """)));
        string tree = page[page.IndexOf("<ul class=\"tree\">", StringComparison.Ordinal)..];
        var lines = tree[..tree.IndexOf("</section>", StringComparison.Ordinal)].Split('\n').Select(line => Regex.Replace(line, "<code class=\"path\">([^<]*)</code>.*?</div>", "$1")).ToArray();
        Assert.That(string.Join("", lines), Does.StartWith("""<ul class="tree"><li class="root"><div>/<ul><li class="file-system"><div>/a<ul><li class="file-system"><div>/a/b<ul><li class="file-system"><div>/a/b/c/d</li></ul></li>""")
            .And.EndWith("""<div>/a/2999</li></ul></li><li class="file-system"><div>/ab</li><li class="file-system"><div>/a</li></ul></li></ul>"""));
    }

    [Test]
    public void The_privilege_that_is_lent_for_the_filter_is_not_the_programs()
    {
        using var directory = new TemporaryDirectory();
        string page = HtmlFormat.Write(Explained.Of(directory.File("config.json", """
            {
              "ociVersion": "1.2.0", "root": { "path": "r" }, "process": { "cwd": "/", "args": ["/x"], "capabilities": { "bounding": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"] } },
              "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW" } }
            }
            """)));
        Assert.That(page, Does.Contain("<th scope=\"row\">CAP_CHOWN</th>").And.Not.Contain("<th scope=\"row\">CAP_SYS_ADMIN</th>"));
        Assert.That(page, Does.Contain("CAP_SYS_ADMIN only until the program is executed"));
    }

    /// <summary>Tags that we do not write, and elements that are not closed in order.</summary>
    private static List<string> Problems(string page)
    {
        var problems = new List<string>();
        var open = new Stack<string>();
        string body = Regex.Replace(page, "<style>.*?</style>", "", RegexOptions.Singleline).Replace("<!DOCTYPE html>", "");
        foreach (Match tag in Tag().Matches(body))
        {
            string name = tag.Groups["name"].Value;
            if (!s_elements.Contains(name) || tag.Groups["attribute"].Captures.Any(attribute => !s_attributes.Contains(attribute.Value)))
                problems.Add(tag.Value);
            if (name == "meta")
                continue;
            if (tag.Value[1] != '/')
                open.Push(name);
            else if (open.Count == 0 || open.Pop() != name)
                problems.Add($"{tag.Value} closes something else");
        }

        string rest = Tag().Replace(body, "");
        if (rest.IndexOfAny(['<', '>']) is >= 0 and int at)
            problems.Add(rest.Substring(at, Math.Min(60, rest.Length - at)));
        problems.AddRange(open);
        return problems;
    }

    private static string[] Names => Explained.Names;

    [GeneratedRegex("</?(?<name>[a-z0-9]+)( (?<attribute>[a-z-]+)=\"[^\"<>]*\")*>")]
    private static partial Regex Tag();
}
