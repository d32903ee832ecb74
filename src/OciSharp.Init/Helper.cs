using OciSharp.Init.Child;
using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init;

/// <summary>
/// The process that becomes the container's init. It is forked from <see cref="Entry"/> and executes a read-only clone of our own
/// executable, so nothing that runs in the container can ever write to the one on the host (CVE-2019-5736); meanwhile .NET starts in
/// the parent.
/// </summary>
public static unsafe class Helper
{
    /// <summary>Size of the memory that holds the plan. It is sparse: only what is used costs.</summary>
    public const uint ArenaSize = 64 << 20;

    private const int MaxPath = 4096;
    private const uint PageSize = 4096;

    private static int s_socket;
    private static int s_pid;
    private static int s_initPid;
    private static byte* s_arena;
    private static uint s_capacity;

    /// <summary>The connection to the helper, or 0 if this command has none.</summary>
    public static int Socket => s_socket;

    /// <summary>The helper's process id.</summary>
    public static int Pid
    {
        get => s_pid;
        set => s_pid = value;
    }

    /// <summary>The pid of the init that the helper has made, be it that its word has not come yet; 0 if there is none, or the helper is init.</summary>
    public static int InitPid => s_arena == null ? s_initPid : ((PlanHeader*)s_arena)->InitPid;

    /// <summary>The memory shared with the helper: zeroed, <see cref="Capacity"/> bytes.</summary>
    public static byte* Arena => s_arena;

    /// <summary><see cref="ArenaSize"/>, or what the caller's limit of the size of files (ulimit -f) leaves of it.</summary>
    public static uint Capacity => s_capacity;

    /// <summary>True in the helper, which <see cref="Prepare"/> started as <c>ocisharp:init ARENA SOCKET EXECUTABLE [CONFIG]</c>.</summary>
    internal static bool IsHelper(int argc, byte** argv) => argc is 4 or 5 && Text.Same(argv[0], Text.Z("ocisharp:init"u8));

    /// <summary>
    /// Starts the helper if the command launches a process, and blocks the signals that <c>run</c> forwards, before .NET makes threads
    /// that would take them. The command line is parsed properly later: at worst a helper is started that finds nobody to talk to, or the
    /// command goes without and starts one itself.
    /// </summary>
    /// <remarks>
    /// SIGXFSZ is blocked for all commands: what exceeds the caller's limit of the size of files (ulimit -f) is an error that can be told then,
    /// here and on the child side, and not the end. The program starts with nothing blocked.
    /// </remarks>
    internal static void Prepare(int argc, byte** argv)
    {
        int command = CommandOf(argc, argv);
        bool run = command != 0 && Text.Same(argv[command], Text.Z("run"u8));
        ulong signals = run ? Signal.Sent : 1ul << (Signal.SIGXFSZ - 1);
        RawSyscall.rt_sigprocmask(Signal.SIG_BLOCK, &signals, null);
        if (command == 0)
            return;
        if (Text.Same(argv[command], Text.Z("exec"u8)))
            Fork();
        if (!run && !Text.Same(argv[command], Text.Z("create"u8)))
            return;
        byte* path = stackalloc byte[MaxPath];
        Fork(ConfigPath(argv + command + 1, argv + argc, path) ? path : null);
    }

    private static int CommandOf(int argc, byte** argv)
    {
        for (int i = 1; i < argc; i++)
        {
            if (*argv[i] != '-')
                return i;
            if (TakesValue(argv[i]))
                i++;
        }

        return 0;
    }

    /// <summary>The config.json that the flags of <c>create</c> and <c>run</c> lead to; false when there is no telling.</summary>
    private static bool ConfigPath(byte** argument, byte** end, byte* path)
    {
        byte* bundle = Text.Z("."u8);
        byte* config = Text.Z("config.json"u8);
        for (; argument < end; argument++)
        {
            byte* name = *argument;
            if (*name != '-')
                continue;
            name += name[1] == '-' ? 2 : 1;
            byte* value = name;
            while (*value != 0 && *value != '=')
                value++;
            bool isBundle = Is(name, value, Text.Z("bundle"u8)) || Is(name, value, Text.Z("b"u8));
            if (!isBundle && !Is(name, value, Text.Z("config"u8)) && !Is(name, value, Text.Z("f"u8)))
                continue;
            if (*value == '=')
                value++;
            else if (++argument < end)
                value = *argument;
            else
                return false;
            if (isBundle)
                bundle = value;
            else
                config = value;
        }

        if (*config == '/')
            bundle = Text.Empty;
        if (Text.Length(bundle) + Text.Length(config) + 2 > MaxPath)
            return false;
        path = Text.Append(path, bundle);
        if (*config != '/')
            path = Text.Append(path, Text.Z("/"u8));
        Text.Append(path, config);
        return true;
    }

    /// <summary>Starts a helper without foresight. A failure leaves <see cref="Socket"/> at the negated errno, for the launch to report.</summary>
    public static void Fork() => Fork(null);

    /// <summary>Starts another helper in the place of one whose foresight was wrong, with the plan as it is.</summary>
    /// <param name="size">How much of the arena is in use.</param>
    public static void ForkAgain(uint size)
    {
        byte* plan = s_arena;
        Fork(null);
        if (s_socket <= 0)
            return;
        for (uint i = 0; i < size; i++)
            s_arena[i] = plan[i];
    }

    /// <summary>Gives back the memory of the plan, which the program has taken the place of.</summary>
    public static void Release()
    {
        s_initPid = InitPid;
        RawSyscall.munmap(s_arena, ArenaSize);
        s_arena = null;
    }

