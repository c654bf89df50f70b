# ctags lines -> "room lines" in the file sizes; violations of length and parameters go to bad.
BEGIN {
    FS = "\t"
    while ((getline line < exceptions) > 0) {
        split(line, word, " ")
        excused[word[1] " " word[2] " " word[3]] = 1
    }
    printf "" > sizes
}
# Commas between the outermost brackets; "..." counts as nothing, (void) and () are none.
function parameters(signature,   i, c, depth, n, text) {
    text = signature
    gsub(/, *\.\.\./, "", text)
    if (text ~ /^\((void)?\)/) return 0
    n = 1
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        depth += c == "(" ? 1 : c == ")" ? -1 : 0
        n += c == "," && depth == 1
    }
    return n
}
{
    lines = $4 - $3 + 1
    n = split($2, part, "/")
    print (n > 2 ? part[1] "/" part[2] : part[1]), lines > sizes
    judge("lines", lines, 80)
    judge("parameters", parameters($5), 5)
}
function judge(what, count, limit,   key) {
    key = what " " $2 " " $1
    if (count <= limit) return
    if (key in excused) used[key] = 1
    else print $2 ":" $3 ": " $1 " has " count " " what ", more than " limit >> bad
}
END {
    if (NR == 0) print "no function found: is ctags there?" >> bad
    for (key in excused) if (!(key in used)) print "exceptions: not needed: " key >> bad
}
