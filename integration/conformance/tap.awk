# tap.awk -v status=EXIT-STATUS -v errors=STDERR-FILE PROGRAM.tap
# Prints a program's result in one line: ok, skipped or FAILED, then how many assertions, then the first that failed.
# Some programs assert nothing: they print a diagnostic with an error, or nothing at all when all is well.
/^ok .*# SKIP/ { skips++; next }
/^ok /         { oks++; next }
/^not ok /     { fails++; if (first == "") first = describe($0); next }
/^1\.\.[0-9]/  { plan += substr($0, 4) }
/^ +"error": / { if (error == "") error = diagnostic($0) }

function diagnostic(line) { sub(/^ +"error": "/, "", line); sub(/(\\n.*)?",?$/, "", line); return line }
function describe(line) { sub(/^not ok [0-9]+ (- )?/, "", line); return line }

END {
    total = oks + skips + fails
    if (status == 124) first = "no end after the time limit"
    else if (first == "" && status != 0) first = "exit status " status last_error()
    else if (first == "" && total == 0) first = error
    else if (first == "" && total != plan) first = total " of " plan " assertions" last_error()

    if (first != "") printf "FAILED "
    else if (oks == 0 && skips > 0) printf "skipped "
    else printf "ok "
    printf "%d passed, %d failed, %d skipped", oks, fails, skips
    print first == "" ? "" : ": " first
}

function last_error(    line, text) {
    while ((getline line < errors) > 0) if (line != "" && line !~ /^exit status/) text = line
    return text == "" ? "" : ": " text
}
