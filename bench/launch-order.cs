#!/usr/bin/env dotnet
#:property TargetFramework=net10.0
#:property AllowUnsafeBlocks=true
#:property PublishAot=false

// bench/launch-order.cs EXECUTABLE SYMBOLS BUNDLE... > src/OciSharp.Cli/launch.order
//
// The functions that the commands of a container's life call, in the order of their first call: the compiler and the linker put them side by
// side, for a launch to touch few pages of the executable. Each command is run instruction by instruction, as root, which takes some
// minutes for all. SYMBOLS is the executable with its symbols (ocisharp.dbg); each BUNDLE holds a container that ends by itself: the plainest one
// first, then one with a seccomp profile.
// A name that is out of date does no harm, and a function without one only lies farther away.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: launch-order EXECUTABLE SYMBOLS BUNDLE...");
    return 2;
}

// On one processor, the time does not go into waking the other up.
if (OperatingSystem.IsLinux())
    Process.GetCurrentProcess().ProcessorAffinity = 1;
string root = Directory.CreateTempSubdirectory("launch-order").FullName;
try
{
    var symbols = new Symbols(args[1]);
    var stepper = new Stepper(symbols);
    foreach (string bundle in args[2..])
    {
        string[][] life =
        [
            ["run", "--bundle", bundle, "one"],
            ["create", "--bundle", bundle, "two"],
            ["exec", "two", "/bin/true"],
            ["state", "two"],
            ["start", "two"],
            ["delete", "--force", "two"],
        ];
        foreach (string[] command in life)
        {
            int before = symbols.Called.Count;
            stepper.Run([args[0], "--root", root, .. command]);
            Console.Error.WriteLine($"{string.Join(' ', command)}: {symbols.Called.Count - before} functions more");
        }
    }

    // The child side comes first: init and its helper have little else to touch, and a waiting init keeps the pages that it touched.
    foreach (string name in symbols.Called.OrderBy(name => name.Contains("OciSharp_Init") ? 0 : 1))
        Console.WriteLine(name);
    return 0;
}
finally
{
    Directory.Delete(root, recursive: true);
}

/// <summary>The functions of the executable, and those that were called.</summary>
sealed class Symbols
{
    private readonly ulong[] _starts;
    private readonly List<string>[] _names;
    private readonly bool[] _seen;

    public Symbols(string file)
    {
        using Process nm = Process.Start(new ProcessStartInfo("nm", ["--defined-only", file]) { RedirectStandardOutput = true })!;
        var functions = new SortedDictionary<ulong, List<string>>();
        while (nm.StandardOutput.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ', 3);
            if (parts[1] is not ("t" or "T" or "w" or "W"))
                continue;
            ulong start = ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (!functions.TryGetValue(start, out List<string>? names))
                functions[start] = names = [];
            names.Add(parts[2]);
        }

        _starts = [.. functions.Keys];
        _names = [.. functions.Values];
        _seen = new bool[_starts.Length];
    }

    public List<string> Called { get; } = [];

    public void Executes(ulong address)
    {
        int i = Array.BinarySearch(_starts, address);
        i = i < 0 ? ~i - 1 : i;
        if (i < 0 || _seen[i] || address - _starts[i] > 1 << 20)
            return;
        _seen[i] = true;
        Called.AddRange(_names[i]);
    }
}

/// <summary>Runs a command and the processes that it forks from branch to branch, until they execute something else (ptrace(2)).</summary>
sealed unsafe class Stepper(Symbols symbols)
{
    private const int PTRACE_PEEKUSER = 3;
    private const int PTRACE_CONT = 7;
    private const int PTRACE_DETACH = 17;
    private const int PTRACE_SINGLEBLOCK = 33;
    private const int PTRACE_SEIZE = 0x4206;
    private const nint PTRACE_O_TRACEFORK = 2;
    private const nint PTRACE_O_TRACECLONE = 8;
    private const nint PTRACE_O_TRACEEXEC = 16;
    private const int PTRACE_EVENT_EXEC = 4;
    private const int SIGTRAP = 5;
    private const int SIGCONT = 18;
    private const int WUNTRACED = 2;
    private const int __WALL = 0x40000000;
    private const nint Rip = 16 * 8; // in user_regs_struct

    // Those that execute our code: a created container's init goes on doing so when the command is over.
    private readonly HashSet<int> _ours = [];

    public void Run(string[] command)
    {
        int first = Begin(command);
        while (waitpid(-1, out int status, __WALL) is > 0 and int pid)
        {
            if ((status & 0xff) != 0x7f)
            {
                _ours.Remove(pid);
                if (pid == first)
                    return;
                continue;
            }

            int signal = (status >> 8) & 0xff;
            int happened = status >> 16;
            if (happened == PTRACE_EVENT_EXEC)
            {
                if (pid != first && !IsInit(pid))
                {
                    _ours.Remove(pid);
                    ptrace(PTRACE_DETACH, pid, 0, 0);
                    continue;
                }

                _ours.Add(pid);
            }
            else if (happened == 0 && signal == SIGTRAP && _ours.Contains(pid))
            {
                symbols.Executes((ulong)ptrace(PTRACE_PEEKUSER, pid, Rip, 0));
            }
            else if (pid != first)
            {
                _ours.Add(pid); // forked
            }

            ptrace(_ours.Contains(pid) ? PTRACE_SINGLEBLOCK : PTRACE_CONT, pid, 0, happened == 0 && signal != SIGTRAP ? signal : 0);
        }
    }

    /// <summary>A shell that waits to be traced, and then executes the command.</summary>
    private static int Begin(string[] command)
    {
        string[] words = ["sh", "-c", "kill -STOP $$; exec \"$@\" </dev/null >/dev/null", "sh", .. command];
        byte** argv = stackalloc byte*[words.Length + 1];
        for (int i = 0; i < words.Length; i++)
            argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(words[i]);
        argv[words.Length] = null;
        int error = posix_spawn(out int pid, "/bin/sh", 0, 0, argv, null);
        if (error != 0 || waitpid(pid, out _, WUNTRACED) != pid
            || ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC) < 0 || kill(pid, SIGCONT) < 0)
            throw new InvalidOperationException("the command cannot be traced: run as root");
        return pid;
    }

    private static bool IsInit(int pid) => File.ReadAllText($"/proc/{pid}/cmdline").StartsWith("ocisharp:init\0", StringComparison.Ordinal);

    [DllImport("libc")]
    private static extern nint ptrace(int request, int pid, nint address, nint data);

    [DllImport("libc")]
    private static extern int waitpid(int pid, out int status, int options);

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    [DllImport("libc")]
    private static extern int posix_spawn(out int pid, string path, nint actions, nint attributes, byte** argv, byte** environment);
}
