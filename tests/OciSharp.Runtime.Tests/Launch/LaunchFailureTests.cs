using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using OciSharp.Init.Plan;
using OciSharp.Runtime.Failures;
using OciSharp.Runtime.Launch;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Tests.Launch;

/// <summary>What is said of a step that failed, to someone who does not know our steps.</summary>
public sealed partial class LaunchFailureTests
{
    private static OpCode[] Steps => Enum.GetValues<OpCode>();

    [Test]
    public void Each_step_has_words([ValueSource(nameof(Steps))] OpCode step, [Values(Errno.EIO, Errno.EPERM, Errno.EINVAL, Errno.ENOENT)] Errno errno, [Values("", "text")] string text)
    {
        string message = LaunchFailure.Of(Report(step, errno, text), new LaunchScene { Log = NullLogger.Instance }).Message;
        Assert.That(message, Does.Not.Match(CamelCase()), "it has the name of a step in it");
        Assert.That(message, Does.Not.EndWith(".").And.Match("^[a-z\"]"));
    }

    private static ChildWord Report(OpCode step, Errno errno, string text) =>
        new() { Message = new Message { Kind = MessageKind.Failed, Op = step, A = -1, B = (int)errno }, Text = text };

    [GeneratedRegex("\\b[A-Z][a-z]+[A-Z]")]
    private static partial Regex CamelCase();
}
