# Reads a VSTest result file (.trx) twice (pass=1: class names; pass=2: results). Prints each failed and each skipped test with its
# reason, and as the last line "passed failed skipped".

function attribute(name,    start) {
    if (!match($0, " " name "=\"[^\"]*\""))
        return ""
    start = RSTART + length(name) + 3
    return text(substr($0, start, RLENGTH - length(name) - 4))
}

function text(s) {
    gsub(/&lt;/, "<", s)
    gsub(/&gt;/, ">", s)
    gsub(/&quot;/, "\"", s)
    gsub(/&#xD;/, "", s)
    gsub(/&amp;/, "\\&", s)
    return s
}

# Collects the text of <Message> and <StackTrace>, which may span lines.
function collect(line,    closing) {
    closing = index(line, "</" element ">")
    said = said text(closing ? substr(line, 1, closing - 1) : line) "\n"
    if (closing)
        element = ""
}

function finish() {
    sub(/\n+$/, "", said)
    if (outcome == "Passed")
        passed++
    else if (outcome == "NotExecuted") {
        skipped++
        gsub(/\n/, " ", said)
        print "    skipped " name ": " (said == "" ? "no reason given" : said)
    } else {
        failed++
        gsub(/\n/, "\n        ", said)
        print "    FAILED  " name "\n        " said
    }
    outcome = ""
}

FNR == 1 { pass++ }

pass == 1 && /<UnitTest / { id = attribute("id") }
pass == 1 && /<TestMethod / { class[id] = attribute("className") }
pass == 1 { next }

element != "" { collect($0); next }
/<UnitTestResult / {
    name = class[attribute("testId")] "." attribute("testName")
    outcome = attribute("outcome")
    said = ""
    if (/\/>[ \r]*$/)
        finish()
}
/<\/UnitTestResult>/ { finish() }
outcome != "" && match($0, /<(Message|StackTrace)>/) {
    element = substr($0, RSTART + 1, RLENGTH - 2)
    collect(substr($0, RSTART + RLENGTH))
}

END { print passed + 0, failed + 0, skipped + 0 }
