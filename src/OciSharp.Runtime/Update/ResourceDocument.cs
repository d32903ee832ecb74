using Microsoft.Extensions.Logging;
using OciSharp.Linux;
using OciSharp.Runtime.Launch;
using OciSharp.Spec;

namespace OciSharp.Runtime.Update;

/// <summary>The document of <c>update --resources</c>: <c>linux.resources</c>, alone.</summary>
public static class ResourceDocument
{
    private const int StandardInput = 0;

    /// <summary>Reads a document.</summary>
    /// <param name="path">The file; <c>-</c> is standard input.</param>
    /// <param name="log">Where warnings go.</param>
    /// <exception cref="ContainerException">It is no such document; all mistakes are reported together.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static LinuxResources Read(string path, ILogger log)
    {
        string name = path == "-" ? "standard input" : path;
        var bag = new DiagnosticBag();
        LinuxResources? resources = ConfigReader.ReadResources(ReadText(path, name), bag);
        ConfigDocument.Report(bag, name, log);
        return resources!;
    }

    private static byte[] ReadText(string path, string name)
    {
        if (path == "-")
            return Syscall.ReadToEnd(StandardInput, name);
        using OwnedFd file = Syscall.Open(Fcntl.AT_FDCWD, path, Fcntl.O_RDONLY);
        return Syscall.ReadToEnd(file.Value, name);
    }
}
