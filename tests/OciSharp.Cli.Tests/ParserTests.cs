using OciSharp.Cli.CommandLine;

namespace OciSharp.Cli.Tests;

public class ParserTests
{
    [Test]
    public void A_flag_has_one_dash_or_two_and_its_value_beside_it_or_behind_an_equals_sign()
    {
        foreach (string[] words in new string[][] { ["--bundle", "/b"], ["-bundle", "/b"], ["--bundle=/b"], ["-bundle=/b"], ["-b", "/b"], ["--b=/b"] })
        {
            var command = new SampleCommand();
            Assert.That(Parser.Parse(command, [.. words, "id"]), Is.EqualTo(new[] { "id" }), string.Join(' ', words));
            Assert.That(command.Bundle.Value, Is.EqualTo("/b"), string.Join(' ', words));
        }
    }

    [Test]
    public void A_value_may_look_like_anything()
    {
        var command = new SampleCommand();
        Parser.Parse(command, ["--bundle", "--force", "--count", "-7", "id"]);
        Assert.That(command.Bundle.Value, Is.EqualTo("--force"));
        Assert.That(command.Count.Value, Is.EqualTo(-7));
        Assert.That(command.Force.Value, Is.False);

        Parser.Parse(command, ["--bundle=a=b", "id"]);
        Assert.That(command.Bundle.Value, Is.EqualTo("a=b"));
        Parser.Parse(command, ["--bundle=", "id"]);
        Assert.That(command.Bundle.Value, Is.Empty);
    }

    [Test]
    public void The_last_of_a_repeated_flag_holds()
    {
        var command = new SampleCommand();
        Parser.Parse(command, ["--bundle", "a", "-b", "b", "--force", "--force=false"]);
        Assert.That(command.Bundle.Value, Is.EqualTo("b"));
        Assert.That(command.Force.Value, Is.False);
        Assert.That(command.Force.IsSet, Is.True);
    }

    [Test]
    public void A_switch_does_not_take_the_next_word()
    {
        var command = new SampleCommand();
        Assert.That(Parser.Parse(command, ["--force", "false"]), Is.EqualTo(new[] { "false" }));
        Assert.That(command.Force.Value, Is.True);
    }

    [TestCase("kill", "--force", "id", "9")]
    [TestCase("kill", "id", "--force", "9")]
    [TestCase("kill", "id", "9", "-f")]
    public void Flags_may_follow_arguments(params string[] words)
    {
        var command = new SampleCommand();
        Assert.That(Parser.Parse(command, words.AsSpan(1)), Is.EqualTo(new[] { "id", "9" }));
        Assert.That(command.Force.Value, Is.True);
    }

    [Test]
    public void Behind_the_first_argument_a_word_that_is_no_flag_is_an_argument()
    {
        Assert.That(Parser.Parse(new SampleCommand(), ["id", "-9"]), Is.EqualTo(new[] { "id", "-9" }));
        Assert.That(Parser.Parse(new SampleCommand(), ["id", "-"]), Is.EqualTo(new[] { "id", "-" }));
    }

    [Test]
    public void Two_dashes_end_the_flags()
    {
        var command = new SampleCommand();
        Assert.That(Parser.Parse(command, ["--", "--force"]), Is.EqualTo(new[] { "--force" }));
        Assert.That(Parser.Parse(command, ["id", "--", "--force", "--"]), Is.EqualTo(new[] { "id", "--force", "--" }));
        Assert.That(command.Force.Value, Is.False);
    }

    [Test]
    public void A_command_that_runs_another_keeps_all_behind_its_first_argument()
    {
        var command = new SampleCommand { EndsEarly = true };
        Assert.That(Parser.Parse(command, ["-b", "x", "id", "sh", "--force", "-h", "--", "y"]), Is.EqualTo(new[] { "id", "sh", "--force", "-h", "--", "y" }));
        Assert.That(command.Bundle.Value, Is.EqualTo("x"));
        Assert.That(command.Force.Value, Is.False);
        Assert.That(command.Help.Value, Is.False);
    }

    [TestCase("-h")]
    [TestCase("--help")]
    [TestCase("-help")]
    [TestCase("id", "--help")]
    public void Help_is_a_flag_of_every_command(params string[] words)
    {
        var command = new SampleCommand();
        Parser.Parse(command, words);
        Assert.That(command.Help.Value, Is.True);
    }

    // The texts are those of Go's flag package; podman looks for "flag needs an argument".
    [TestCase("flag needs an argument: -bundle", "--bundle")]
    [TestCase("flag needs an argument: -b", "id", "-b")]
    [TestCase("flag provided but not defined: -nope", "--nope=3", "id")]
    [TestCase("flag provided but not defined: -fb", "-fb", "id")]
    [TestCase("flag provided but not defined: -Force", "--Force", "id")]
    [TestCase("invalid boolean value \"maybe\" for -f: parse error", "-f=maybe", "id")]
    [TestCase("invalid value \"x\" for flag -count: parse error", "--count", "x", "id")]
    [TestCase("invalid value \"2147483648\" for flag -count: value out of range", "--count", "2147483648", "id")]
    [TestCase("bad flag syntax: ---force", "---force")]
    [TestCase("bad flag syntax: --=x", "--=x")]
    public void Mistakes_have_the_texts_that_engines_look_for(string message, params string[] words)
    {
        Assert.That(() => Parser.Parse(new SampleCommand(), words), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Leading_flags_end_at_the_first_argument()
    {
        var flags = new GlobalFlags();
        string[] words = ["--root", "/r", "--log-format=json", "--systemd-cgroup", "--rootless=true", "create", "--bundle", "/b", "id"];
        Assert.That(Parser.ParseLeading(flags.All, flags.Help, words), Is.EqualTo(5));
        Assert.That(flags.Root.Value, Is.EqualTo("/r"));
        Assert.That(flags.LogFormat.Value, Is.EqualTo("json"));
        Assert.That(flags.SystemdCgroup.Value, Is.True);
        Assert.That(flags.Rootless.Value, Is.EqualTo("true"));
    }

    [TestCase(0, "ocisharp: \"sample\" requires a minimum of 1 argument(s)")]
    [TestCase(3, "ocisharp: \"sample\" requires a maximum of 2 argument(s)")]
    public void The_number_of_arguments_is_checked(int count, string message)
    {
        Assert.That(() => Parser.CheckArguments(new SampleCommand(), count), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));
        Assert.That(() => Parser.CheckArguments(new SampleCommand(), 2), Throws.Nothing);
    }

    private sealed class SampleCommand : Command
    {
        public TextFlag Bundle { get; } = new("bundle", "", 'b');

        public Switch Force { get; } = new("force", "", 'f');

        public NumberFlag Count { get; } = new("count", "");

        public bool EndsEarly { get; init; }

        public override string Name => "sample";

        public override string Summary => "";

        public override int MinArguments => 1;

        public override int MaxArguments => 2;

        public override Flag[] Flags => [Bundle, Force, Count];

        public override bool FlagsEndAtFirstArgument => EndsEarly;

        public override int Run(Session session, IReadOnlyList<string> arguments) => throw new NotSupportedException();
    }
}
