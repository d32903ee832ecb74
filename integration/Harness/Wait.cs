using System.Diagnostics;

namespace OciSharp.Integration.Harness;

/// <summary>Waiting for something that another process does.</summary>
public static class Wait
{
    /// <summary>Polls until the condition holds; fails the test when it does not within some seconds.</summary>
    public static void Until(Func<bool> condition, Func<string> failure, int seconds = 20)
    {
        if (!TryUntil(condition, seconds)) Assert.Fail(failure());
    }

    public static bool TryUntil(Func<bool> condition, int seconds)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds) return false;
            Thread.Sleep(5);
        }

        return true;
    }
}
