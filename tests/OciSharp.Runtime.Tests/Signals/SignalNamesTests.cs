using OciSharp.Runtime.Signals;

namespace OciSharp.Runtime.Tests.Signals;

public sealed class SignalNamesTests
{
    [TestCase("9", 9)]
    [TestCase("0", 0)]
    [TestCase("64", 64)]
    [TestCase("TERM", 15)]
    [TestCase("SIGTERM", 15)]
    [TestCase("sigterm", 15)]
    [TestCase("kill", 9)]
    [TestCase("IOT", 6)]
    [TestCase("CLD", 17)]
    [TestCase("POLL", 29)]
    [TestCase("RTMIN", 34)]
    [TestCase("SIGRTMIN+3", 37)]
    [TestCase("rtmax-14", 50)]
    [TestCase("RTMAX", 64)]
    public void NamesAndNumbersAreRead(string text, int signal) => Assert.That(SignalNames.Parse(text), Is.EqualTo(signal));

    [TestCase("")]
    [TestCase("SIG")]
    [TestCase("NOPE")]
    [TestCase("65")]
    [TestCase("-1")]
    [TestCase("+9")]
    [TestCase(" 9")]
    [TestCase("99999999999999")]
    [TestCase("RTMIN+31")]
    [TestCase("RTMIN-1")]
    [TestCase("RTMAX+1")]
    [TestCase("RTMIN+")]
    [TestCase("RTMAX--1")]
    public void OthersAreRefused(string text) =>
        Assert.That(() => SignalNames.Parse(text), Throws.TypeOf<ContainerException>().With.Message.Contains($"unknown signal \"{text}\""));

    [Test]
    public void EveryStandardSignalHasANameThatIsReadBack()
    {
        for (int signal = 1; signal <= 31; signal++)
            Assert.That(SignalNames.Parse(SignalNames.Of(signal)), Is.EqualTo(signal));
    }

    [Test]
    public void TheNamesAreThoseOfKill()
    {
        string[] names = HostProgram.Output("bash", "-c", "for i in $(seq 31); do kill -l $i; done").Split('\n');
        for (int signal = 1; signal <= 31; signal++)
            Assert.That(SignalNames.Of(signal), Is.EqualTo("SIG" + names[signal - 1]));
    }
}
