#!/bin/sh
# tegata-admin and tegata-verify over journals made by hand. $1: tegata-admin, $2: tegata-verify, $3: a program that writes a journal.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export TMPDIR="$dir"
fail() { echo "FAILED: $*"; cat "$dir/out"; exit 1; }
admin() { "$admin" --config "$dir/s/tegata-server.conf" "$@" >"$dir/out" 2>&1; }
admin=$1

for what in good mask rule; do
	rm -rf "$dir/s"
	admin init || fail "init"
	rm -rf "$dir/s/audit"
	"$3" "$dir/s/audit" "$dir/s/keys/audit.key" $what || fail "no journal was written"
	admin audit verify || fail "$what: the journal itself holds"
	if [ $what = good ]; then
		admin audit replay || fail "a good journal's decisions agree"
		grep -q '/ replayed: 10; .* differ: 0;' "$dir/out" || fail "how many"
		admin policy proof --out "$dir/page" || fail "a good journal's proof holds"
		grep -q 'Conclusion: no decision depended on the terminal' "$dir/page" || fail "the conclusion"
		"$2" --proof "$dir/page" "$dir/s/audit" >"$dir/out" || fail "the page is good"
		admin policy proof --days 1 || fail "the same period"
		continue
	fi
	admin audit replay && fail "$what: a decision that the policy did not make"
	grep -q '^10 .* / ' "$dir/out" || fail "$what: named by its record"
	grep -q '/ replayed: 10; .* differ: 1;' "$dir/out" || fail "$what: one differs"
	admin policy proof --out "$dir/page" && fail "$what: proven, although a terminal was answered otherwise"
	grep -q 'this is NOT proven' "$dir/page" || fail "$what: the conclusion"
	grep -q '^    10  ' "$dir/page" || fail "$what: the record that differs"
	"$2" --proof "$dir/page" "$dir/s/audit" >"$dir/out" && fail "$what: the page says itself that it proves nothing"
	grep -q '^BROKEN: page: it says itself that decisions differ' "$dir/out" || fail "$what: said"
	sed 's/NOT proven/proven/' "$dir/page" >"$dir/better"
	"$2" --proof "$dir/better" "$dir/s/audit" >"$dir/out" && fail "$what: a page made better"
	grep -q '^BROKEN: page: it was changed' "$dir/out" || fail "$what: said of the page made better"
done
exit 0
