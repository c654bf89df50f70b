# What openapi.yaml says, in the lines that openapi.c writes of the tables:
#   op METHOD PATH NEED MEDIA BODY-MAX | member PATH NAME TYPE required|optional MIN MAX | problem PATH CODE
# The document is written in a plain style (two blanks a level, one member a line), and that is all that is read here.
function value(text, name,    at)
{
    if (!match(text, name ": *[^,}]*")) return "-"
    at = substr(text, RSTART, RLENGTH)
    sub(/^[^:]*: */, "", at)
    sub(/ *$/, "", at)
    return at
}
# "[a, b" to an end that may stand lines below
function list(text)
{
    while (text !~ /\]/ && (getline more) > 0) text = text more
    gsub(/^[^[]*\[|\].*$/, "", text)
    gsub(/[ \t]+/, "", text)
    return text
}
function expand(codes, path,    n, i, code)
{
    n = split(codes, code, ",")
    for (i = 1; i <= n; i++) {
        if (code[i] ~ /^\+/) {
            if (!(substr(code[i], 2) in group)) print "problem " path " no such group " code[i]
            expand(group[substr(code[i], 2)], path)
        } else if (!seen[path, code[i]]++) print "problem " path " " code[i]
    }
}
/^[^ #]/ { part = $1 }
part == "x-problem-groups:" && /^  [a-z]+: \[/ { name = $1; sub(":", "", name); group[name] = list($0) }
part == "paths:" && /^  \// { path = $1; sub(/:$/, "", path) }
part == "paths:" && /^    [a-z]+:$/ {
    method = toupper($1); sub(":", "", method)
    n_ops++
    op_path[n_ops] = path; op_method[n_ops] = method; media[n_ops] = "-"; max[n_ops] = 0; answers = 0
}
part == "paths:" && /^      security: / {
    need[n_ops] = /bound_token/ && /client_key/ ? "session" : /client_key/ ? "key" : /\[\]/ ? "nothing" : "?"
}
part == "paths:" && /^      x-body-max: / { max[n_ops] = $2 }
part == "paths:" && /^      x-problems: / { problems[n_ops] = list($0) }
part == "paths:" && /^      [A-Za-z]+:/ { within = $1 }
part == "paths:" && /^          [a-z\/+-]+:$/ && within == "requestBody:" { media[n_ops] = $1; sub(/:$/, "", media[n_ops]) }
part == "paths:" && /\$ref/ && within == "requestBody:" { body[n_ops] = $0; gsub(/.*schemas\/|'.*/, "", body[n_ops]) }
part == "paths:" && /^        '?[2-5][0-9X][0-9X]'?:/ && within == "responses:" { status[n_ops] = status[n_ops] " " $1 }
part == "components:" && /^    [A-Za-z]+:$/ { schema = $1; sub(":", "", schema) }
part == "components:" && /^      required: / { required[schema] = "," list($0) "," }
part == "components:" && /^      additionalProperties: false/ { closed[schema] = 1 }
part == "components:" && /^        [a-z_-]+: \{ type/ {
    name = $1; sub(":", "", name)
    type = value($0, "[{] type")
    low = type == "boolean" ? 0 : type == "integer" ? value($0, "minimum") : value($0, "minLength")
    high = type == "boolean" ? 1 : type == "integer" ? value($0, "maximum") : value($0, "maxLength")
    n_members[schema]++
    member[schema, n_members[schema]] = name " " type " " (index(required[schema], "," name ",") ? "required" : "optional") " " low " " high
}
END {
    for (i = 1; i <= n_ops; i++) {
        print "op", op_method[i], op_path[i], need[i], media[i], max[i]
        if (status[i] != " '200': 4XX: 5XX:") print "op", op_path[i], "answers", status[i]
        if (media[i] != "-" && !closed[body[i]]) print "member", op_path[i], "anything"
        for (k = 1; k <= n_members[body[i]]; k++) print "member", op_path[i], member[body[i], k]
        expand(problems[i], op_path[i])
    }
}
