using System.Runtime.CompilerServices;
using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

public class DocsTests
{
    [Test]
    public void The_page_about_the_command_line_names_every_command_and_every_global_flag()
    {
        string page = Page();
        foreach (string name in CommandTable.Names)
            Assert.That(page, Does.Match($@"\n## (.*, )?{name}(,.*)?\n").Or.Contain($" `{name}`"), name);
        foreach (Flag flag in new GlobalFlags().All)
            Assert.That(page, Does.Contain($"`--{flag.Name}"), flag.Name);
    }

    private static string Page([CallerFilePath] string source = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(source)!, "../../docs/commands.md"));
}