    private static void Fork(byte* config)
    {
        int* pair = stackalloc int[2];
        nint result = RawSyscall.memfd_create(Text.Z("ocisharp-plan"u8), Fcntl.MFD_CLOEXEC);
        int memory = (int)result;
        if (result >= 0)
            result = Extend(memory);
        if (result >= 0)
        {
            result = RawSyscall.mmap(null, ArenaSize, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED | Mman.MAP_NORESERVE, memory, 0);
            s_arena = (byte*)result;
            if (result is < 0 and > -4096)
            {
                s_socket = (int)result;
                return;
            }

            result = RawSyscall.socketpair(Linux.Socket.AF_UNIX, Linux.Socket.SOCK_SEQPACKET | Linux.Socket.SOCK_CLOEXEC, 0, pair);
        }

        if (result >= 0)
        {
            Beginning.Fork(&((PlanHeader*)s_arena)->Times);
            clone_args arguments = default;
            arguments.exit_signal = Signal.SIGCHLD;
            result = RawSyscall.clone3(&arguments);
            if (result == 0)
                Become(memory, pair[1], config);
        }

        if (result < 0)
        {
            s_socket = (int)result;
            return;
        }

        s_socket = pair[0];
        s_pid = (int)result;
        Processors.Separate(s_pid, (PlanHeader*)s_arena);
        RawSyscall.close(memory);
        RawSyscall.close(pair[1]);
    }

    /// <summary>Makes the memory as large as the caller's limit of the size of files allows: to most plans a few pages are enough.</summary>
    private static nint Extend(int memory)
    {
        s_capacity = ArenaSize;
        nint result = RawSyscall.ftruncate(memory, s_capacity);
        rlimit64 limit;
        if (result != -(int)Errno.EFBIG || RawSyscall.prlimit64(0, Rlimit.RLIMIT_FSIZE, null, &limit) < 0 || limit.rlim_cur < PageSize)
            return result;
        s_capacity = (uint)limit.rlim_cur & ~(PageSize - 1);
        return RawSyscall.ftruncate(memory, s_capacity);
    }

    /// <summary>Executes the clone of our executable, as <c>ocisharp:init</c>.</summary>
    private static void Become(int memory, int socket, byte* config)
    {
        byte* arena = stackalloc byte[16];
        byte* connection = stackalloc byte[16];
        byte* sealedExecutable = stackalloc byte[16];
        byte** argv = stackalloc byte*[6];
        argv[0] = Text.Z("ocisharp:init"u8);
        argv[1] = arena;
        argv[2] = connection;
        argv[3] = sealedExecutable;
        argv[4] = config;
        argv[5] = null;
        byte* environment = null;

        nint executable = SealedExecutable.Open();
        nint result = executable;
        if (executable >= 0)
        {
            Text.Append(arena, (ulong)memory);
            Text.Append(connection, (ulong)socket);
            Text.Append(sealedExecutable, (ulong)executable);
            result = RawSyscall.fcntl(memory, Fcntl.F_SETFD, 0);
            if (result >= 0)
                result = RawSyscall.fcntl(socket, Fcntl.F_SETFD, 0);
            if (result >= 0)
                result = RawSyscall.execveat((int)executable, Text.Empty, argv, &environment, Fcntl.AT_EMPTY_PATH);
        }

        ChildState state = default;
        state.Socket = socket;
        Sync.Fail(&state, -1, OpCode.None, (int)-result);
    }

    /// <summary>The helper's main(): makes what can be foreseen, waits for the plan and runs it.</summary>
    internal static void Serve(byte** argv)
    {
        int memory = Number(argv[1]);
        int socket = Number(argv[2]);
        int executable = Number(argv[3]);
        RawSyscall.fcntl(socket, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC);
        RawSyscall.fcntl(executable, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC);
        nint arena = RawSyscall.mmap(null, ArenaSize, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED | Mman.MAP_NORESERVE, memory, 0);
        RawSyscall.close(memory);
        if (arena is < 0 and > -4096)
        {
            ChildState state = default;
            state.Socket = socket;
            Sync.Fail(&state, -1, OpCode.None, (int)-arena);
        }

        HelperTimes* times = &((PlanHeader*)arena)->Times;
        Beginning.Mark(times, &times->Begins);
        RawSyscall.prctl(Prctl.PR_SET_NAME, (nint)Text.Z("ocisharp:init"u8));
        Process.ResetSignals();
        if (RawSyscall.geteuid() == 0)
            RawSyscall.prctl(Prctl.PR_SET_DUMPABLE, 0);
        byte** auxiliary = argv;
        for (int ends = 0; ends < 2; auxiliary++)
        {
            if (*auxiliary is null)
                ends++; // of the arguments, and of the environment
        }

        Beginning.Mark(times, &times->Foresees);
        ulong foreseen = argv[4] is null ? 0 : Foresight.Unshare(argv[4]);
        Beginning.Mark(times, &times->Waits);
        Executor.Run((byte*)arena, socket, executable, foreseen, (ulong*)auxiliary);
    }

    private static bool TakesValue(byte* flag)
    {
        byte* name = flag[1] == '-' ? flag + 2 : flag + 1;
        return Text.Same(name, Text.Z("root"u8)) || Text.Same(name, Text.Z("log"u8)) || Text.Same(name, Text.Z("log-format"u8))
            || Text.Same(name, Text.Z("log-level"u8)) || Text.Same(name, Text.Z("rootless"u8)) || Text.Same(name, Text.Z("cgroup-manager"u8));
    }

    private static bool Is(byte* name, byte* end, byte* word) => end - name == Text.Length(word) && Text.StartsWith(name, end, word);

    private static int Number(byte* text)
    {
        int number = 0;
        for (; *text is >= (byte)'0' and <= (byte)'9'; text++)
            number = (number * 10) + (*text - '0');
        return number;
    }
}
