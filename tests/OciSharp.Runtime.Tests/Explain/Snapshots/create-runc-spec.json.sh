#!/bin/sh
# The container of /fixtures/runc-spec.json, made by hand. Written by ocisharp explain --format sh;
# run it as root: sh FILE
# It takes util-linux 2.38 and coreutils 8.28, or newer, hostname, and iproute2. The numbers are
# those of ocisharp explain. What ocisharp does besides, and a shell cannot: it keeps each path of
# the image from leading out of it, takes everything back when a step fails, and leaves nothing of
# the host open. Do not use this on images that you do not trust.
set -eu
export root=/bundle/rootfs


# 5. make the container's cgroup: /sys/fs/cgroup/ID ($.linux.cgroupsPath)
mkdir -p /sys/fs/cgroup/ID

# 7. hand controllers down to the cgroup: /sys/fs/cgroup/cgroup.subtree_control = +memory +pids
# ($.linux.cgroupsPath)
printf %s '+memory +pids' >/sys/fs/cgroup/cgroup.subtree_control

# 8. set the cgroup's limit: /sys/fs/cgroup/ID/memory.max = 536870912 ($.linux.resources.memory)
printf %s 536870912 >/sys/fs/cgroup/ID/memory.max

# 9. attach the device rules to the cgroup: deny all; allow c 1:3 rwm ($.linux.resources.devices)
# Left out: on cgroup v2 device rules are a BPF program, which no tool of util-linux loads.

# 11. make the container's process: in new namespaces: mount, pid, network, ipc, uts
# ($.linux.namespaces)

# 45. take the master of the terminal: for --console-socket ($.process.terminal)
# Left out: it is done by who stands outside, while the inside waits.

