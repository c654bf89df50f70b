# C without its comments, a line for a line: "path:line:comment?:code". With strings=blank quoted text is emptied too.
FNR == 1 { inside = 0 }
{
    rest = $0
    out = ""
    comment = inside
    while (rest != "") {
        if (inside) {
            at = index(rest, "*/")
            if (at == 0) { rest = ""; break }
            rest = substr(rest, at + 2)
            inside = 0
            continue
        }
        if (!match(rest, /\/\*|\/\/|"|'/)) { out = out rest; break }
        out = out substr(rest, 1, RSTART - 1)
        mark = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (mark == "//") { comment = 1; break }
        if (mark == "/*") { comment = 1; inside = 1; continue }
        quoted = ""
        while (rest != "") {
            c = substr(rest, 1, 1)
            if (c == "\\") { quoted = quoted substr(rest, 1, 2); rest = substr(rest, 3); continue }
            rest = substr(rest, 2)
            if (c == mark) break
            quoted = quoted c
        }
        out = out mark (strings == "blank" && $0 !~ /^[ \t]*#/ ? "" : quoted) mark
    }
    print FILENAME ":" FNR ":" comment ":" out
}
