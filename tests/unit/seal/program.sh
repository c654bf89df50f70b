#!/bin/sh
# tegata-verify as somebody meets it who has a folder and nothing else. $1: the program, $2: a program that writes a journal.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

"$2" "$dir/j" || fail "no journal was written"
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
printf 'X' | dd of="$dir/j/segment-0000000001" bs=1 seek=700 conv=notrunc 2> /dev/null
"$1" "$dir/j" > "$dir/out"; [ $? = 1 ] || fail "a flipped byte"
grep -q '^BROKEN: segment-0000000001 offset [0-9]* record [0-9]*: ' "$dir/out" || fail "said: $(cat "$dir/out")"
