using System.Text.Json.Nodes;

namespace OciSharp.Integration;

/// <summary>config.md, "Process": cwd, env, args, user, and how it ends.</summary>
public sealed class ProcessProperties : ContainerFixture
{
    [Test]
    public void Arguments_arrive_as_they_are() =>
        Assert.That(Run(NewBundle().Args("/bin/printf", "<%s>", "a b", "", "c\nd", "ünïcode $HOME *")).Succeeded().Output, Is.EqualTo("<a b><><c\nd><ünïcode $HOME *>"));

    [Test]
    public void Argument_0_may_differ_from_the_file_s_name() =>
        Assert.That(Run(NewBundle().Args("sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline; true")).Succeeded().Output, Does.StartWith("sh -c "));

    [Test]
    public void A_long_argument_list()
    {
        var args = Enumerable.Range(0, 2000).Select(i => $"argument-{i}-{new string('x', 40)}").ToArray();
        Assert.That(Run(NewBundle().Args(["/bin/sh", "-c", "echo $#; echo ${2000}", "sh", .. args])).Succeeded().Text, Is.EqualTo($"2000\n{args[^1]}"));
    }

    [Test]
    public void The_first_argument_is_looked_up_in_the_container_s_own_path()
    {
        var bundle = NewBundle().File("/first/tool", "#!/bin/sh\necho first").File("/second/tool", "#!/bin/sh\necho second").File("/second/other", "#!/bin/sh\necho other");
        Assert.That(Run(bundle.Args("tool").Env("PATH=/nowhere:/first:/second")).Succeeded().Text, Is.EqualTo("first"));
        Assert.That(Run(bundle.Args("other").Env("PATH=/first:/second")).Succeeded().Text, Is.EqualTo("other"));
    }

    [TestCase("nosuchtool", "executable file not found in", TestName = "A program that is not in PATH")]
    [TestCase("/no/such/tool", "no such file or directory", TestName = "A program whose path does not exist")]
    [TestCase("/etc/passwd", "permission denied", TestName = "A program that must not be executed")]
    public void A_program_that_cannot_be_started(string program, string fragment)
    {
        var bundle = NewBundle().Args(program);
        File.SetUnixFileMode(bundle.Rootfs + "/etc/passwd", UnixFileMode.UserRead);
        Run(bundle).Failed(fragment);
        FailToCreate(bundle).Failed(fragment);
    }

    [Test]
    public void No_arguments_are_refused() => FailToCreate(NewBundle().WithProcess("args", new JsonArray())).Failed();

    [Test]
    public void The_working_directory() => Assert.That(Run(NewBundle().WithProcess("cwd", "/home/user").Args("/bin/pwd")).Succeeded().Text, Is.EqualTo("/home/user"));

    [Test]
    public void A_working_directory_that_does_not_exist_is_made() =>
        Assert.That(Run(NewBundle().WithProcess("cwd", "/not/there/yet").Args("/bin/pwd")).Succeeded().Text, Is.EqualTo("/not/there/yet"));

    [TestCase("relative")]
    [TestCase("")]
    public void A_working_directory_that_is_not_absolute_is_refused(string cwd) => FailToCreate(NewBundle().WithProcess("cwd", cwd)).Failed("cwd");

    [Test]
    public void A_working_directory_that_is_a_file_is_refused() => Assert.That(Run(NewBundle().WithProcess("cwd", "/etc/passwd")).ExitCode, Is.EqualTo(1));

    [Test]
    public void A_working_directory_cannot_be_a_descriptor_of_the_host()
    {
        var bundle = NewBundle();
        for (var fd = 3; fd < 16; fd++)
        {
            var result = Run(bundle.WithProcess("cwd", $"/proc/self/fd/{fd}").Script("/bin/pwd; ls -d ../../../../../../boot"));
            Assert.That(result.ExitCode, Is.Not.Zero, $"descriptor {fd}: {result.Output}");
        }
    }

