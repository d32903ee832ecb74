using OciSharp.Cli.Output;

namespace OciSharp.Cli.Tests;

public class ListTests
{
    [Test]
    public void A_table_is_aligned_as_runc_aligns_it()
    {
        // The output of runc list, with two containers.
        const string Expected =
            "ID                                PID         STATUS      BUNDLE      CREATED                          OWNER\n" +
            "a-very-long-container-name-here   9877        created     /tmp/clib   2026-11-22T13:08:44.580832028Z   root\n" +
            "ct1                               9862        created     /tmp/clib   2026-11-22T13:08:44.547508238Z   root\n";
        var table = new TextTable("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
        table.Add("a-very-long-container-name-here", "9877", "created", "/tmp/clib", "2026-11-22T13:08:44.580832028Z", "root");
        table.Add("ct1", "9862", "created", "/tmp/clib", "2026-11-22T13:08:44.547508238Z", "root");
        Assert.That(table.ToString(), Is.EqualTo(Expected));
    }

    [Test]
    public void An_empty_table_is_its_header()
    {
        const string Header = "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n";
        Assert.That(new TextTable("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER").ToString(), Is.EqualTo(Header));
        using var root = new TemporaryRoot();
        Assert.That(Tool.Run("--root", root.Path, "list"), Is.EqualTo((0, Header, "")));
        Assert.That(Tool.Run("--root", "/nonexistent/root", "list"), Is.EqualTo((0, Header, "")));
    }

    [Test]
    public void Containers_are_listed()
    {
        using var root = new TemporaryRoot();
        root.Add("two");
        root.Add("one");
        Assert.That(Tool.Run("--root", root.Path, "list").Output, Is.EqualTo("""
            ID          PID         STATUS      BUNDLE            CREATED                        OWNER
            one         0           stopped     /bundles/größer   2026-01-02T03:04:05.6789012Z   root
            two         0           stopped     /bundles/größer   2026-01-02T03:04:05.6789012Z   root

            """));
        Assert.That(Tool.Run("--root", root.Path, "list", "-q"), Is.EqualTo((0, "one\ntwo\n", "")));
        Assert.That(Tool.Run("--root", root.Path, "list", "--format", "json").Output, Does.Match("""^\[\{"ociVersion":"1.3.0","id":"one","pid":0,.*"owner":"root"\},\{.*"id":"two".*\}\]\n$"""));
    }

    [Test]
    public void No_containers_are_null_in_JSON()
    {
        using var root = new TemporaryRoot();
        Assert.That(Tool.Run("--root", root.Path, "list", "-f", "json"), Is.EqualTo((0, "null\n", "")));
    }

    [Test]
    public void A_format_that_there_is_not_is_an_error()
    {
        (int code, string output, string error) = Tool.Run("--root", "/nonexistent/root", "list", "-f", "yaml");
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("invalid format option"));
    }
}
