# The results of engines/run as a table: a row for each scenario, a column for each runtime, with the seconds that it took; below it why
# what failed did. Of a scenario that was run again the last result counts, and the note of the first stays; what failed, and then had no time to be
# tried again, failed.

BEGIN { FS = "\t" }

{
    row = $1 "\t" $2
    if (!(row in seen)) { rows[++n] = row; seen[row] = 1 }
    again = (row, $3) in result ? " (second time)" : ""
    if (!(result[row, $3] ~ /^FAILED/ && $4 == "skipped")) result[row, $3] = $4 ($4 == "ok" ? ", " $5 " s" : "") again
    gsub(/\|/, "\\|", $6)
    if ($6 != "") notes[++m] = "- " $1 ", " $2 ", " $3 ": " $6
}

function cell(row, runtime) { return (row, runtime) in result ? result[row, runtime] : "" }

END {
    print "| engine | scenario | ocisharp | runc |"
    print "|---|---|---|---|"
    for (i = 1; i <= n; i++) {
        split(rows[i], part, "\t")
        printf "| %s | %s | %s | %s |\n", part[1], part[2], cell(rows[i], "ocisharp"), cell(rows[i], "runc")
    }
    if (m) print ""
    for (i = 1; i <= m; i++) print notes[i]
}
