namespace OciSharp.Security;

/// <summary>A directory of the host that attacks aim at. Whatever a hostile image does, it has to stay as it is.</summary>
internal sealed class Bait
{
    /// <summary>What is in <see cref="File"/>; where a container prints it, it has read a file of the host.</summary>
    public const string Secret = "a secret of the host";

    private readonly Scratch _scratch;
    private readonly string _before;

    public Bait(Scratch scratch)
    {
        _scratch = scratch;
        Path = scratch.NewDirectory("bait");
        File = Path + "/file";
        System.IO.File.WriteAllText(File, Secret);
        Directory.CreateDirectory(Path + "/empty");
        _before = Describe();
    }

    public string Path { get; }

    public string File { get; }

    /// <summary>What a link in a root file system says to get out of it: more ".." than there are directories.</summary>
    public static string Climb(string path) => "../../../../../../../../../../../.." + path;

    /// <summary>Asserts that nothing was made, changed (contents, owner, mode: all of them set the time of the last change), removed or mounted there.</summary>
    public void Untouched()
    {
        Assert.That(Describe(), Is.EqualTo(_before), "a directory of the host was changed");
        Assert.That(MountInfo.OfThisProcess().Select(m => m.MountPoint), Has.None.StartsWith(Path), "something was mounted on the host");
    }

    private string Describe() => new Command(_scratch, ["/usr/bin/find", Path, "-printf", "%p %y %m %U:%G %s %C@ %l\n"]).Execute().Succeeded().Output;
}
