using static OciSharp.Runtime.Explain.ShellText;

namespace OciSharp.Runtime.Explain;

internal sealed partial class ShellFormat
{
    private void Mounts(ExplainedStep step)
    {
        switch (step.Kind)
        {
            case "take-mount":
                _recursive[Text(step, "path")] = Text(step, "recursive") == "yes";
                break;
            case "propagate-host-root":
                Say(_inside, step).Line($"mount --make-{Propagation(List(step, "propagation"))} /");
                break;
            case "attach-root":
                Say(_inside, step).Line("mount --rbind \"$root\" \"$root\"");
                if (List(step, "propagation").Count > 0)
                    _inside.Line($"mount --make-{Propagation(List(step, "propagation"))} \"$root\"");
                break;
            case "attach-root-on-host":
                Say(_inside, step).Line("mount --rbind \"$root\" \"$root\"").Line("mount --make-rprivate \"$root\"").Comment("It stays on the host until somebody unmounts it: umount -R.");
                break;
            case "mount-point":
                MountPoint(step);
                break;
            case "make-mount-point":
                Say(_inside, step).Line($"mkdir -m 755 {InRoot(Text(step, "path"))}");
                break;
            case "mount-file-system":
                FileSystem(step);
                break;
            case "mount-classic":
                Classic(step);
                break;
            case "attach-mount":
                string source = Text(step, "source");
                Say(_inside, step).Line($"mount --{(_recursive.GetValueOrDefault(source) ? "rbind" : "bind")} {Quote(source)} {InRoot(Text(step, "target"))}");
                break;
            case "change-mount":
                Change(step);
                break;
            case "copy-up":
                Say(_inside, step).Comment("Left out: cp -a of what was there, taken before the tmpfs was mounted.");
                break;
            case "make-id-map":
                Say(_inside, step).Comment("Left out: mount of util-linux 2.39 can, with -o X-mount.idmap.");
                break;
            case "mask-path":
                Mask(step);
                break;
            case "readonly-path":
                string path = InRoot(Text(step, "path"));
                Say(_inside, step).Line($"if [ -e {path} ]; then mount --rbind {path} {path}; mount -o remount,bind,ro {path}; fi");
                break;
            case "make-device":
                Device(step);
                break;
            case "make-symlink":
                Symlink(step);
                break;
            case "root-readonly":
                Say(_inside, step).Line("mount -o remount,bind,ro \"$root\"");
                break;
            case "propagate-root":
                _last.Comment($"{step.Number}. {step.Does} ({step.Origin})").Line($"$run \"$mount\" --make-{Propagation(List(step, "propagation"))} /");
                break;
            case "pivot-root" or "move-root":
                Pivot(step);
                break;
            case "change-root":
                Say(_inside, step).Comment("By chroot, below. Without a mount namespace there is no other way, and after it no tool of the host's: env is the container's.");
                break;
        }
    }

    private void MountPoint(ExplainedStep step)
    {
        string path = InRoot(Text(step, "path"));
        Say(_inside, step);
        if (step.Detail.Contains("a file or a directory", StringComparison.Ordinal))
        {
            ExplainedStep next = _plan.Steps[step.Number]; // the mount that is attached there
            _inside.Line($"if [ -d {Quote(Text(next, "source"))} ]; then mkdir -p {path}; elif [ ! -e {path} ]; then mkdir -p \"$(dirname {path})\"; : >{path}; fi");
        }
        else if (step.Detail.Contains(", a file", StringComparison.Ordinal))
        {
            _inside.Line($"[ -e {path} ] || : >{path}");
        }
        else
        {
            _inside.Line($"mkdir -p {path}");
        }
    }

    private void FileSystem(ExplainedStep step)
    {
        string target = Text(step, "target");
        if (target.Length == 0)
            return; // the private procfs: the script writes to the host's, which shows the same
        SortedSet<string> flags = Remember(target, List(step, "attributes"), []);
        string[] options = [.. flags, .. List(step, "options").Where(option => option != "ro")];
        string words = options.Length == 0 ? "" : $" -o {Quote(string.Join(',', options))}";
        Say(_inside, step).Line($"mount -i -t {Quote(Text(step, "type"))}{words} {Quote(Text(step, "source") is { Length: > 0 } source ? source : "none")} {InRoot(target)}");
    }

    private void Classic(ExplainedStep step)
    {
        Say(_inside, step);
        string[] flags = [.. List(step, "flags").Select(flag => flag["MS_".Length..].ToLowerInvariant())];
        string options = Text(step, "options");
        string all = string.Join(',', (string[])[.. flags.Select(Classical), .. options.Length == 0 ? Array.Empty<string>() : [options]]);
        _inside.Line(flags.Contains("remount")
            ? $"mount -i -o {Quote(all)} {InRoot(Text(step, "target"))}"
            : $"mount -i -t {Quote(Text(step, "type"))} -o {Quote(all.Length == 0 ? "defaults" : all)} {Quote(Text(step, "source"))} {InRoot(Text(step, "target"))}");
    }

