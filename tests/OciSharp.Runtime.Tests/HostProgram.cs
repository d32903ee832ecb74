using System.Diagnostics;

namespace OciSharp.Runtime.Tests;

/// <summary>Programs of the host, to look at what we do from outside.</summary>
internal static class HostProgram
{
    /// <summary>Starts a program whose output can be read.</summary>
    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    /// <summary>What a program prints.</summary>
    public static string Output(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>Whether somebody holds the lock on a directory.</summary>
    public static bool IsLocked(string directory)
    {
        using Process process = Start("flock", "--nonblock", directory, "true");
        process.WaitForExit();
        return process.ExitCode != 0;
    }
}
