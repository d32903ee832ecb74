# The validation programs: how they are built, and which of them a correct runtime does not pass.
# shellcheck shell=bash

# build_programs: sets $programs to a directory with every program, runtimetest and the root file systems, as the programs want
# to find them in their working directory. A change in the checkout makes a new one.
build_programs() {
    local key go program
    key=$(cd "$tools" && find . -name '*.go' -printf '%P %s %T@\n' | sort | sha256sum | cut -c 1-16)
    programs=${XDG_CACHE_HOME:-$HOME/.cache}/ocisharp/runtime-tools-$key
    [[ ! -e $programs/runtimetest ]] || return 0

    go=${GO:-$(command -v go || ls /usr/lib/go-*/bin/go 2>/dev/null | sort -V | tail -n 1)}
    [[ -n $go ]] || die "no Go to build the programs with: install one (1.21 or newer), or say GO=PATH"
    echo "building the programs into $programs" >&2
    mkdir -p "$programs"
    (
        cd "$tools"
        export GOFLAGS='-mod=vendor -buildvcs=false' GOTOOLCHAIN=local CGO_ENABLED=0
        export GOPATH=$programs/.go GOCACHE=$programs/.go/cache
        for program in validation/*/; do
            program=$(basename "$program")
            [[ $program == util ]] || "$go" build -o "$programs/$program" "./validation/$program"
        done
        "$go" build -tags 'netgo osusergo' -o "$programs/.runtimetest" ./cmd/runtimetest
    )
    ln -s "$tools"/rootfs-*.tar.gz "$programs"
    chmod -R u+w "$programs/.go" && rm -rf "$programs/.go"
    mv "$programs/.runtimetest" "$programs/runtimetest" # last: it says that the directory is complete
}

# races PROGRAM: whether its result depends on how fast its container's process is, so that it deserves more than one try.
races() { [[ $1 == pidfile || $1 == poststart ]]; }

# out_of_reach PROGRAM: prints why a correct runtime does not pass it, or not on this host; fails when it should.
out_of_reach() {
    local cgroups=/sys/fs/cgroup
    case $1 in
        # The program wants what runtime-spec 1.3.0 does not, or cannot see what it looks for.
        delete) echo 'wants delete of a created container to fail, which engines rely on' ;;
        delete_resources | linux_cgroups_pids | linux_cgroups_relative_pids) echo 'compares the addresses of two limits' ;;
        hooks) echo 'expects lines that its hooks do not write' ;;
        misc_props) echo 'starts /runtimetest without having put it into the bundle' ;;
        pidfile) echo 'kills a process that ends at once, and fails when it has ended' ;;
        poststart) echo 'wants the process to write before a hook does that is started after it' ;;
        poststart_fail) echo 'wants a failed poststart hook to be a warning; the specification says error' ;;
        prestart) echo 'wants prestart hooks run by start; the specification says create' ;;
        process_capabilities_fail) echo 'wants an unknown capability to be an error; the specification says warning' ;;
        process_rlimits) echo 'reads RLIMIT_NOFILE in Go, which has raised it by then' ;;
        start) echo 'wants start to succeed without a process; the specification says error' ;;
        # The host lacks something.
        linux_cgroups_* | linux_cgroups_relative_*)
            if [[ ! -d $cgroups/memory ]]; then
                echo 'knows cgroup v1 only'
            elif [[ $1 == *_blkio && ! -e $cgroups/blkio/blkio.leaf_weight ]]; then
                echo 'no blkio.leaf_weight in this kernel'
            elif [[ $1 == *_memory ]] && ! kernel_memory_limit; then
                echo 'no memory.kmem.limit_in_bytes in this kernel'
            elif [[ $1 == *_network && ! -d $cgroups/net_cls ]]; then
                echo 'no net_cls in this kernel'
            elif [[ $1 == *_hugetlb && ! -d $cgroups/hugetlb ]]; then
                echo 'no hugetlb in this kernel'
            else
                return 1
            fi
            ;;
        linux_mount_label) [[ ! -e /sys/fs/selinux/enforce ]] && echo 'no SELinux in this kernel, and what cannot be applied must be an error' ;;
        linux_process_apparmor_profile) [[ ! -e /sys/module/apparmor ]] && echo 'no AppArmor in this kernel, and what cannot be applied must be an error' ;;
        process_capabilities) ! all_capabilities && echo 'needs every capability, and we do not have all' ;;
        *) return 1 ;;
    esac
}

# Since Linux 5.16 the file may be there, but does nothing.
kernel_memory_limit() {
    local probe=/sys/fs/cgroup/memory/ocisharp-conformance-$$ limit=''
    mkdir "$probe"
    { echo 1048576 >"$probe/memory.kmem.limit_in_bytes" && limit=$(<"$probe/memory.kmem.limit_in_bytes"); } 2>/dev/null || :
    rmdir "$probe"
    [[ $limit -eq 1048576 ]]
}

all_capabilities() {
    local ours last
    ours=$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status)
    last=$(cat /proc/sys/kernel/cap_last_cap)
    (((16#$ours & ((1 << (last + 1)) - 1)) == (1 << (last + 1)) - 1))
}
