using System.Globalization;

namespace OciSharp.Integration;

/// <summary><c>--pid-file</c>: engines read it with atoi(3) the moment create has returned.</summary>
public sealed class PidFile : ContainerFixture
{
    [Test]
    public void It_has_the_pid_and_no_newline()
    {
        var directory = Scratch.NewDirectory("pid");
        var container = Create(NewBundle(), "--pid-file", directory + "/pid");
        Assert.That(File.ReadAllText(directory + "/pid"), Is.EqualTo(container.Pid.ToString(CultureInfo.InvariantCulture)));
        Assert.That(Directory.GetFiles(directory), Has.Length.EqualTo(1), "it is written to another name, and renamed");
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void An_old_one_is_replaced()
    {
        var file = Scratch.NewFile("pid", "123456789123456789\n\n\n");
        var container = RunDetached(NewBundle("exec sleep 1000"), "--pid-file", file);
        Assert.That(File.ReadAllText(file), Is.EqualTo(container.Pid.ToString(CultureInfo.InvariantCulture)));
        container.Delete("--force").Succeeded();
    }

    [Test]
    public void A_relative_path_is_relative_to_the_caller()
    {
        var directory = Scratch.NewDirectory("pid");
        RunCommand(NewBundle(), "--pid-file", "here").Directory(directory).Execute().Succeeded();
        Assert.That(File.ReadAllText(directory + "/here"), Does.Match("^[0-9]+$"));
    }

    [Test]
    public void When_create_fails_there_is_none()
    {
        var directory = Scratch.NewDirectory("pid");
        FailToCreate(NewBundle().Args("/no/such/program"), "--pid-file", directory + "/pid").Failed();
        Assert.That(Directory.GetFiles(directory), Is.Empty);
    }

    [Test]
    public void One_that_cannot_be_written_fails_create() => FailToCreate(NewBundle(), "--pid-file", Scratch.Path + "/no/such/directory/pid").Failed();
}
