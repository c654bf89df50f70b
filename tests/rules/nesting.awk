# Stripped code -> file sizes and comment share in the file files ("room path lines comment-lines"); blocks nested deeper
# than 4 and files too long go to bad. Only blocks count: not initialisers, not compound literals (no space before "{").
BEGIN { FS = ":"; printf "" > files }
function done() {
    if (path == "") return
    n = split(path, part, "/")
    print (n > 2 ? part[1] "/" part[2] : part[1]), path, lines, filled, comments > files
    limit = path ~ /\.h$/ ? 200 : 600
    if (lines > limit) print path ": " lines " lines, more than " limit >> bad
}
$1 != path { done(); path = $1; lines = filled = comments = depth = top = 0; before = ""; continued = 0 }
{
    code = substr($0, length($1 ":" $2 ":" $3 ":") + 1)
    lines++
    comments += $3
    filled += $3 || code ~ /[^ \t]/
    macro = continued || code ~ /^[ \t]*#/
    continued = macro && code ~ /\\[ \t]*$/
    if (macro) next
    if (code ~ /^}/) { depth = 0; top = 0; next } # column 0 always ends a function
    while (match(code, /[{}]/)) {
        c = substr(code, RSTART, 1)
        head = before substr(code, 1, RSTART - 1)
        code = substr(code, RSTART + 1)
        if (c == "{") {
            literal = head ~ /[=,(]$/ || head ~ /[=,(][ \t]+$/ || head ~ /\)$/ || (head ~ /{[ \t]*$/ && literals[top])
            literals[++top] = literal
            depth += !literal
            # The function's own block is not nesting.
            if (!literal && depth - 1 > 4) print path ":" $2 ": nested deeper than 4" >> bad
        } else if (top > 0) {
            depth -= !literals[top--]
        }
        before = c == "{" ? "{" : ""
    }
    if (code ~ /[^ \t]/) before = code ~ /[=,({]$/ ? substr(code, length(code)) : " "
}
END { done() }