# From here on in the namespaces, and in a session of its own. The script comes by descriptor 3, so
# that stdin stays the program's.
status=0
(
  echo 0 >/sys/fs/cgroup/ID/cgroup.procs
  exec unshare --mount --propagation unchanged --pid --fork --net --ipc --uts setsid sh -eu /dev/fd/3 3<<'INSIDE'
set -eu

# 12. set the loopback device up: lo ($.linux.namespaces)
ip link set dev lo up

# 13. make a session keyring: _ses.ID
# Left out: keyctl session, of the package keyutils, does it.

# 15. keep the container's mounts from the host: all mounts of the mount namespace become slave,
# with all mounts below ($.linux.rootfsPropagation)
mount --make-rslave /

# 16. attach the container's root: at /bundle/rootfs, slave, with all mounts below ($.root.path)
mount --rbind "$root" "$root"
mount --make-rslave "$root"

# 17. find or make the mount point: /proc, a directory; no component of it may be a symbolic link
# ($.mounts[0])
mkdir -p "$root"/proc

# 18. mount a file system: proc on /proc ($.mounts[0])
mount -i -t proc proc "$root"/proc

# 19. find or make the mount point: /dev, a directory; it may not lie in a procfs ($.mounts[1])
mkdir -p "$root"/dev

# 20. mount a file system: tmpfs on /dev, MOUNT_ATTR_NOSUID, MOUNT_ATTR_STRICTATIME, options
# mode=755, size=65536k ($.mounts[1])
mount -i -t tmpfs -o 'nosuid,strictatime,mode=755,size=65536k' tmpfs "$root"/dev

# 21. find or make the mount point: /dev/pts, a directory; it may not lie in a procfs ($.mounts[2])
mkdir -p "$root"/dev/pts

# 22. mount a file system: devpts on /dev/pts, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOEXEC, options
# newinstance, ptmxmode=0666, mode=0620, gid=5 ($.mounts[2])
mount -i -t devpts -o 'noexec,nosuid,newinstance,ptmxmode=0666,mode=0620,gid=5' devpts "$root"/dev/pts

# 23. find or make the mount point: /dev/shm, a directory; it may not lie in a procfs ($.mounts[3])
mkdir -p "$root"/dev/shm

# 24. mount a file system: tmpfs (shm) on /dev/shm, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV,
# MOUNT_ATTR_NOEXEC, options mode=1777, size=65536k ($.mounts[3])
mount -i -t tmpfs -o 'nodev,noexec,nosuid,mode=1777,size=65536k' shm "$root"/dev/shm

# 25. find or make the mount point: /dev/mqueue, a directory; it may not lie in a procfs
# ($.mounts[4])
mkdir -p "$root"/dev/mqueue

# 26. mount a file system: mqueue on /dev/mqueue, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV,
# MOUNT_ATTR_NOEXEC ($.mounts[4])
mount -i -t mqueue -o nodev,noexec,nosuid mqueue "$root"/dev/mqueue

# 27. find or make the mount point: /sys, a directory; no component of it may be a symbolic link; it
# may not lie in a procfs ($.mounts[5])
mkdir -p "$root"/sys

# 28. mount a file system: sysfs on /sys, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV,
# MOUNT_ATTR_NOEXEC, options ro ($.mounts[5])
mount -i -t sysfs -o nodev,noexec,nosuid,ro sysfs "$root"/sys

# 30. find or make the mount point: /sys/fs/cgroup, a directory; it may not lie in a procfs
# ($.mounts[6])
mkdir -p "$root"/sys/fs/cgroup

# 31. mount a file system: cgroup2 (cgroup) on /sys/fs/cgroup, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID,
# MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, options ro ($.mounts[6])
mount -i -t cgroup2 -o nodev,noexec,nosuid,ro cgroup "$root"/sys/fs/cgroup

# 32. find or make the mount point: /dev, a directory ($.linux.devices)
mkdir -p "$root"/dev

# 33. make the device: /dev/null c 1:3, mode 0666 ($.linux.devices)
[ -e "$root"/dev/null ] || mknod -m 0666 "$root"/dev/null c 1 3

# 34. make the device: /dev/zero c 1:5, mode 0666 ($.linux.devices)
[ -e "$root"/dev/zero ] || mknod -m 0666 "$root"/dev/zero c 1 5

# 35. make the device: /dev/full c 1:7, mode 0666 ($.linux.devices)
[ -e "$root"/dev/full ] || mknod -m 0666 "$root"/dev/full c 1 7

# 36. make the device: /dev/random c 1:8, mode 0666 ($.linux.devices)
[ -e "$root"/dev/random ] || mknod -m 0666 "$root"/dev/random c 1 8

# 37. make the device: /dev/urandom c 1:9, mode 0666 ($.linux.devices)
[ -e "$root"/dev/urandom ] || mknod -m 0666 "$root"/dev/urandom c 1 9

# 38. make the device: /dev/tty c 5:0, mode 0666 ($.linux.devices)
[ -e "$root"/dev/tty ] || mknod -m 0666 "$root"/dev/tty c 5 0

# 39. make the symbolic link: /dev/fd to /proc/self/fd ($.linux.devices)
[ -e "$root"/dev/fd ] || [ -L "$root"/dev/fd ] || ln -s /proc/self/fd "$root"/dev/fd

# 40. make the symbolic link: /dev/stdin to /proc/self/fd/0 ($.linux.devices)
[ -e "$root"/dev/stdin ] || [ -L "$root"/dev/stdin ] || ln -s /proc/self/fd/0 "$root"/dev/stdin

# 41. make the symbolic link: /dev/stdout to /proc/self/fd/1 ($.linux.devices)
[ -e "$root"/dev/stdout ] || [ -L "$root"/dev/stdout ] || ln -s /proc/self/fd/1 "$root"/dev/stdout

# 42. make the symbolic link: /dev/stderr to /proc/self/fd/2 ($.linux.devices)
[ -e "$root"/dev/stderr ] || [ -L "$root"/dev/stderr ] || ln -s /proc/self/fd/2 "$root"/dev/stderr

# 43. make the symbolic link: /dev/ptmx to pts/ptmx ($.linux.devices)
ln -sfn pts/ptmx "$root"/dev/ptmx

# 44. open the container's terminal: /dev/pts/ptmx; its slave is bound on /dev/console
# ($.process.terminal)
# Left out: who makes a terminal has to serve it (script(1) does). The program keeps the caller's.

# 46. make the path read-only: /proc/bus ($.linux.readonlyPaths[0])
if [ -e "$root"/proc/bus ]; then mount --rbind "$root"/proc/bus "$root"/proc/bus; mount -o remount,bind,ro "$root"/proc/bus; fi

# 47. make the path read-only: /proc/fs ($.linux.readonlyPaths[1])
if [ -e "$root"/proc/fs ]; then mount --rbind "$root"/proc/fs "$root"/proc/fs; mount -o remount,bind,ro "$root"/proc/fs; fi

# 48. make the path read-only: /proc/irq ($.linux.readonlyPaths[2])
if [ -e "$root"/proc/irq ]; then mount --rbind "$root"/proc/irq "$root"/proc/irq; mount -o remount,bind,ro "$root"/proc/irq; fi

# 49. make the path read-only: /proc/sys ($.linux.readonlyPaths[3])
if [ -e "$root"/proc/sys ]; then mount --rbind "$root"/proc/sys "$root"/proc/sys; mount -o remount,bind,ro "$root"/proc/sys; fi

# 50. make the path read-only: /proc/sysrq-trigger ($.linux.readonlyPaths[4])
if [ -e "$root"/proc/sysrq-trigger ]; then mount --rbind "$root"/proc/sysrq-trigger "$root"/proc/sysrq-trigger; mount -o remount,bind,ro "$root"/proc/sysrq-trigger; fi

# 52. mask the path: /proc/acpi ($.linux.maskedPaths[0])
if [ -d "$root"/proc/acpi ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/acpi; elif [ -e "$root"/proc/acpi ]; then mount --bind /dev/null "$root"/proc/acpi; fi

# 53. mask the path: /proc/asound ($.linux.maskedPaths[1])
if [ -d "$root"/proc/asound ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/asound; elif [ -e "$root"/proc/asound ]; then mount --bind /dev/null "$root"/proc/asound; fi

# 54. mask the path: /proc/kcore ($.linux.maskedPaths[2])
if [ -d "$root"/proc/kcore ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/kcore; elif [ -e "$root"/proc/kcore ]; then mount --bind /dev/null "$root"/proc/kcore; fi

# 55. mask the path: /proc/keys ($.linux.maskedPaths[3])
if [ -d "$root"/proc/keys ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/keys; elif [ -e "$root"/proc/keys ]; then mount --bind /dev/null "$root"/proc/keys; fi

# 56. mask the path: /proc/latency_stats ($.linux.maskedPaths[4])
if [ -d "$root"/proc/latency_stats ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/latency_stats; elif [ -e "$root"/proc/latency_stats ]; then mount --bind /dev/null "$root"/proc/latency_stats; fi

# 57. mask the path: /proc/timer_list ($.linux.maskedPaths[5])
if [ -d "$root"/proc/timer_list ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/timer_list; elif [ -e "$root"/proc/timer_list ]; then mount --bind /dev/null "$root"/proc/timer_list; fi

# 58. mask the path: /proc/timer_stats ($.linux.maskedPaths[6])
if [ -d "$root"/proc/timer_stats ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/timer_stats; elif [ -e "$root"/proc/timer_stats ]; then mount --bind /dev/null "$root"/proc/timer_stats; fi

# 59. mask the path: /proc/sched_debug ($.linux.maskedPaths[7])
if [ -d "$root"/proc/sched_debug ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/sched_debug; elif [ -e "$root"/proc/sched_debug ]; then mount --bind /dev/null "$root"/proc/sched_debug; fi

# 60. mask the path: /sys/firmware ($.linux.maskedPaths[8])
if [ -d "$root"/sys/firmware ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/sys/firmware; elif [ -e "$root"/sys/firmware ]; then mount --bind /dev/null "$root"/sys/firmware; fi

# 61. mask the path: /proc/scsi ($.linux.maskedPaths[9])
if [ -d "$root"/proc/scsi ]; then mount -i -t tmpfs -o ro,nosuid,nodev,noexec,nr_inodes=1 none "$root"/proc/scsi; elif [ -e "$root"/proc/scsi ]; then mount --bind /dev/null "$root"/proc/scsi; fi

# 62. enter the container's root and let go of the host's ($.root.path)
# At the end, when no tool is needed any more but those that enter, drop and execute. They are found
# by the working directory, which stays the host's /usr when / has become the container's, and
# started by the host's dynamic loader.
kept() { path=$(readlink -f "$1"); case $path in /usr/*) echo ".${path#/usr}" ;; *) echo "..$path" ;; esac; }
loader=$(ldd "$(command -v setpriv)" | sed -n 's/^[[:space:]]*\(\/[^ ]*ld[^ ]*\) .*/\1/p')
libraries=$(for tool in setpriv env umount mount; do ldd "$(command -v "$tool")"; done | sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p' | sort -u |
  while read -r library; do dirname "$(kept "$library")"; done | sort -u | paste -sd:)
run="$(kept "$loader") --library-path $libraries"
setpriv=$(kept "$(command -v setpriv)") env=$(kept "$(command -v env)") umount=$(kept "$(command -v umount)") mount=$(kept "$(command -v mount)")

# 63. set the host name: runc ($.hostname)
hostname -- runc

# 64. make the container's root read-only ($.root.readonly)
mount -o remount,bind,ro "$root"

# 65. begin a session: with the terminal as its controlling one, and as stdio ($.process.terminal)
# Done by setsid above. The terminal is left to the caller's.

# 66. set the limit: RLIMIT_NOFILE, soft 1024, hard 1024 ($.process.rlimits[0])
prlimit --pid $$ --nofile=1024:1024

# 67. give up gaining privileges: for this process and all that come from it
# ($.process.noNewPrivileges)
# By setpriv, which executes the program.

# 68. drop capabilities from the bounding set: 38 of 41 are dropped; CAP_KILL, CAP_NET_BIND_SERVICE,
# CAP_AUDIT_WRITE stay ($.process.capabilities.bounding)
# By setpriv, which executes the program.

# 69. enter the working directory: / ($.process.cwd)
# By env -C, below.

# 70. become the user: 0, group 0, no further groups ($.process.user)
# By setpriv, which executes the program.

# 71. set the capabilities: effective and permitted CAP_KILL, CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE;
# inheritable none; ambient none ($.process.capabilities)
# By setpriv, which executes the program.
# Permitted and effective capabilities are what execve makes of these: for root those of the
# bounding set, for others the ambient ones.

# 73. set the umask: 0022 ($.process.user.umask)
# At the end, when all is made.

# 74. find the user's home directory: of user 0 in the container's /etc/passwd, else /
# ($.process.env)
home=$(awk -F: -v uid=0 '$3 == uid { print $6; exit }' "$root/etc/passwd" 2>/dev/null || true)

# 75. find the program: sh, as the first that is there of /usr/local/sbin/sh, /usr/local/bin/sh,
# /usr/sbin/sh, /usr/bin/sh, /sbin/sh, /bin/sh ($.process.args[0])
# env and exec do, as far as a shell can.

# 79. arrange the descriptors: none but stdio is left to the program ($.process)
# env and exec do, as far as a shell can.

# 83. unblock the signals: all of them ($.process.args)
# env and exec do, as far as a shell can.

cd /usr
pivot_root "$root" "$root"
$run "$umount" -l /
umask 0022

# 84. execute the program: ["sh"] ($.process.args)
exec $run "$setpriv" --no-new-privs --bounding-set=-all,+kill,+net_bind_service,+audit_write --reuid=0 --regid=0 --clear-groups --inh-caps=-all $run "$env" -i -C / -- 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' 'TERM=xterm' HOME="${home:-/}" sh 3<&-
INSIDE
) || status=$?

# The container has ended: nobody is in its cgroups any more, unless a program was left behind; then
# rmdir says that they are busy.
rmdir /sys/fs/cgroup/ID || true
exit $status
