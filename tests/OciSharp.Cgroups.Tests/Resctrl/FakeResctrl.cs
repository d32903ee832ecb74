using OciSharp.Cgroups.Resctrl;

namespace OciSharp.Cgroups.Tests.Resctrl;

/// <summary>
/// A folder that looks like resctrl, for hardware that has none: its files are the kernel's, but a new directory is empty, so a test puts
/// into it what the kernel would.
/// </summary>
internal sealed class FakeResctrl : IDisposable
{
    public FakeResctrl()
    {
        Root = Directory.CreateTempSubdirectory("ocisharp-resctrl-").FullName;
        Fill("");
        Put("info/last_cmd_status", "ok\n");
        Put("info/L3/cbm_mask", "7ff\n");
        Put("info/L3/min_cbm_bits", "1\n");
        Put("info/L3/num_closids", "16\n");
        Put("info/MB/bandwidth_gran", "10\n");
        Put("info/MB/delay_linear", "1\n");
        Put("info/MB/min_bandwidth", "10\n");
        Put("info/MB/num_closids", "8\n");
    }

    public string Root { get; }

    /// <summary>Makes what the kernel makes in the directory of a group.</summary>
    public void Fill(string group, string schemata = "    L3:0=7ff;1=7ff\n    MB:0= 100;1= 100\n")
    {
        Put(group + "/schemata", schemata);
        Put(group + "/tasks", "");
        Directory.CreateDirectory($"{Root}/{group}/mon_groups");
    }

    public void Put(string path, string content)
    {
        string full = $"{Root}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public string Get(string path) => File.ReadAllText($"{Root}/{path}");

    public bool Has(string path) => Directory.Exists($"{Root}/{path}");

    /// <summary>Takes out of a group what would keep a folder, though not resctrl, from removing it.</summary>
    public void Empty(string group)
    {
        foreach (string file in Directory.GetFiles($"{Root}/{group}"))
            File.Delete(file);
        if (Has(group + "/mon_groups"))
            Directory.Delete($"{Root}/{group}/mon_groups");
    }

    /// <summary>Has the kernel refuse what is written to a file.</summary>
    public void Refuse(string path)
    {
        File.Delete($"{Root}/{path}"); // it may not be there
        File.CreateSymbolicLink($"{Root}/{path}", "/dev/full");
    }

    public ResctrlGroup Group(string name, string? monitoring = null, bool isOwn = false) => new(Root, name, monitoring, isOwn);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
