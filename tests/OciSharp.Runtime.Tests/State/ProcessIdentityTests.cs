using System.Diagnostics;
using System.Text;
using OciSharp.Runtime.State;

namespace OciSharp.Runtime.Tests.State;

public sealed class ProcessIdentityTests
{
    [Test]
    public void AProcessIsNamedByItsPidAndStart()
    {
        ProcessIdentity first = ProcessIdentity.Of(Environment.ProcessId)!.Value;

        Assert.That(first.Alive);
        Assert.That(first.StartTime, Is.Positive);
        Assert.That(ProcessIdentity.Of(Environment.ProcessId)!.Value.StartTime, Is.EqualTo(first.StartTime));
        Assert.That(ProcessIdentity.Of(1)!.Value.StartTime, Is.Not.EqualTo(first.StartTime));
    }

    [Test]
    public void WhatIsNotThereIsNull()
    {
        using Process process = Process.Start("true");
        process.WaitForExit();
        Assert.That(ProcessIdentity.Of(process.Id), Is.Null);
        Assert.That(ProcessIdentity.Of(int.MaxValue), Is.Null);
    }

    [TestCase("1 (a) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 777 1 1\n", 'S', 777ul)]
    [TestCase("1 (evil) Z (x) R 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 18446744073709551615", 'R', ulong.MaxValue)]
    [TestCase("1 () Z 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 9 1", 'Z', 9ul)]
    public void ProgramsMayCallThemselvesWhatTheyLike(string text, char state, ulong startTime) =>
        Assert.That(ProcessIdentity.Parse(Encoding.UTF8.GetBytes(text)), Is.EqualTo(new ProcessIdentity(state, startTime)));

    [TestCase("")]
    [TestCase("1 (a")]
    [TestCase("1 (a)")]
    [TestCase("1 (a) S 0 1 1")]
    [TestCase("1 (a) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 x")]
    public void OtherTextsAreNone(string text) => Assert.That(ProcessIdentity.Parse(Encoding.UTF8.GetBytes(text)), Is.Null);

    [TestCase('R', true)]
    [TestCase('T', true)]
    [TestCase('Z', false)]
    [TestCase('X', false)]
    public void AZombieHasEnded(char state, bool alive) => Assert.That(new ProcessIdentity(state, 1).Alive, Is.EqualTo(alive));
}
