# report.awk -v format=text|markdown|json LABELS RESULTS
# Turns the results of bench/run into a table: a case per line, a runtime per column, and ours divided by each other one.
BEGIN { FS = "\t" }

NR == FNR { names[++runtimes] = $1; label[$1] = $2; next }

{
    if (!($1 in unit)) cases[++count] = $1
    unit[$1] = $4
    value[$1, $2] = $3; least[$1, $2] = $5; most[$1, $2] = $6
}

END {
    if (format == "json") json()
    else table()
}

function json(    c, r, k) {
    print "["
    for (c = 1; c <= count; c++)
        for (r = 1; r <= runtimes; r++) {
            k = cases[c] SUBSEP names[r]
            printf "  { \"case\": \"%s\", \"runtime\": \"%s\", \"unit\": \"%s\", \"median\": %s", cases[c], label[names[r]], unit[cases[c]], value[k]
            if (least[k] != "") printf ", \"min\": %s, \"max\": %s", least[k], most[k]
            print " }" (c == count && r == runtimes ? "" : ",")
        }
    print "]"
}

function table(    c, r, line) {
    line = row("", "unit")
    for (r = 1; r <= runtimes; r++) line = line cell(label[names[r]])
    for (r = 2; r <= runtimes; r++) line = line cell("÷ " names[r])
    print line
    if (format == "markdown") {
        line = "|---|---|"
        for (r = 1; r < 2 * runtimes; r++) line = line "--:|"
        print line
    }
    for (c = 1; c <= count; c++) {
        line = row(cases[c], unit[cases[c]])
        for (r = 1; r <= runtimes; r++) line = line cell(number(cases[c], names[r]))
        for (r = 2; r <= runtimes; r++) line = line cell(ratio(cases[c], names[r]))
        print line
    }
}

function row(title, unit) {
    return format == "markdown" ? "| " title " | " unit " |" : sprintf("%-40s %-4s", title, unit)
}

# "÷" is two bytes and one column.
function cell(text) { return format == "markdown" ? " " text " |" : sprintf("%" (index(text, "÷") ? 15 : 14) "s", text) }

function number(c, name) { return sprintf(unit[c] == "ms" ? "%.2f" : "%d", value[c, name]) }

function ratio(c, name) { return value[c, name] > 0 ? sprintf("%.2f", value[c, names[1]] / value[c, name]) : "-" }
