using System.Diagnostics;
using System.Text;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

public sealed class ShellFormatTests
{
    [Test]
    public void The_script() => Explained.Check("create-runc-spec.json.sh", ShellFormat.Write(Explained.Fixture("runc-spec.json")));

    [Test]
    public void The_script_of_exec() => Explained.Check("exec-docker.json.sh", ShellFormat.Write(Explained.Fixture("docker.json", ExplainedVerb.Exec)));

    [TestCaseSource(nameof(Names))]
    public void A_shell_can_read_it(string name)
    {
        AssertReadable(ShellFormat.Write(Explained.Fixture(name)));
        if (name is not ("minimal.json" or "nulls.json"))
            AssertReadable(ShellFormat.Write(Explained.Fixture(name, ExplainedVerb.Exec)));
    }

    [Test]
    public void Hostile_texts_are_nothing_but_words_and_comments()
    {
        using var directory = new TemporaryDirectory();
        string config = directory.File("config.json", Hostile.Config);
        foreach (ExplainedVerb verb in Enum.GetValues<ExplainedVerb>())
        {
            string script = ShellFormat.Write(Explained.Of(config, verb));
            AssertReadable(script);
            Assert.That(script, Does.Contain("touch /tmp/ocisharp-hostile"));
            string commands = Unquoted(script);
            Assert.That(commands, Does.Not.Contain("hostile").And.Not.Contain("alert").And.Not.Contain("`"));
            Assert.That(commands, Does.Contain(verb == ExplainedVerb.Exec ? "exec env -i" : "pivot_root"), "it is what is looked at");
        }
    }

    [Test]
    public void The_end_of_the_inner_part_is_not_to_be_forged()
    {
        using var directory = new TemporaryDirectory();
        string config = directory.File("config.json", """
            {
              "ociVersion": "1.2.0", "root": { "path": "r" }, "process": { "cwd": "/", "args": ["/x", "a\nINSIDE\nINSIDE_\ntouch /tmp/ocisharp-hostile\n"] },
              "linux": { "namespaces": [{ "type": "mount" }] }
            }
            """);
        string script = ShellFormat.Write(Explained.Of(config));
        Assert.That(script, Does.Contain("3<<'INSIDE__'\n").And.Contain("\nINSIDE__\n"));
    }

    [TestCase("")]
    [TestCase("plain-word_1.2:3,4+5@6%7")]
    [TestCase("~")]
    [TestCase("a b")]
    [TestCase("-n")]
    [TestCase("a=b")]
    [TestCase("'")]
    [TestCase("it's \"so\" $HOME `id` $(id) \\ \\' ! * ? [a] {a,b} # ; & | < > ( )")]
    [TestCase("two\nlines\n")]
    [TestCase("\u001b[2J\r\té")]
    public void A_word_comes_out_of_the_shell_as_it_went_in(string word)
    {
        (int exitCode, string output) = Shell($"printf '%s|' {ShellText.Quote(word)} {ShellText.Quote(word)}");
        Assert.That((exitCode, output), Is.EqualTo((0, $"{word}|{word}|")));
    }

    private static void AssertReadable(string script)
    {
        (int exitCode, string output) = Shell(script, "-n");
        Assert.That(exitCode, Is.Zero, output);
    }

    private static (int ExitCode, string Output) Shell(string script, params string[] flags)
    {
        var start = new ProcessStartInfo("/bin/sh", flags) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process shell = Process.Start(start)!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        shell.StandardInput.Write(script);
        shell.StandardInput.Close();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output + error.Result);
    }

    /// <summary>What of a script is neither in single quotes nor a comment.</summary>
    private static string Unquoted(string script)
    {
        var rest = new StringBuilder();
        for (int i = 0; i < script.Length; i++)
        {
            bool begins = i == 0 || script[i - 1] is ' ' or '\n';
            if (script[i] == '#' && begins)
                i = script.IndexOf('\n', i);
            else if (script[i] == '\\')
                i++;
            else if (script[i] == '\'')
                i = script.IndexOf('\'', i + 1);
            else
                rest.Append(script[i]);
        }

        return rest.ToString();
    }

    private static string[] Names => Explained.Names;
}
