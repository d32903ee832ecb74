# profile.awk -v plain=µS-WITHOUT-STRACE -v above=µS TRACE TRACE
# TRACE is read twice, each line PID SECONDS CALL(…) = RESULT <SECONDS>: first for the totals, then for the steps.
{ pid = $1; at = $2 * 1e6; text = substr($0, index($0, $3)) }

NR == FNR {
    if (!begin) begin = at
    end = at
    if (!(pid in first)) { first[pid] = at; pids[++processes] = pid; letter[pid] = substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", processes, 1) }
    last[pid] = at
    if (text !~ /^(<\.\.\. |\+\+\+|---)/) { calls++; of[pid]++ }
    if (text ~ /^execve(at)?\(/ && text !~ /= -1/) { role[pid] = role[pid] " " program(text) }
    next
}

FNR == 1 { totals() }

# A step is the wait before a call or the call itself. A call that was interrupted in the listing ends where it is resumed.
{
    if (text ~ /^(\+\+\+|---)/) { free[pid] = at; next }
    if (text ~ /^<\.\.\. /) took = at - started[pid]
    else {
        if (pid in free) step(free[pid], at - free[pid] - cost / 2, "(between calls)")
        started[pid] = at
        called[pid] = text
        if (text ~ /<unfinished \.\.\.>$/) next
        match(text, /<[0-9.]+>$/)
        took = substr(text, RSTART + 1, RLENGTH - 2) * 1e6
    }
    step(started[pid], took - cost / 2, called[pid])
    free[pid] = started[pid] + took
}

function step(from, took, what) {
    if (took >= above) printf "%9.0f  %s %7.0f  %s\n", from - begin, letter[pid], took, shorten(what) | "sort -n"
}

function shorten(what) {
    sub(/ <unfinished \.\.\.>$/, "", what)
    sub(/ +<[0-9.]+>$/, "", what)
    return length(what) > 110 ? substr(what, 1, 107) "..." : what
}

function program(text) { return match(text, /"[^"]*"/) ? substr(text, RSTART + 1, RLENGTH - 2) : "(own image)" }

function totals(    i, p) {
    cost = (end - begin - plain) / calls
    if (cost < 0) cost = 0
    printf "%.0f µs, with strace %.0f µs; %d calls, strace costs %.0f µs each\n\n", plain, end - begin, calls, cost
    print "           from      to   calls  executes"
    for (i = 1; i <= processes; i++) {
        p = pids[i]
        printf "process %s %6.0f  %6.0f  %6d %s\n", letter[p], first[p] - begin, last[p] - begin, of[p], role[p]
    }
    print "\n    at µs  process  took µs"
    fflush()
}