    [Test]
    public void The_environment_is_the_listed_one()
    {
        var result = RunCommand(NewBundle().Args("/bin/env").Env("PATH=/bin", "A=1", "EMPTY=", "B=x=y z", "HOME=/there", "LINES=a\nb")).Environment("LEAKED", "from the caller").Execute();
        Assert.That(result.Succeeded().Lines.Order(StringComparer.Ordinal), Is.EqualTo((string[])["A=1", "B=x=y z", "EMPTY=", "HOME=/there", "LINES=a", "PATH=/bin", "b"]));
    }

    [Test]
    public void The_last_of_two_variables_of_one_name_wins() =>
        Assert.That(Run(NewBundle().Args("/bin/env").Env("PATH=/bin", "A=1", "A=2", "HOME=/")).Succeeded().Lines.Where(l => l.StartsWith('A')), Is.EqualTo((string[])["A=2"]));

    [TestCase(0, "/root")]
    [TestCase(1000, "/home/user")]
    [TestCase(4242, "/")]
    public void Home_comes_from_the_container_s_passwd(int uid, string home) =>
        Assert.That(Run(NewBundle().User(uid, uid).Args("/bin/env")).Succeeded().Lines, Does.Contain("HOME=" + home));

    [Test]
    public void User_group_and_additional_groups()
    {
        var bundle = NewBundle();
        bundle.Process["user"] = new JsonObject { ["uid"] = 12, ["gid"] = 34, ["additionalGids"] = new JsonArray(56, 78) };
        var status = Look(bundle, "cat /proc/self/status").Status(0);
        Assert.That((status["Uid"], status["Gid"]), Is.EqualTo(("12\t12\t12\t12", "34\t34\t34\t34")));
        Assert.That(status["Groups"].Split(' ').Except(["34"]), Is.EqualTo((string[])["56", "78"]));
    }

    [Test]
    public void The_caller_s_groups_are_not_inherited()
    {
        var result = RunCommand(NewBundle("cat /proc/self/status")).Through("setpriv", "--groups", "4,24").Execute().Succeeded();
        Assert.That(result.Lines.Single(l => l.StartsWith("Groups:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Except(["Groups:", "0"]), Is.Empty);
    }

    [Test]
    public void Umask()
    {
        var bundle = NewBundle("umask; touch /file; stat -c %a /file");
        bundle.Process["user"]!["umask"] = 0x3f;
        Assert.That(Run(bundle).Succeeded().Lines, Is.EqualTo((string[])["0077", "600"]));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(42)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(255)]
    public void The_exit_code_is_the_process_s(int code) => Run(NewBundle($"exit {code}")).Exited(code);

    [TestCase("TERM", 15)]
    [TestCase("KILL", 9)]
    [TestCase("SEGV", 11)]
    [TestCase("USR1", 10)]
    public void A_signal_gives_128_and_its_number(string name, int number) => Run(NewBundle($"kill -{name} $$").WithoutNamespace("pid")).Exited(128 + number);

    [Test]
    public void No_process_at_all_is_refused_by_start_at_the_latest()
    {
        var bundle = NewBundle();
        bundle.Config.Remove("process");
        // Create may refuse already, as runc does.
        var id = Scratch.NewName();
        var created = Runtime.Execute("create", "--bundle", bundle.Write().Path, id);
        if (created.ExitCode == 0) Runtime.Execute("start", id).Failed();
        else created.Failed();
    }

    [Test]
    public void A_script_with_a_missing_interpreter()
    {
        var result = Run(NewBundle().File("/script", "#!/no/such/interpreter\n").Args("/script"));
        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("no such file or directory"));
    }

    [Test]
    public void A_file_that_is_no_program()
    {
        var result = Run(NewBundle().File("/garbage", "\u0001\u0002\u0003").Args("/garbage"));
        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("exec format error"));
    }
}
