namespace OciSharp.Runtime.Tests.Explain;

/// <summary>A configuration whose every text tries to become something else where it is shown.</summary>
internal static class Hostile
{
    public const string Markup = "</code><script>alert(1)</script><img src=x onerror=alert(2)>\\\"'$(touch /tmp/ocisharp-hostile)`id`\\n;id\\u001b[2J\\u202e#";

    public static string Config => """
        {
          "ociVersion": "1.2.0", "root": { "path": "rootfs/X" }, "hostname": "Y", "domainname": "Y",
          "annotations": { "X": "X" },
          "hooks": { "prestart": [{ "path": "/X", "args": ["X"], "env": ["A=X"] }], "createContainer": [{ "path": "/X", "args": ["X"] }], "poststart": [{ "path": "/X" }] },
          "process": {
            "cwd": "/X", "args": ["X", "X"], "env": ["A=X", "PATH=/X:/bin"], "apparmorProfile": "X", "selinuxLabel": "X", "user": { "uid": 5, "gid": 6 },
            "capabilities": { "bounding": ["CAP_SYS_ADMIN"] }
          },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "X" },
            { "destination": "/X", "type": "tmpfs", "source": "X", "options": ["mode=755", "X", "key=X"] },
            { "destination": "/b/X", "source": "/X", "options": ["bind", "ro", "X"] }
          ],
          "linux": {
            "namespaces": [{ "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network", "path": "/X" }],
            "maskedPaths": ["/X"], "readonlyPaths": ["/X"],
            "devices": [{ "path": "/dev/X", "type": "c", "major": 1, "minor": 3 }],
            "mountLabel": "X",
            "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["X", "mount"], "action": "SCMP_ACT_ERRNO" }] }
          }
        }
        """.Replace("X", Markup).Replace("\"Y\"", "\"</p><b>$(id)'\\\"`id`\\u001b[1m\"");
}
