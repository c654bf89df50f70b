# Input: "path:line <header>" or "path:line "header"" of every #include. Writes violations to the file bad.
function starts(s, head) { return substr(s, 1, length(head)) == head }
function below(room, top) { return room == top || starts(room, top "/") }
# An entry that ends in / is a prefix, any other one is exact.
function fits(header, entry) { return entry ~ /\/$/ ? starts(header, entry) : header == entry }

BEGIN {
    while ((getline line < standard) > 0) {
        if (line ~ /^#/) continue
        n = split(line, word, " ")
        for (i = 1; i <= n; i++) known["<" word[i] ">"] = 1
    }
    while ((getline line < only) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
        split(line, word, " ")
        owned[++owners] = word[1]
        sub(/^[^ ]+ +/, "", line)
        owner[owners] = line
    }
    while ((getline path < lists) > 0) {
        room = path
        sub(/\/\.may_include$/, "", room)
        listed[room] = 1
        while ((getline line < path) > 0) {
            sub(/[ \t]*#.*$/, "", line)
            if (line ~ /^[ \t]*$/) continue
            if (line ~ /[ \t]/) print path ": not one entry on a line: " line >> bad
            allowed[room, ++count[room]] = line
        }
    }
}
{
    where = $1
    path = where
    sub(/:[0-9]+$/, "", path)
    n = split(path, part, "/")
    room = n > 2 ? part[1] "/" part[2] : part[1]
    header = substr($0, length(where) + 2)
    sub(/[ \t]+$/, "", header)
    if (header !~ /^(<[^>]+>|"[^"]+")$/) { print where ": cannot read this include: " header >> bad; next }
    if (header ~ /^"/) header = substr(header, 2, length(header) - 2)

    for (i = 1; i <= owners; i++) {
        if (!fits(header, owned[i])) continue
        ok = 0
        n = split(owner[i], word, " ")
        for (k = 1; k <= n; k++) ok += below(room, word[k]) || path == word[k]
        if (!ok) print where ": only " owner[i] " may include " header >> bad
    }
    if (part[1] == "tests" && !(room in listed)) next
    if (header in known || starts(header, room "/")) next
    for (i = 1; i <= count[room]; i++) if (fits(header, allowed[room, i])) next
    print where ": " room "/.may_include does not allow " header >> bad
}
