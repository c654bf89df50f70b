# Sourced by the rules. The tree to look at is the first argument (the tests pass the source folder; the self-test a copy).
set -eu
rules=$(cd "$(dirname "$0")" && pwd)
cd "$1"
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
finished=no
trap 'rm -rf "$scratch"; [ $finished = yes ] || echo "$0: the rule itself broke" >&2' EXIT

# Every file of the tree, without build folders and the version control's own.
tree()
{
    find . \( -name .git -o -path './build*' -o -name .cache \) -prune -o -type f -print | sed 's|^\./||' | sort
}

# The C files below the folders given.
c_files()
{
    for folder in "$@"; do
        [ ! -d "$folder" ] || find "$folder" -type f -name '*.[ch]'
    done | sort
}

# Rooms: folders of the product that hold C. The programs' folders (certs, client, server) are not rooms.
rooms()
{
    c_files certs client server ui | awk -F/ 'NF > 2 { print $1 "/" $2 } NF == 2 && $1 == "ui" { print $1 }' | sort -u
}

# "path:line:comment?:code" of every line; $1 is keep or blank (what happens to the text inside quotes).
strip()
{
    mode=$1
    shift
    if [ $# -gt 0 ]; then
        awk -v strings="$mode" -f "$rules/strip.awk" "$@"
    fi
}

finish()
{
    finished=yes
    if [ -s "$scratch/bad" ]; then
        sort -u "$scratch/bad" >&2
        echo "$(sort -u "$scratch/bad" | wc -l) violation(s)" >&2
        exit 1
    fi
    exit 0
}
: >"$scratch/bad"