    /// <summary>What mount(8) calls an MS_* flag.</summary>
    private static string Classical(string flag) => flag switch
    {
        "rdonly" => "ro",
        "synchronous" => "sync",
        "mandlock" => "mand",
        "i_version" => "iversion",
        _ => flag,
    };

    private void Change(ExplainedStep step)
    {
        string target = Text(step, "target");
        Say(_inside, step);
        if (target.Length == 0)
        {
            _inside.Comment("Left out: it maps the ids of a mount that is attached nowhere.");
            return;
        }

        if (List(step, "set").Count + List(step, "clear").Count > 0)
        {
            SortedSet<string> flags = Remember(target, List(step, "set"), List(step, "clear"));
            _inside.Line($"mount -o {Quote(string.Join(',', (string[])["remount", "bind", .. flags]))} {InRoot(target)}");
            if (Text(step, "recursive") == "yes")
                _inside.Comment("Of the mounts below it, only the flags of the first are set: mount of util-linux 2.39 can set them on all.");
        }

        if (List(step, "propagation").Count > 0)
            _inside.Line($"mount --make-{(Text(step, "recursive") == "yes" ? "r" : "")}{List(step, "propagation")[0]["MS_".Length..].ToLowerInvariant()} {InRoot(target)}");
    }

    /// <summary>The flags of a mount as mount(8) calls them: a bind remount replaces all.</summary>
    private SortedSet<string> Remember(string target, IReadOnlyList<string> set, IReadOnlyList<string> cleared)
    {
        if (!_flags.TryGetValue(target, out SortedSet<string>? flags))
            _flags[target] = flags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string flag in cleared)
            flags.Remove(Name(flag));
        foreach (string flag in set)
            flags.Add(Name(flag));
        return flags;

        static string Name(string flag) => flag == "MOUNT_ATTR_RDONLY" ? "ro" : flag["MOUNT_ATTR_".Length..].ToLowerInvariant();
    }

    private void Mask(ExplainedStep step)
    {
        string path = InRoot(Text(step, "path"));
        Say(_inside, step).Line($"if [ -d {path} ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none {path}; elif [ -e {path} ]; then mount --bind /dev/null {path}; fi");
    }

    private void Device(ExplainedStep step)
    {
        string path = InRoot(Text(step, "path"));
        string type = Text(step, "type");
        string numbers = type == "p" ? "" : $" {Number(step, "major")} {Number(step, "minor")}";
        Say(_inside, step).Line($"[ -e {path} ] || mknod -m {Text(step, "mode")} {path} {type}{numbers}");
        if (Number(step, "uid") + Number(step, "gid") > 0)
            _inside.Line($"chown {Number(step, "uid")}:{Number(step, "gid")} {path}");
    }

    private void Symlink(ExplainedStep step)
    {
        string link = Text(step, "link");
        int at = link.IndexOf(" in the mount at ", StringComparison.Ordinal);
        string path = InRoot(at < 0 ? link : $"{link[(at + " in the mount at ".Length)..]}/{link[..at]}");
        bool replaces = step.Calls.Count > 1;
        Say(_inside, step).Line(replaces ? $"ln -sfn {Quote(Text(step, "target"))} {path}" : $"[ -e {path} ] || [ -L {path} ] || ln -s {Quote(Text(step, "target"))} {path}");
    }

    private void Pivot(ExplainedStep step)
    {
        _pivots = true;
        Say(_inside, step).Comment("At the end, when no tool is needed any more but those that enter, drop and execute. They are found by the working directory, which stays the host's /usr "
            + "when / has become the container's, and started by the host's dynamic loader.");
        _inside.Line("kept() { path=$(readlink -f \"$1\"); case $path in /usr/*) echo \".${path#/usr}\" ;; *) echo \"..$path\" ;; esac; }")
            .Line("loader=$(ldd \"$(command -v setpriv)\" | sed -n 's/^[[:space:]]*\\(\\/[^ ]*ld[^ ]*\\) .*/\\1/p')")
            .Line("libraries=$(for tool in setpriv env umount mount; do ldd \"$(command -v \"$tool\")\"; done | sed -n 's/.*=> \\(\\/[^ ]*\\) (.*/\\1/p' | sort -u |")
            .Line("  while read -r library; do dirname \"$(kept \"$library\")\"; done | sort -u | paste -sd:)")
            .Line("run=\"$(kept \"$loader\") --library-path $libraries\"")
            .Line("setpriv=$(kept \"$(command -v setpriv)\") env=$(kept \"$(command -v env)\") umount=$(kept \"$(command -v umount)\") mount=$(kept \"$(command -v mount)\")");
        _last.Line().Line("cd /usr").Line("pivot_root \"$root\" \"$root\"").Line("$run \"$umount\" -l /");
    }

    private static string Propagation(IReadOnlyList<string> flags)
    {
        string name = flags.First(flag => flag != "MS_REC")["MS_".Length..].ToLowerInvariant();
        return flags.Contains("MS_REC") ? "r" + name : name;
    }
}
