using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

public class HelpTests
{
    [Test]
    public void The_help_of_the_program() => Snapshot.Check("help/ocisharp.txt", HelpText.OfProgram(new GlobalFlags()));

    [TestCaseSource(nameof(Names))]
    public void The_help_of_a_command(string name) => Snapshot.Check($"help/{name}.txt", HelpText.OfCommand(CommandTable.Find(name)!));

    [TestCaseSource(nameof(Names))]
    public void A_command_is_found_under_its_name(string name) => Assert.That(CommandTable.Find(name)!.Name, Is.EqualTo(name));

    [TestCaseSource(nameof(Names))]
    public void No_two_flags_of_a_command_share_a_name(string name)
    {
        Command command = CommandTable.Find(name)!;
        Flag[] flags = [.. command.Flags, command.Help];
        Assert.That(flags.Select(flag => flag.Name), Is.Unique);
        Assert.That(flags.Where(flag => flag.ShortName != '\0').Select(flag => flag.ShortName), Is.Unique);
    }

    private static string[] Names() => CommandTable.Names;
}
