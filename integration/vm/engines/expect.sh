# What scenarios say. A scenario fails with its first command that fails.
# shellcheck shell=bash

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# For what this machine, or this runtime by its nature, cannot do.
skip() {
    printf '%s\n' "$*" >&2
    exit 77
}

# prints PATTERN COMMAND…: it succeeds, and its standard output is PATTERN (of bash).
prints() {
    local pattern=$1 output status=0
    shift
    output=$("$@") || status=$?
    [[ $status -eq 0 ]] || fail "exit status $status: $*"
    # shellcheck disable=SC2053  # it is a pattern
    [[ $output == $pattern ]] || fail "printed ‘$output’, not ‘$pattern’: $*"
}

equal() { [[ $1 == "$2" ]] || fail "‘$1’ is not ‘$2’"; }

# exits STATUS COMMAND…
exits() {
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [[ $status -eq $wanted ]] || fail "exit status $status, not $wanted: $*"
}

# refuses PATTERN COMMAND…: it fails, and tells why.
refuses() {
    local pattern=$1 output
    shift
    ! output=$("$@" 2>&1) || fail "succeeded: $*"
    # shellcheck disable=SC2053  # it is a pattern
    [[ $output == $pattern ]] || fail "said ‘$output’, not ‘$pattern’: $*"
}

# eventually COMMAND…: it succeeds before long. The machine is emulated: a minute is not much.
eventually() {
    local deadline=$((SECONDS + 60))
    until "$@"; do
        [[ $SECONDS -lt $deadline ]] || fail "never succeeded: $*"
        sleep 0.5
    done
}

# on_terminal COMMAND…: runs it with a terminal for its standard streams, and prints what appears there.
on_terminal() { script --quiet --return --command "$(printf '%q ' "$@")" /dev/null </dev/null; }

# together NUMBER COMMAND…: runs it that many times, % in its words being 1 to NUMBER, some at a time: the machine is emulated.
together() {
    local number=$1
    shift
    seq "$number" | xargs -P 8 -I % "$@" >/dev/null
}

# remains PROCESS CGROUP MOUNT DIRECTORY…: numbers of what a command that leaks would add to: descriptors of the process, zombies, cgroups
# and mounts with this in their paths, files.
remains() {
    find "/proc/$1/fd" -mindepth 1 | wc -l
    cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z ' || :
    find /sys/fs/cgroup -type d -path "*$2*" 2>/dev/null | wc -l || :
    grep -c "$3" /proc/self/mountinfo || :
    find "${@:4}" 2>/dev/null | wc -l || :
}

# no_more_than NUMBERS COMMAND…: none of the numbers that it prints is greater than the one before. (Less is right: an engine closes some things late.)
no_more_than() {
    paste <(echo "$1") <("${@:2}") | awk '$2 > $1 { print "more than before: " $0; more = 1 } END { exit more }'
}

# resident PROCESS: its memory in kB.
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"; }
