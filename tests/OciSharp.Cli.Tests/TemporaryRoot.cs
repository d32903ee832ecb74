using OciSharp.Runtime.State;

namespace OciSharp.Cli.Tests;

/// <summary>A root directory with records of containers that have ended.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ocisharp-root-");

    public string Path => _directory.FullName;

    public void Add(string id, params KeyValuePair<string, string>[] annotations)
    {
        string directory = Directory.CreateDirectory(System.IO.Path.Combine(Path, id)).FullName;
        var record = new ContainerRecord
        {
            OciVersion = "1.3.0",
            Id = id,
            Bundle = "/bundles/größer",
            Rootfs = "/bundles/größer/rootfs",
            Created = "2026-01-02T03:04:05.6789012Z",
            Owner = 0,
            Annotations = annotations,
        };
        File.WriteAllBytes(System.IO.Path.Combine(directory, "state.json"), ContainerRecordJson.Write(record).ToArray());
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
