# Stripped code -> "room lines" of every function in the file sizes; violations of length and parameters go to bad. The house's
# format makes functions easy to find: their block opens and closes in column 0. (ctags lost functions behind a typedef.)
BEGIN {
    FS = ":"
    while ((getline line < exceptions) > 0) {
        split(line, word, " ")
        excused[word[1] " " word[2] " " word[3]] = 1
    }
    printf "" > sizes
}
# The name stands before the first bracket that does not belong to an attribute.
function name_of(head) {
    gsub(/__attribute__ *\(\([^)]*(\([^)]*\))?[^)]*\)\)/, "", head)
    sub(/ *\(.*/, "", head)
    sub(/.*[^A-Za-z0-9_]/, "", head)
    return head
}
# Commas between the outermost brackets; "..." counts as nothing, (void) and () are none.
function parameters(head,   i, c, depth, n) {
    sub(/^[^(]*/, "", head)
    gsub(/, *\.\.\./, "", head)
    if (head ~ /^\( *(void)? *\)/) return 0
    n = 1
    for (i = 1; i <= length(head); i++) {
        c = substr(head, i, 1)
        depth += c == "(" ? 1 : c == ")" ? -1 : 0
        n += c == "," && depth == 1
    }
    return n
}
function judge(what, count, limit,   key) {
    key = what " " path " " name
    if (count <= limit) return
    if (key in excused) used[key] = 1
    else print path ":" first ": " name " has " count " " what ", more than " limit >> bad
}
function close_function(last) {
    lines = last - first + 1
    n = split(path, part, "/")
    print (n > 2 ? part[1] "/" part[2] : part[1]), lines > sizes
    found++
    judge("lines", lines, 80)
    judge("parameters", parameters(head), 5)
}
$1 != path { path = $1; head = ""; inside = continued = 0 }
{
    code = substr($0, length($1 ":" $2 ":" $3 ":") + 1)
    sub(/[ \t]+$/, "", code)
    macro = continued || code ~ /^[ \t]*#/
    continued = macro && code ~ /\\$/
}
macro { if (!inside) head = ""; next }
inside { if (code ~ /^}/) { close_function($2); inside = 0; head = "" } next }
code ~ /^{/ && head ~ /\(/ { inside = 1; name = name_of(head); next }
# A function whose block opens elsewhere would escape: it is not our format.
code ~ /{/ && code !~ /^{/ {
    before = head " " code
    sub(/{.*/, "", before)
    if (before ~ /\)[ \t]*$/ && before !~ /=/ && before !~ /^ *(struct|enum|union|typedef) /)
        print path ":" $2 ": a function's block opens in column 0" >> bad
}
code == "" || code ~ /[;}]$/ { head = ""; next }
{ if (head == "") first = $2; head = head " " code }
END {
    if (found == 0) print "no function found" >> bad
    for (key in excused) if (!(key in used)) print "exceptions: not needed: " key >> bad
}
