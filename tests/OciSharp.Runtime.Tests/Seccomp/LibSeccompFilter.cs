using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OciSharp.Linux;
using OciSharp.Runtime.Seccomp;
using OciSharp.Spec;
using Architecture = OciSharp.Runtime.Seccomp.Architecture;

namespace OciSharp.Runtime.Tests.Seccomp;

/// <summary>A profile compiled by libseccomp itself: what ours has to mean the same as.</summary>
internal static unsafe partial class LibSeccompFilter
{
    private const string Library = "libseccomp.so.2";
    private const int Unknown = -1;

    /// <summary>Why there is no libseccomp to compare with, or null.</summary>
    public static string? Obstacle => NativeLibrary.TryLoad(Library, out _) ? null : $"there is no {Library}: install libseccomp2";

    /// <summary>The name of a call's number; null if this libseccomp does not know it.</summary>
    public static string? NameOf(Architecture architecture, int number)
    {
        nint name = seccomp_syscall_resolve_num_arch(Token(architecture), number);
        string? text = Marshal.PtrToStringUTF8(name);
        NativeMemory.Free((void*)name);
        return text;
    }

    /// <summary>The profile without the calls that this libseccomp does not know: they came after it.</summary>
    public static LinuxSeccomp Known(LinuxSeccomp profile) => profile with
    {
        Syscalls = [.. (profile.Syscalls ?? []).Select(rule => rule with { Names = [.. rule.Names.Where(name => seccomp_syscall_resolve_name(name) != Unknown)] })],
    };

    public static sock_filter[] Compile(LinuxSeccomp profile, Architecture[] machine)
    {
        uint defaultAction = FilterAction.Of(profile.DefaultAction, profile.DefaultErrnoRet);
        nint context = seccomp_init(defaultAction);
        try
        {
            foreach (Architecture architecture in Architecture.Covered(machine, profile.Architectures.AsSpan())[1..])
                Check(seccomp_arch_add(context, Token(architecture)), architecture.Name);
            foreach (LinuxSyscall rule in profile.Syscalls ?? [])
                Add(context, rule, defaultAction);
            return Export(context);
        }
        finally
        {
            seccomp_release(context);
        }
    }

    private static void Add(nint context, LinuxSyscall rule, uint defaultAction)
    {
        uint action = FilterAction.Of(rule.Action, rule.ErrnoRet);
        if (action == defaultAction)
            return; // libseccomp takes it for a mistake
        scmp_arg_cmp[] all = [.. (rule.Args ?? []).Select(scmp_arg_cmp.Of)];
        bool repeats = all.Select(comparison => comparison.arg).Distinct().Count() < all.Length;
        scmp_arg_cmp[][] rules = repeats ? [.. all.Select(comparison => new[] { comparison })] : [all];
        foreach (string name in rule.Names)
        {
            int number = seccomp_syscall_resolve_name(name);
            foreach (scmp_arg_cmp[] comparisons in rules)
            {
                fixed (scmp_arg_cmp* first = comparisons)
                    Check(seccomp_rule_add_array(context, action, number, (uint)comparisons.Length, first), name);
            }
        }
    }

    private static sock_filter[] Export(nint context)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (SafeFileHandle file = File.OpenHandle(path, access: FileAccess.Write))
                Check(seccomp_export_bpf(context, (int)file.DangerousGetHandle()), "export");
            return MemoryMarshal.Cast<byte, sock_filter>(File.ReadAllBytes(path)).ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
            throw new InvalidOperationException($"libseccomp: {what}: errno {-result}");
    }

    /// <summary>libseccomp's number for an architecture (seccomp_arch_add(3)).</summary>
    private static uint Token(Architecture architecture) => architecture == Architecture.X32 ? 0x4000003e : architecture.Audit;

    [LibraryImport(Library)]
    private static partial nint seccomp_syscall_resolve_num_arch(uint token, int number);

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint defaultAction);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint context);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint context, uint token);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int number, uint count, scmp_arg_cmp* comparisons);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint context, int fd);

    [StructLayout(LayoutKind.Sequential)]
    private struct scmp_arg_cmp
    {
        public uint arg;
        public int op;
        public ulong a;
        public ulong b;

        public static scmp_arg_cmp Of(LinuxSeccompArg condition) => new()
        {
            arg = condition.Index,
            op = 1 + Array.IndexOf(Order, condition.Op),
            a = condition.Value,
            b = condition.ValueTwo,
        };
    }

    /// <summary>enum scmp_compare</summary>
    private static readonly string[] Order =
    [
        SeccompOperators.SCMP_CMP_NE, SeccompOperators.SCMP_CMP_LT, SeccompOperators.SCMP_CMP_LE, SeccompOperators.SCMP_CMP_EQ,
        SeccompOperators.SCMP_CMP_GE, SeccompOperators.SCMP_CMP_GT, SeccompOperators.SCMP_CMP_MASKED_EQ,
    ];
}
