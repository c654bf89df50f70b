# First the files, then "room lines" sorted; prints the table of STYLE.
function row(room,   median, p90, share, i, over) {
    median = size[int((n + 1) / 2)]
    p90 = size[int((n * 9 + 9) / 10)]
    for (i = 1; i <= n; i++) over += size[i] > 50
    share = filled[room] > 0 ? 100 * comments[room] / filled[room] : 0
    printf "%-16s %6d %8d %6d %6d %8d %% %7d %8d %9d %%\n", room, n, median, p90, size[n], 100 * over / n, files[room], longest[room], share
    if (room == "product" && median > 15) print "median function: " median " lines, more than 15" >> bad
    if (room == "product" && p90 > 45) print "90th percentile of functions: " p90 " lines, more than 45" >> bad
}
function add(room) {
    files[room]++
    filled[room] += $4
    comments[room] += $5
    if ($3 > longest[room]) longest[room] = $3
}
BEGIN { printf "%-16s %6s %8s %6s %6s %10s %7s %8s %11s\n", "room", "funcs", "median", "p90", "max", "over 50", "files", "longest", "comments" }
FNR == NR { add($1); if ($1 !~ /^tests/) add("product"); next }
$1 != room { if (n > 0) row(room); room = $1; n = 0 }
{ size[++n] = $2 }
END { if (n > 0) row(room) }
