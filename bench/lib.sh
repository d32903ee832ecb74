# What bench/run and bench/profile share: the runtimes, the bundle, and timing in alternating rounds.
# shellcheck shell=bash

die() { echo "$0: $*" >&2; exit 1; }

need() {
    local tool
    for tool; do
        type -P "$tool" >/dev/null || die "$tool is not installed: make bench, or apt-get install hyperfine busybox-static time strace"
    done
}

# The runtimes: names in order (ours first), and per name its path and its label ("crun 1.8.1").
names=()
declare -A path label

add_runtime() { # PATH
    local name
    name=$(basename "$1")
    [ -z "${path[$name]:-}" ] || die "two runtimes are called $name"
    names+=("$name")
    path[$name]=$1
    label[$name]="$name $("$1" --version | awk 'NR == 1 { sub(/[+~].*/, "", $NF); print $NF }')"
}

# A runtime's command up to its verb, with a state directory that is its own.
runtime() { echo "${path[$1]} --root $work/state/$1"; }

# make_work: sets $work to a tmpfs that only we see (state directories are on one on most hosts) with a root file system for all
# bundles, the bundles "true" and "sleep", and the steps between measurements. All goes away when we exit.
make_work() {
    local name
    work=$(mktemp -d)
    mount -t tmpfs -o mode=711 bench "$work"
    trap remove_work EXIT
    mkdir -p "$work"/rootfs/{bin,dev,proc,sys,tmp,mnt} "$work/source"
    cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
    ln -s busybox "$work/rootfs/bin/true"
    ln -s busybox "$work/rootfs/bin/sleep"
    for name in "${names[@]}"; do mkdir -p "$work/state/$name"; done
    bundle true
    bundle sleep '/bin/sleep 1000'

    # Steps are programs called with a container's id and a runtime's command, because hyperfine starts them without a shell.
    make_step absent '"$@" delete --force "$id" >/dev/null 2>&1 || :'
    make_step created "$work"'/absent "$id" "$@"; "$@" create --bundle '"$work"'/true "$id"'
    make_step stopped "$work"'/created "$id" "$@"; "$@" start "$id"; until "$@" state "$id" | grep -q \"stopped\"; do sleep 0.005; done'
    make_step running "$work"'/absent "$id" "$@"; "$@" create --bundle '"$work"'/sleep "$id"; "$@" start "$id"'
}

make_step() { # NAME COMMANDS
    printf '#!/bin/sh\nset -e\nid=$1; shift\n%s\n' "$2" >"$work/$1"
    chmod +x "$work/$1"
}

remove_work() {
    local name id
    for name in "${names[@]}"; do
        for id in "bench-$name" "many-$name"; do
            $(runtime "$name") delete --force "$id" >/dev/null 2>&1 || :
            remove_cgroups "$id"
        done
    done
    umount -l "$work"
    rmdir "$work"
}

# What a runtime that cannot delete has left.
remove_cgroups() { # ID
    local cgroup
    for cgroup in /sys/fs/cgroup/*/"$1" /sys/fs/cgroup/"$1"; do
        [[ -d $cgroup ]] || continue
        if xargs --no-run-if-empty kill -KILL <"$cgroup/cgroup.procs" 2>/dev/null; then sleep 0.1; fi
        rmdir "$cgroup" 2>/dev/null || :
    done
}

# bundle NAME [COMMAND [EXTRA-MOUNTS [MEMORY-LIMIT [SECCOMP-PROFILE]]]]
# The configuration that `runc spec` writes, without a terminal. COMMAND is one word; mounts are bind mounts on /mnt/1 ….
bundle() {
    local name=$1 command=${2:-/bin/true} mounts=${3:-0} memory=${4:-} seccomp=${5:-} extra='' i
    local caps='["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]'
    for ((i = 1; i <= mounts; i++)); do
        mkdir -p "$work/rootfs/mnt/$i"
        extra+=', { "destination": "/mnt/'$i'", "type": "bind", "source": "'$work'/source", "options": ["bind", "ro"] }'
    done
    mkdir -p "$work/$name"
    cat >"$work/$name/config.json" <<EOF
{
  "ociVersion": "1.0.2",
  "process": {
    "terminal": false,
    "user": { "uid": 0, "gid": 0 },
    "args": ["${command// /\", \"}"],
    "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
    "cwd": "/",
    "capabilities": { "bounding": $caps, "effective": $caps, "permitted": $caps },
    "rlimits": [{ "type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024 }],
    "noNewPrivileges": true
  },
  "root": { "path": "$work/rootfs", "readonly": true },
  "hostname": "bench",
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
    { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
    { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"] },
    { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime", "ro"] }$extra
  ],
  "linux": {
    "resources": { "devices": [{ "allow": false, "access": "rwm" }]${memory:+, \"memory\": { \"limit\": $memory \}} },
    "namespaces": [{ "type": "pid" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }],
    "maskedPaths": [
      "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
      "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"
    ],
    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]${seccomp:+, \"seccomp\": $(cat "$seccomp")}
  }
}
EOF
}

# Every figure is one line of $work/results.
record() { # CASE RUNTIME VALUE UNIT [SMALLEST LARGEST]
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" "${6:-}" >>"$work/results"
}

# timed CASE PREPARE COMMAND: the median time of COMMAND of each runtime, in ms. PREPARE is a command that runs before
# each COMMAND, not timed ("" for none). In both, {} is the runtime's command up to its verb and {name} its name.
# The runtimes take turns, so that noise of the machine hits all of them alike.
timed() {
    local case=$1 prepare=$2 command=$3 round name
    local -a options
    for ((round = 1; round <= rounds; round++)); do
        for name in "${names[@]}"; do
            options=(-N --style none --runs "$runs" --export-json "$work/times.json")
            [ "$round" -gt 1 ] || options+=(--warmup 2)
            [ -z "$prepare" ] || options+=(--prepare "$(expand "$prepare" "$name")")
            hyperfine "${options[@]}" "$(expand "$command" "$name")" >"$work/hyperfine.log" 2>&1 || {
                # What the command said is not in the log: once more, to be seen.
                $(expand "$prepare" "$name") && $(expand "$command" "$name") || :
                die "$case, $name: $(cat "$work/hyperfine.log")"
            }
            sed -n '/"times"/,/\]/ s/^ *\([0-9.e-]*\),\{0,1\}$/\1/p' "$work/times.json" >>"$work/times.$name"
        done
    done
    for name in "${names[@]}"; do
        # shellcheck disable=SC2046 # three words
        record "$case" "$name" $(sort -g "$work/times.$name" | awk '
            { t[NR] = $1 * 1000 }
            END { printf "%.3f ms %.3f %.3f", (t[int((NR + 1) / 2)] + t[int((NR + 2) / 2)]) / 2, t[1], t[NR] }')
        rm "$work/times.$name"
    done
}

expand() { # TEMPLATE NAME
    local text=${1//\{\}/$(runtime "$2")}
    echo "${text//\{name\}/$2}"
}
