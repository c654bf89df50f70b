# In: headers without comments, "path:line:comment:code". Reads struct definitions and two prototypes, then walks from the
# parameters. A member is "TYPE name", "TYPE *name", "TYPE name[n]"; several may share a type.
BEGIN {
    n = split(places, word, /[ \n]+/)
    for (i = 1; i <= n; i++) place[word[i]] = 1
    while ((getline line < decides) > 0) {
        n = split(line, word, " ")
        for (i = 2; i <= n; i++) known[word[1], word[i]] = 1
        listed[word[1]] = n - 1
    }
}
{
    split($0, part, ":")
    code = substr($0, length(part[1] ":" part[2] ":" part[3] ":") + 1)
    if (code ~ /^[ \t]*#/) next
    all = all " " code
}
function fail(what) { print what >> bad; failed++ }
# A name against the words, part by part.
function check_name(name, where,    n, i, piece) {
    n = split(name, piece, "_")
    for (i = 1; i <= n; i++)
        if (tolower(piece[i]) in place)
            fail(where ": " name " says where somebody sits")
}
# The name that a declarator declares: what stands before [ or at the end; "(*f)(...)" is f.
function declared(text) {
    if (match(text, /\([ ]*\*[ ]*[A-Za-z_][A-Za-z_0-9]*/)) {
        text = substr(text, RSTART, RLENGTH)
        gsub(/[(* ]/, "", text)
        return text
    }
    sub(/\[.*/, "", text)
    gsub(/[ *]+$/, "", text)
    return match(text, /[A-Za-z_][A-Za-z_0-9]*$/) ? substr(text, RSTART) : ""
}
function walk_types(text, where) {
    while (match(text, /struct[ ]+[A-Za-z_][A-Za-z_0-9]*/)) {
        tag = substr(text, RSTART, RLENGTH)
        sub(/struct[ ]+/, "", tag)
        text = substr(text, RSTART + RLENGTH)
        if (!(tag in reached)) {
            reached[tag] = where
            queue[++last] = tag
        }
    }
}
function walk_member(text, where,    n, i, one) {
    gsub(/[ \t]+/, " ", text)
    if (text ~ /^ ?$/) return
    if (text ~ /void ?\*/) fail(where ": a void * may hide anything: " text)
    walk_types(text, where)
    n = split(text, one, ",")
    for (i = 1; i <= n; i++) {
        name = declared(one[i])
        if (name == "") continue
        check_name(name, where)
        members[where]++
        if (where in listed && !((where, name) in known))
            fail(where ": " name " decides, but is not listed as what decides")
    }
}
# The text between the braces of a struct, its inner structs' braces taken away.
function body(from,    depth, i, c) {
    depth = 1
    for (i = from; i <= length(all) && depth > 0; i++) {
        c = substr(all, i, 1)
        depth += (c == "{") - (c == "}")
    }
    return substr(all, from, i - from - 1)
}
function walk_struct(tag,    text, n, i, piece) {
    if (!match(all, "struct[ ]+" tag "[ ]*[{]")) {
        fail(tag ": out of sight, reached from " reached[tag])
        return
    }
    text = body(RSTART + RLENGTH)
    gsub(/[{}]/, ";", text)
    n = split(text, piece, ";")
    for (i = 1; i <= n; i++) walk_member(piece[i], tag)
}
function walk_prototype(function_name,    from, text, n, i, piece) {
    if (!match(all, "[^A-Za-z0-9_]" function_name "[ ]*[(]")) {
        fail("no prototype of " function_name)
        return
    }
    from = RSTART + RLENGTH
    text = substr(all, from, index(substr(all, from), ")") - 1)
    n = split(text, piece, ",")
    for (i = 1; i <= n; i++) walk_member(piece[i], function_name)
}
END {
    walk_prototype("tg_policy_decide")
    walk_prototype("tg_policy_verdict")
    for (at = 1; at <= last; at++) walk_struct(queue[at])
    for (tag in listed) {
        if (!(tag in reached)) fail(tag ": listed as what decides, but not reached")
        else if (members[tag] != listed[tag]) fail(tag ": " members[tag] + 0 " members, " listed[tag] " listed")
    }
    printf "%d structs reached from the decision\n", last
}
