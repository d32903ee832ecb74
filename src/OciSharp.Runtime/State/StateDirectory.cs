using System.Text;
using System.Text.Json;
using OciSharp.Linux;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.State;

/// <summary>
/// <c>ROOT/ID</c>, the directory that is the container's existence: it holds <c>state.json</c> (the <see cref="ContainerRecord"/>),
/// <c>config.json</c> (the configuration as it was at create) and what a launch needs while it waits. Everything is done relative to
/// descriptors. The lock is a flock(2) on the directory: it ends with the process that holds it.
/// </summary>
public sealed unsafe class StateDirectory : IDisposable
{
    /// <summary>
    /// The socket at which a created container waits for its start. It is there for as long as the container is <c>created</c>.
    /// </summary>
    public const string StartSocket = "start.sock";

    private const string RecordName = "state.json";
    private const string RecordDraft = "state.json.new";
    private const string ConfigName = "config.json";
    private const string ConfigDraft = "config.json.new";
    private const uint DirectoryMode = 0x1C0; // 0700

    // Milliseconds of waiting for the lock: in all, of those in which it is tried each millisecond, and between attempts after those.
    private const int LongestWait = 60_000;
    private const int QuickAttempts = 50;
    private const int SlowPause = 10;
    private const uint FileMode = 0x180; // 0600

    private readonly StateRoot _root;
    private readonly bool _ownsRoot;
    private readonly OwnedFd _directory;

    private StateDirectory(StateRoot root, bool ownsRoot, string id, OwnedFd directory)
    {
        Id = id;
        Path = root.Path.EndsWith('/') ? root.Path + id : $"{root.Path}/{id}";
        _root = root;
        _ownsRoot = ownsRoot;
        _directory = directory;
    }

    /// <summary>The container's id.</summary>
    public string Id { get; }

    /// <summary>The directory's absolute path.</summary>
    public string Path { get; }

    /// <summary>The directory, open for reading.</summary>
    public int Fd => _directory.Value;

    /// <summary>
    /// The address of a socket in the directory. It goes through the descriptor, so that it is short enough for any root directory.
    /// </summary>
    /// <param name="name">Its path from here.</param>
    internal sockaddr_un AddressOf(string name)
    {
        sockaddr_un address = default;
        address.sun_family = Socket.AF_UNIX;
        Encoding.UTF8.GetBytes($"/proc/self/fd/{Fd}/{name}", new Span<byte>(address.sun_path, 107));
        return address;
    }

