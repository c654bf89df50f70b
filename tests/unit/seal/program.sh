#!/bin/sh
# tegata-verify as somebody meets it who has a folder and nothing else. $1: the program, $2: a program that writes a journal.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

"$2" "$dir/j" "$dir/page" || fail "no journal was written"
"$1" "$dir/j" > "$dir/out" || fail "a good journal was refused: $(cat "$dir/out")"
grep -q '^ok: 41 records in 1 segments, 1 checkpoints' "$dir/out" || fail "said: $(cat "$dir/out")"
"$1" "$dir/j" --key "$dir/j/checkpoint.pub.pem" > /dev/null || fail "--key"
"$1" --key "$dir/j/lock" "$dir/j" > /dev/null && fail "an empty file passed as a key"
openssl ecparam -name prime256v1 -genkey -noout 2> /dev/null | openssl pkey -pubout -out "$dir/other.pem" 2> /dev/null
"$1" "$dir/j" --key "$dir/other.pem" > "$dir/out" && fail "another key"
grep -q 'not signed by this key' "$dir/out" || fail "said: $(cat "$dir/out")"
"$1" "$dir" > /dev/null && fail "a folder without a journal"
"$1" > /dev/null 2>&1; [ $? = 2 ] || fail "usage"
"$1" "$dir/j" more > /dev/null 2>&1; [ $? = 2 ] || fail "usage"
"$1" --proof "$dir/page" "$dir/j" > "$dir/out" || fail "a good page was refused: $(cat "$dir/out")"
grep -q '^ok: the page of .* is unchanged and rests on records 1 to 40$' "$dir/out" || fail "said: $(cat "$dir/out")"
"$1" "$dir/j" --proof "$dir/page" --key "$dir/j/checkpoint.pub.pem" > /dev/null || fail "--proof behind the folder"
"$1" --proof "$dir/page.bad" "$dir/j" > "$dir/out" && fail "a page that says itself that decisions differ"
grep -q '^BROKEN: page: it says itself' "$dir/out" || fail "said: $(cat "$dir/out")"
sed 's/a page/A page/' "$dir/page" > "$dir/changed"
"$1" --proof "$dir/changed" "$dir/j" > "$dir/out" && fail "a changed page"
grep -q '^BROKEN: page: it was changed' "$dir/out" || fail "said: $(cat "$dir/out")"
"$2" "$dir/j2" "$dir/page2" || fail "no second journal"
"$1" --proof "$dir/page2" "$dir/j" > /dev/null && fail "a page of another journal and another key"
"$1" --proof "$dir/nothing" "$dir/j" > "$dir/out" && fail "a page that is not there"
grep -q '^BROKEN: the page cannot be read' "$dir/out" || fail "said: $(cat "$dir/out")"
printf 'X' | dd of="$dir/j/segment-0000000001" bs=1 seek=700 conv=notrunc 2> /dev/null
"$1" "$dir/j" > "$dir/out"; [ $? = 1 ] || fail "a flipped byte"
grep -q '^BROKEN: segment-0000000001 offset [0-9]* record [0-9]*: ' "$dir/out" || fail "said: $(cat "$dir/out")"
"$1" --proof "$dir/page" "$dir/j" > "$dir/out" && fail "a good page over a journal that does not hold"
exit 0
