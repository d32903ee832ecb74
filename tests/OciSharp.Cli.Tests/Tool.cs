using System.Diagnostics;

namespace OciSharp.Cli.Tests;

/// <summary>Runs the command line as a process, on the ordinary .NET runtime.</summary>
internal static class Tool
{
    /// <summary>The exit code and both outputs.</summary>
    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        string directory = TestContext.CurrentContext.TestDirectory;
        string[] host = ["exec", "--roll-forward", "Major", "--depsfile", Path.Combine(directory, "OciSharp.Cli.Tests.deps.json"), Path.Combine(directory, "ocisharp.dll")];
        foreach (string argument in (string[])[.. host, .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
