# What a program of tests printed (Microsoft.Testing.Platform, --no-ansi --no-progress): which tests failed or were skipped, and why; then the
# summary "… N passed, N failed, N skipped …". One that has printed none of its own has failed, unless the deadline came.
#   suite=NAME seconds=NUMBER status=EXIT, cut=WHY (the deadline came)

BEGIN { all_skipped = 8 } # The platform's exit status.

/^(failed|skipped) / {
    lines = 6 # of why
    verdict = $1 == "failed" ? "FAILED" : "skipped"
    if (verdict == "FAILED") seen++
    sub(/^[a-z]+ /, "")
    printf "%-8s %s: %s\n", verdict, suite, $0
    next
}
/^  (Standard output|Error output|total: |failed: |succeeded: |skipped: |duration: )/ { lines = 0 }
/^  [a-z]+: [0-9]+$/ { sub(/:/, "", $1); count[$1] = $2; summary = 1 }
/^  / && lines-- > 0 { print "       " $0; next }
{ last = $0 }

END {
    if (!summary) count["failed"] = seen + 0
    if (cut) {
        count["skipped"]++
        printf "skipped  %s\n         %s\n", suite, cut
    } else if (!count["total"] || status && status != all_skipped && !count["failed"]) {
        count["failed"]++
        printf "FAILED   %s\n         it did not run to its end (exit status %d): %s\n", suite, status, last
    }
    printf "%-8s %s: %d passed, %d failed, %d skipped (%d s)\n", count["failed"] ? "FAILED" : cut ? "skipped" : "ok", suite,
        count["succeeded"], count["failed"], count["skipped"], seconds
}
