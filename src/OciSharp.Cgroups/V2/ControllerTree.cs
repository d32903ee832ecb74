using System.Text;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Cgroups.V2;

/// <summary>Hands controllers down from the root to a cgroup (cgroup-v2.rst, "Controlling Controllers").</summary>
internal static class ControllerTree
{
    private const string AvailableFile = "cgroup.controllers";
    private const string EnabledFile = "cgroup.subtree_control";
    private const int ListMax = 256;

    /// <summary>
    /// Makes every controller that the root has available in a cgroup, as the peers do, so that it is limited and accounted for
    /// in all of them. One that some cgroup on the way cannot hand down is left out.
    /// </summary>
    /// <param name="directory">The cgroup, with a path relative to the root.</param>
    /// <param name="refusals">Who refused to hand down what, for <see cref="WhyMissing"/> in case that a limit needs it; null without any.</param>
    /// <returns>The controllers that the cgroup has, separated by spaces.</returns>
    /// <exception cref="CgroupException">The lists cannot be read.</exception>
    public static string Enable(CgroupDirectory directory, out List<Refusal>? refusals)
    {
        refusals = null;
        Span<byte> wantedBuffer = stackalloc byte[ListMax];
        Span<byte> buffer = stackalloc byte[ListMax];
        ReadOnlySpan<byte> wanted = directory.Ancestor(0).Read(AvailableFile, wantedBuffer);
        ReadOnlySpan<byte> present = directory.Read(AvailableFile, buffer);
        if (present.Length >= wanted.Length)
            return Encoding.UTF8.GetString(present);

        string[] missing = Missing(wanted, present);
        for (int end = 0; end >= 0; end = NextSlash(directory.PathBytes, end))
        {
            CgroupDirectory ancestor = directory.Ancestor(end);
            nint all = ancestor.TryWrite(EnabledFile, Request(missing));
            if (all >= 0)
                continue;
            if (all == -(nint)Errno.EBUSY)
            {
                // Processes live there. Those that need no domain it could hand down, but then no cgroup below it takes a process.
                foreach (string controller in missing)
                    (refusals ??= []).Add(new Refusal(controller, end, all));
                break;
            }

            // All or nothing: ask for one after the other.
            foreach (string controller in missing)
            {
                nint result = ancestor.TryWrite(EnabledFile, $"+{controller}");
                if (result < 0 && !HandsDown(ancestor, controller))
                    (refusals ??= []).Add(new Refusal(controller, end, result));
            }
        }

        return List(directory);
    }

    /// <summary>What <see cref="Enable"/> would write for a cgroup that is yet to be made.</summary>
    /// <returns>The controllers that it would have, if no cgroup on the way refuses.</returns>
    /// <exception cref="CgroupException">The lists cannot be read.</exception>
    public static string Rehearse(List<CgroupAct> acts, CgroupDirectory directory)
    {
        string all = List(directory.Ancestor(0));
        string[] controllers = all.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Span<byte> buffer = stackalloc byte[ListMax];
        for (int end = 0; end >= 0; end = NextSlash(directory.PathBytes, end))
        {
            CgroupDirectory ancestor = directory.Ancestor(end);
            nint length = ancestor.TryRead(EnabledFile, buffer);
            string handed = length > 0 ? Encoding.UTF8.GetString(buffer[..(int)length].TrimEnd((byte)'\n')) : "";
            string[] missing = Array.FindAll(controllers, controller => !Has(handed, controller));
            if (missing.Length > 0)
                acts.Add(new CgroupAct(CgroupActKind.Write, $"{ancestor.Path}/{EnabledFile}", Request(missing)));
        }

        return all;
    }

    /// <summary>The controllers that a cgroup has, separated by spaces.</summary>
    /// <exception cref="CgroupException">The cgroup is gone.</exception>
    public static string List(CgroupDirectory directory)
    {
        Span<byte> buffer = stackalloc byte[ListMax];
        return Encoding.UTF8.GetString(directory.Read(AvailableFile, buffer));
    }

    /// <summary>Whether a list separated by spaces has the name.</summary>
    public static bool Has(string list, ReadOnlySpan<char> name)
    {
        foreach (Range range in list.AsSpan().Split(' '))
        {
            if (list.AsSpan(range).SequenceEqual(name))
                return true;
        }

        return false;
    }

    /// <summary>Why a cgroup has not got a controller: the refusal nearest to the root; null if nobody refused.</summary>
    public static CgroupException? WhyMissing(string controller, CgroupDirectory directory, List<Refusal>? refusals)
    {
        foreach (Refusal refusal in refusals ?? [])
        {
            if (refusal.Controller == controller)
                return Explain(directory.Ancestor(refusal.End), controller, refusal.Result);
        }

        return null;
    }

    private static bool HandsDown(CgroupDirectory directory, string controller)
    {
        Span<byte> buffer = stackalloc byte[ListMax];
        nint length = directory.TryRead(EnabledFile, buffer);
        return length > 0 && Has(Encoding.UTF8.GetString(buffer[..(int)length].TrimEnd((byte)'\n')), controller);
    }

    private static CgroupException Explain(CgroupDirectory ancestor, string controller, nint result)
    {
        string? remedy = (Errno)(int)-result switch
        {
            Errno.EBUSY => "processes live in that cgroup itself, and then it may not hand controllers down: move them into a cgroup below it",
            Errno.EOPNOTSUPP => $"that cgroup is threaded, and the {controller} controller does not work there: use a cgroup elsewhere",
            Errno.ENOENT => "the cgroup above it does not hand the controller down",
            Errno.EACCES or Errno.EPERM => Delegation.Advice(ancestor, EnabledFile),
            _ => null,
        };
        return ancestor.Refused("set", EnabledFile, $"+{controller}", result, remedy);
    }

    private static int NextSlash(ReadOnlySpan<byte> path, int from)
    {
        int next = path[(from == 0 ? 0 : from + 1)..].IndexOf((byte)'/');
        return next < 0 ? -1 : next + (from == 0 ? 0 : from + 1);
    }

    private static string[] Missing(ReadOnlySpan<byte> wanted, ReadOnlySpan<byte> present)
    {
        string have = Encoding.UTF8.GetString(present);
        var missing = new List<string>();
        foreach (string name in Encoding.UTF8.GetString(wanted).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Has(have, name))
                missing.Add(name);
        }

        return [.. missing];
    }

    private static string Request(string[] controllers) => "+" + string.Join(" +", controllers);

    /// <summary>A controller was not handed down.</summary>
    /// <param name="Controller">Which.</param>
    /// <param name="End">By which cgroup: where its path ends in that of the one that it was for.</param>
    /// <param name="Result">The negated errno.</param>
    public readonly record struct Refusal(string Controller, int End, nint Result);
}
