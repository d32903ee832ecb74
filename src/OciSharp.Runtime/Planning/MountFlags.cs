using OciSharp.Spec;
using static OciSharp.Linux.Mount;

namespace OciSharp.Runtime.Planning;

/// <summary>What the options of one mount mean to the kernel (config.md, Linux mount options).</summary>
internal sealed class MountFlags
{
    /// <summary>The longest value that fsconfig(2) takes, with its NUL.</summary>
    private const int LongestValue = 256;

    private List<string>? _data;

    /// <summary>bind, rbind</summary>
    public bool Bind { get; private set; }

    /// <summary>rbind</summary>
    public bool Recursive { get; private set; }

    /// <summary>remount</summary>
    public bool Remount { get; private set; }

    /// <summary>tmpcopyup</summary>
    public bool CopyUp { get; private set; }

    /// <summary>idmap, ridmap</summary>
    public bool IdMap { get; private set; }

    /// <summary>ridmap</summary>
    public bool IdMapRecursive { get; private set; }

    /// <summary>MS_* flags, for mount(2).</summary>
    public ulong Classic { get; private set; }

    /// <summary>MOUNT_ATTR_* to set on the mount.</summary>
    public ulong Set { get; private set; }

    /// <summary>MOUNT_ATTR_* to clear on the mount.</summary>
    public ulong Clear { get; private set; }

    /// <summary>MOUNT_ATTR_* to set on the mount and all below (rro, …).</summary>
    public ulong SetRecursive { get; private set; }

    /// <summary>MOUNT_ATTR_* to clear on the mount and all below (rrw, …).</summary>
    public ulong ClearRecursive { get; private set; }

    /// <summary>MS_PRIVATE, MS_SHARED, MS_SLAVE or MS_UNBINDABLE, perhaps with MS_REC; 0 leaves the propagation.</summary>
    public ulong Propagation { get; private set; }

    /// <summary>Only mount(2) can say it: flags of the superblock that fsconfig(2) does not know, or a value that is too long for it.</summary>
    public bool NeedsClassic { get; private set; }

    /// <summary>Options of the file system itself: key or key=value, in the order of the configuration.</summary>
    public IReadOnlyList<string> Data => (IReadOnlyList<string>?)_data ?? [];

    /// <summary>Reads the options of a mount.</summary>
    /// <param name="type">The mount's type, if it has one; <c>bind</c> is as good as the option.</param>
    /// <param name="options">The options, in order: a later one overrides an earlier one.</param>
    public static MountFlags Parse(string? type, IReadOnlyList<string>? options)
    {
        var flags = new MountFlags { Bind = type == "bind" };
        foreach (string option in options.AsSpan())
            flags.Add(option);
        return flags;
    }

    /// <summary>The options of the file system as mount(2) takes them.</summary>
    public string DataText() => string.Join(',', Data);

    /// <summary>Takes "ro" back, for a mount that becomes read-only when all is in it that belongs there.</summary>
    public void Writable() => Off(MOUNT_ATTR_RDONLY, MS_RDONLY);

    /// <summary>Adds an option of the file system.</summary>
    public void AddData(string option)
    {
        (_data ??= []).Add(option);
        NeedsClassic |= option.Length - option.IndexOf('=') - 1 >= LongestValue;
    }