    /// <summary>Makes the directory of a new container, and the root if need be, and takes the lock.</summary>
    /// <exception cref="ContainerException">The id is malformed or taken, or the root is not fit.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StateDirectory Create(RuntimeContext context, string id)
    {
        ContainerId.Validate(id);
        StateRoot root = StateRoot.OpenOrCreate(context.Root);
        try
        {
            nint made;
            fixed (byte* name = CString.Of(id))
                made = RawSyscall.mkdirat(root.Fd, name, DirectoryMode);
            if (made == -(nint)Errno.EEXIST)
                throw new ContainerException($"container with given ID already exists: {id}");
            if (made < 0)
                throw StateRoot.Refused($"make the directory {root.Path}/{id}", (Errno)(int)-made);
            return OpenMade(root, id);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static StateDirectory OpenMade(StateRoot root, string id)
    {
        try
        {
            return Lock(TryOpen(root, ownsRoot: true, id) ?? throw Missing(id));
        }
        catch (LinuxException)
        {
            // Nobody will ask for it again. Should it be another's by now, who is as far as we are, they are told that it is gone.
            // The root may have been closed with what was opened in it.
            fixed (byte* path = CString.Of($"{root.Path}/{id}"))
                RawSyscall.unlinkat(Fcntl.AT_FDCWD, path, Fcntl.AT_REMOVEDIR);
            throw;
        }
    }

    /// <summary>Opens the directory of a container, without the lock.</summary>
    /// <exception cref="ContainerException">There is no such container, or the root is not fit.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StateDirectory Open(RuntimeContext context, string id) => TryOpen(context, id) ?? throw Missing(id);

    /// <summary>As <see cref="Open(RuntimeContext, string)"/>; <see langword="null"/> if there is no such container.</summary>
    public static StateDirectory? TryOpen(RuntimeContext context, string id)
    {
        ContainerId.Validate(id);
        StateRoot? root = StateRoot.TryOpen(context.Root);
        if (root is null)
            return null;
        try
        {
            StateDirectory? directory = TryOpen(root, ownsRoot: true, id);
            if (directory is null)
                root.Dispose();
            return directory;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Opens the directory of a container; <see langword="null"/> if there is none.</summary>
    /// <param name="root">Where it is.</param>
    /// <param name="ownsRoot">The root is disposed of with the result.</param>
    /// <param name="id">The container's id.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    internal static StateDirectory? TryOpen(StateRoot root, bool ownsRoot, string id)
    {
        nint fd = Syscall.TryOpen(root.Fd, id, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW);
        if (fd is -(nint)Errno.ENOENT or -(nint)Errno.ENOTDIR)
            return null;
        Syscall.Check(fd, $"open {root.Path}/{id}");
        return new StateDirectory(root, ownsRoot, id, new OwnedFd((int)fd));
    }

    /// <summary>As <see cref="Open(RuntimeContext, string)"/>, and waits for the lock, so that what is read stays true.</summary>
    public static StateDirectory OpenLocked(RuntimeContext context, string id) => Lock(Open(context, id));

    /// <summary>Waits, a minute at most, for the lock, which is held until this object is disposed of.</summary>
    /// <returns>False if the container was deleted in the meantime.</returns>
    /// <exception cref="ContainerException">Another command works on the container, and does not come to an end.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public bool Lock()
    {
        nint locked = RawSyscall.flock(Fd, Flock.LOCK_EX | Flock.LOCK_NB);
        for (int waited = 0; locked == -(nint)Errno.EAGAIN && waited < LongestWait;)
        {
            int pause = waited < QuickAttempts ? 1 : SlowPause;
            Syscall.Sleep(pause * 1000);
            waited += pause;
            locked = RawSyscall.flock(Fd, Flock.LOCK_EX | Flock.LOCK_NB);
        }

        if (locked == -(nint)Errno.EAGAIN)
            throw Busy();
        Syscall.Check(locked, $"lock {Path}");

        // A directory that was removed keeps no name.
        return Syscall.Stat(Fd, "", Fcntl.AT_EMPTY_PATH, Path).stx_nlink != 0;
    }

    private ContainerException Busy()
    {
        int? holder = LockHolder.Of(Syscall.Stat(Fd, "", Fcntl.AT_EMPTY_PATH, Path).stx_ino);
        (string who, string end) = holder is { } pid ? ($"process {pid}", $"end it (kill {pid})") : ("another process", "end it");
        return new ContainerException(
            $"container {Id} is busy: {who} has been at work on it for {LongestWait / 1000} s (does a hook hang?): wait for it, or {end}, and try again");
    }

    /// <summary>Lets others work on the container while we stay with it.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Unlock() => Syscall.Check(RawSyscall.flock(Fd, Flock.LOCK_UN), $"unlock {Path}");

    /// <summary>Replaces the record: whoever reads sees the old one or the new one.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Save(ContainerRecord record)
    {
        WriteFile(RecordDraft, ContainerRecordJson.Write(record).Span);
        Rename(RecordDraft, RecordName);
    }

    /// <summary>The record.</summary>
    /// <exception cref="ContainerException">There is none, as the creation has not got there, or it is damaged.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public ContainerRecord Load() => TryLoad() ?? throw new ContainerException(
        $"container does not exist: {Id}: {Path} holds no {RecordName}, as its creation has only begun or was cut off; "
        + $"\"delete --force {Id}\" removes the rest");

    /// <summary>As <see cref="Load"/>; <see langword="null"/> if there is no record.</summary>
    public ContainerRecord? TryLoad()
    {
        byte[]? text = TryReadFile(RecordName);
        if (text is null)
            return null;
        try
        {
            return ContainerRecordJson.Read(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ContainerException($"{Path}/{RecordName} is damaged: {e.Message}", e);
        }
    }

    /// <summary>Keeps the text of the configuration: what is done to the bundle later has no effect.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void SaveConfig(ReadOnlySpan<byte> text) => WriteFile(ConfigName, text);

    /// <summary>Writes a configuration beside the one that is kept, which it replaces when it is told to.</summary>
    /// <exception cref="LinuxException">The kernel refuses: there is no room for it.</exception>
    public Draft DraftConfig(ReadOnlySpan<byte> text)
    {
        var draft = new Draft(this);
        try
        {
            WriteFile(ConfigDraft, text);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>The text that <see cref="SaveConfig"/> kept.</summary>
    /// <exception cref="ContainerException">There is none.</exception>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public byte[] LoadConfig() => TryReadFile(ConfigName) ?? throw new ContainerException($"{Path} holds no {ConfigName}");

    /// <summary>Whether the directory holds a file of that name.</summary>
    public bool Has(string name)
    {
        fixed (byte* path = CString.Of(name))
            return RawSyscall.faccessat2(Fd, path, Fcntl.F_OK, Fcntl.AT_SYMLINK_NOFOLLOW) == 0;
    }

    /// <summary>Removes the directory with all that it holds. The lock is still held, on what has no name any more.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Remove()
    {
        DirectoryTree.Empty(Fd, Path);
        nint removed;
        fixed (byte* name = CString.Of(Id))
            removed = RawSyscall.unlinkat(_root.Fd, name, Fcntl.AT_REMOVEDIR);
        if (removed != -(nint)Errno.ENOENT)
            Syscall.Check(removed, $"remove {Path}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directory.Dispose();
        if (_ownsRoot)
            _root.Dispose();
    }

    /// <summary>What is said of a container that is not there: engines look for "does not exist".</summary>
    internal static ContainerException Missing(string id) => new($"container does not exist: {id}");

    private static StateDirectory Lock(StateDirectory directory)
    {
        try
        {
            return directory.Lock() ? directory : throw Missing(directory.Id);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private void Rename(string draft, string name)
    {
        fixed (byte* from = CString.Of(draft), to = CString.Of(name))
            Syscall.Check(RawSyscall.renameat2(Fd, from, Fd, to, 0), $"rename {Path}/{draft} to {name}");
    }

    private void WriteFile(string name, ReadOnlySpan<byte> text)
    {
        const int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_NOFOLLOW;
        nint fd = Syscall.TryOpen(Fd, name, flags, FileMode);
        if (fd < 0)
            throw StateRoot.Refused($"make {Path}/{name}", (Errno)(int)-fd);
        using OwnedFd file = new((int)fd);
        try
        {
            Syscall.WriteAll(file.Value, text, $"{Path}/{name}");
        }
        catch (LinuxException e)
        {
            throw StateRoot.Refused(e.Act, e.Errno);
        }
    }

    private byte[]? TryReadFile(string name)
    {
        nint fd = Syscall.TryOpen(Fd, name, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW);
        if (fd == -(nint)Errno.ENOENT)
            return null;
        using OwnedFd file = new((int)Syscall.Check(fd, $"open {Path}/{name}"));
        return Syscall.ReadToEnd(file.Value, $"{Path}/{name}");
    }

    /// <summary>A configuration that has been written and is not kept yet.</summary>
    public sealed class Draft : IDisposable
    {
        private readonly StateDirectory _directory;
        private bool _kept;

        internal Draft(StateDirectory directory) => _directory = directory;

        /// <summary>Replaces the configuration: whoever reads sees the old one or the new one.</summary>
        /// <exception cref="LinuxException">The kernel refuses.</exception>
        public void Keep()
        {
            _directory.Rename(ConfigDraft, ConfigName);
            _kept = true;
        }

        /// <summary>Removes it, unless it was kept.</summary>
        public void Dispose()
        {
            if (_kept)
                return;
            fixed (byte* name = CString.Of(ConfigDraft))
                _ = RawSyscall.unlinkat(_directory.Fd, name, 0);
        }
    }
}
