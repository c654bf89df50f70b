#!/bin/sh
# openapi.sh DOCUMENT TABLES: routes and members as in the tables, both ways; every problem is one that there is, and every
# code that the server can answer with is a problem of some operation. TABLES is the program of openapi.c.
set -eu
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk -f "$(dirname "$0")/openapi.awk" "$1" | sort >"$scratch/document"
"$2" | sort >"$scratch/tables"
grep -E '^(op|member) ' "$scratch/document" >"$scratch/said"
grep -E '^(op|member) ' "$scratch/tables" >"$scratch/done"
[ "$(grep -c '^op ' "$scratch/done")" -ge 10 ] || { echo "no routes" >&2; exit 1; }
diff "$scratch/said" "$scratch/done" || { echo "openapi.yaml (<) and the tables (>) differ" >&2; exit 1; }

sed -n 's/^problem [^ ]* //p' "$scratch/document" | sort -u >"$scratch/problems"
sed -n 's/^code //p' "$scratch/tables" | sort -u >"$scratch/codes"
unknown=$(comm -23 "$scratch/problems" "$scratch/codes")
[ -z "$unknown" ] || { echo "no such problem: $unknown" >&2; exit 1; }

# A document with one thing changed must not pass: the comparison sees what it should.
for change in 's/maxLength: 512/maxLength: 513/' 's/required: \[query\]/required: []/' 's|  /v1/whoami:|  /v1/whoareyou:|' \
    's/security: \[ { client_key: \[\] } \]/security: []/' 's/x-body-max: 8192/x-body-max: 8193/' \
    's/^        case: .*//' 's/additionalProperties: false/additionalProperties: true/' 's/^    get:/    delete:/' \
    's|          application/json:|          text/plain:|'; do
    sed "$change" "$1" >"$scratch/changed"
    cmp -s "$1" "$scratch/changed" && { echo "changes nothing: $change" >&2; exit 1; }
    if awk -f "$(dirname "$0")/openapi.awk" "$scratch/changed" | sort | grep -E '^(op|member) ' | diff -q - "$scratch/done" >/dev/null; then
        echo "not seen: $change" >&2
        exit 1
    fi
done