    private void Add(string option)
    {
        switch (option)
        {
            case "defaults": break;
            case "bind": Bind = true; break;
            case "rbind": Bind = Recursive = true; break;
            case "remount": Remount = true; break;
            case "tmpcopyup": CopyUp = true; break;
            case "idmap": IdMap = true; break;
            case "ridmap": IdMap = IdMapRecursive = true; break;

            case "ro": On(MOUNT_ATTR_RDONLY, MS_RDONLY); break;
            case "rw": Off(MOUNT_ATTR_RDONLY, MS_RDONLY); break;
            case "nosuid": On(MOUNT_ATTR_NOSUID, MS_NOSUID); break;
            case "suid": Off(MOUNT_ATTR_NOSUID, MS_NOSUID); break;
            case "nodev": On(MOUNT_ATTR_NODEV, MS_NODEV); break;
            case "dev": Off(MOUNT_ATTR_NODEV, MS_NODEV); break;
            case "noexec": On(MOUNT_ATTR_NOEXEC, MS_NOEXEC); break;
            case "exec": Off(MOUNT_ATTR_NOEXEC, MS_NOEXEC); break;
            case "nodiratime": On(MOUNT_ATTR_NODIRATIME, MS_NODIRATIME); break;
            case "diratime": Off(MOUNT_ATTR_NODIRATIME, MS_NODIRATIME); break;
            case "nosymfollow": On(MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW); break;
            case "symfollow": Off(MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW); break;
            case "noatime": AccessTime(MOUNT_ATTR_NOATIME, MS_NOATIME); break;
            case "strictatime": AccessTime(MOUNT_ATTR_STRICTATIME, MS_STRICTATIME); break;
            case "relatime" or "atime" or "nostrictatime": AccessTime(MOUNT_ATTR_RELATIME, MS_RELATIME); break;
            case "norelatime": AccessTime(MOUNT_ATTR_STRICTATIME, MS_STRICTATIME); break;

            case "sync": OnlyClassic(MS_SYNCHRONOUS); break;
            case "async": Classic &= ~MS_SYNCHRONOUS; break;
            case "dirsync": OnlyClassic(MS_DIRSYNC); break;
            case "lazytime": OnlyClassic(MS_LAZYTIME); break;
            case "nolazytime": Classic &= ~MS_LAZYTIME; break;
            case "mand": OnlyClassic(MS_MANDLOCK); break;
            case "nomand": Classic &= ~MS_MANDLOCK; break;
            case "iversion": OnlyClassic(MS_I_VERSION); break;
            case "noiversion": Classic &= ~MS_I_VERSION; break;
            case "silent": OnlyClassic(MS_SILENT); break;
            case "loud": Classic &= ~MS_SILENT; break;

            case "rro": OnRecursive(MOUNT_ATTR_RDONLY); break;
            case "rrw": OffRecursive(MOUNT_ATTR_RDONLY); break;
            case "rnosuid": OnRecursive(MOUNT_ATTR_NOSUID); break;
            case "rsuid": OffRecursive(MOUNT_ATTR_NOSUID); break;
            case "rnodev": OnRecursive(MOUNT_ATTR_NODEV); break;
            case "rdev": OffRecursive(MOUNT_ATTR_NODEV); break;
            case "rnoexec": OnRecursive(MOUNT_ATTR_NOEXEC); break;
            case "rexec": OffRecursive(MOUNT_ATTR_NOEXEC); break;
            case "rnodiratime": OnRecursive(MOUNT_ATTR_NODIRATIME); break;
            case "rdiratime": OffRecursive(MOUNT_ATTR_NODIRATIME); break;
            case "rnosymfollow": OnRecursive(MOUNT_ATTR_NOSYMFOLLOW); break;
            case "rsymfollow": OffRecursive(MOUNT_ATTR_NOSYMFOLLOW); break;
            case "rnoatime": AccessTimeRecursive(MOUNT_ATTR_NOATIME); break;
            case "rstrictatime" or "rnorelatime": AccessTimeRecursive(MOUNT_ATTR_STRICTATIME); break;
            case "rrelatime" or "ratime" or "rnostrictatime": AccessTimeRecursive(MOUNT_ATTR_RELATIME); break;

            case "private": Propagation = MS_PRIVATE; break;
            case "rprivate": Propagation = MS_PRIVATE | MS_REC; break;
            case "shared": Propagation = MS_SHARED; break;
            case "rshared": Propagation = MS_SHARED | MS_REC; break;
            case "slave": Propagation = MS_SLAVE; break;
            case "rslave": Propagation = MS_SLAVE | MS_REC; break;
            case "unbindable": Propagation = MS_UNBINDABLE; break;
            case "runbindable": Propagation = MS_UNBINDABLE | MS_REC; break;

            default: AddData(option); break;
        }
    }

    private void On(ulong attribute, ulong classic)
    {
        Set |= attribute;
        Clear &= ~attribute;
        Classic |= classic;
    }

    private void Off(ulong attribute, ulong classic)
    {
        Set &= ~attribute;
        Clear |= attribute;
        Classic &= ~classic;
    }

    private void AccessTime(ulong attribute, ulong classic)
    {
        // The kernel wants the whole field cleared before a value is set.
        Set = (Set & ~MOUNT_ATTR__ATIME) | attribute;
        Clear |= MOUNT_ATTR__ATIME;
        Classic = (Classic & ~(MS_NOATIME | MS_STRICTATIME | MS_RELATIME)) | classic;
    }

    private void OnRecursive(ulong attribute)
    {
        SetRecursive |= attribute;
        ClearRecursive &= ~attribute;
    }

    private void OffRecursive(ulong attribute)
    {
        SetRecursive &= ~attribute;
        ClearRecursive |= attribute;
    }

    private void AccessTimeRecursive(ulong attribute)
    {
        SetRecursive = (SetRecursive & ~MOUNT_ATTR__ATIME) | attribute;
        ClearRecursive |= MOUNT_ATTR__ATIME;
    }

    private void OnlyClassic(ulong classic)
    {
        Classic |= classic;
        NeedsClassic = true;
    }
}
