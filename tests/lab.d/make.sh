# tests/lab up: authority, cards, people, customers, pcscd, server.

lab_defaults() {
	customers=2000
	seed=1
	store=sqlite
	audit_size=
	caps=
	terminal=NW-SET-0012
	readers=2
	while [ $# -gt 0 ]; do
		case $1 in
		--customers) customers=$2 ;;
		--seed) seed=$2 ;;
		--store) store=$2 ;;
		--audit-size) audit_size=$2 ;;
		--terminal) terminal=$2 ;;
		--readers) readers=$2 ;;
		--caps) caps=$2 ;;
		*) usage ;;
		esac
		shift 2 || usage
	done
	case $readers in 2 | 4 | 6 | 8) ;; *) fail "--readers $readers: 2, 4, 6 or 8" ;; esac
	[ "$store" = sqlite ] || fail "--store $store: only sqlite is built so far"
}

# Of an earlier lab here that is down, nothing stays; what somebody else put beside it does.
lab_forget() {
	[ -f "$dir/pin" ] && [ -d "$dir/foreign-ca" ] || return 1
	rm -rf "$dir"/{ca,foreign-ca,cards,client,server,log,run} "$dir"/{pin,cards.csv,cards.csv.part,readers,outer.pid,holder.pid}
}

lab_up() {
	lab_defaults "$@"
	space_check
	[ -x "$build/tegata-server" ] || "$here/build"
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd -P)
	! space_alive || fail "$dir is up already (tests/lab down $dir)"
	lab_forget || [ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
	mkdir -p "$dir"/{ca,foreign-ca,cards,client,server,log,run}
	chmod 700 "$dir"
	printf 123456 >"$dir/pin"
	echo "$readers" >"$dir/readers"
	make_authority >"$dir/log/ca" 2>&1 || fail "the authority: $(tail -3 "$dir/log/ca")"
	make_server >"$dir/log/admin" 2>&1 || fail "the server's folder: $(tail -3 "$dir/log/admin")"
	make_cards >"$dir/log/cards" 2>&1 || fail "the cards: $(tail -3 "$dir/log/cards")"
	make_people >"$dir/log/people" 2>&1 || fail "the people: $(tail -5 "$dir/log/people")"
	make_customers >"$dir/log/customers" 2>&1 || fail "the customers: $(tail -3 "$dir/log/customers")"
	make_client
	trap space_end EXIT # a lab that cannot come up whole leaves nothing running
	space_make "$terminal"
	lab_pcscd start
	lab_server start
	[ -z "$caps" ] || make_caps
	trap - EXIT
}

ca() {
	"$build/tegata-ca" --dir "$dir/ca" "$@"
}

make_authority() {
	ca init --name "Tegata Lab"
	"$build/tegata-ca" --dir "$dir/foreign-ca" init --name "Somebody Else"
}

admin() {
	"$build/tegata-admin" --config "$dir/server/tegata-server.conf" "$@"
}

make_server() {
	admin init
	sed -i "s|^orders = required|orders = off|" "$dir/server/tegata-server.conf" # a trial; tests/whole/policy.py has the other form
	ca issue server --name localhost --name 127.0.0.1 --out "$dir/server/tls"
	[ -z "$audit_size" ] || echo "audit_segment = $audit_size" >>"$dir/server/tegata-server.conf"
}

# card_issue CA-DIR SLOT STATE [words of tegata-ca issue card …]
card_issue() {
	local authority=$1 slot=$2 state=$3
	shift 3
	"$build/tests/card/tegata-vcard" pub "$state" "$slot" >"$state.pub"
	"$build/tegata-ca" --dir "$authority" issue card --slot "$slot" --pub "$state.pub" --out "$state.pem" "$@"
	"$build/tests/card/tegata-vcard" import "$state" "$slot" "$state.pem"
	rm -f "$state.pub" "$state.pem"
}

# Two names' cards are made at once: RSA keys take their time.
make_cards() {
	local name person holder alg options
	grep -v '^#' "$here/lab.d/cards.txt" | while read -r name person family given alg options; do
		make_card "$name" "$person" "$family $given" "$alg" "$options"
	done
	"$build/tests/card/tegata-vcard" make "$dir/cards/felica.json" --kind felica
	ca revoke --card "$("$build/tests/card/tegata-vcard" uuid "$dir/cards/revoked.json")"
	ca crl
	ca trust --out "$dir/server/card-trust"
}

make_card() {
	local name=$1 person=$2 holder=$3 alg=$4 options=$5 state=$dir/cards/$1.json authority=$dir/ca uuid
	local extra=()
	# shellcheck disable=SC2086  # options are words
	"$build/tests/card/tegata-vcard" make "$state" --alg9a "$alg" --alg9e p256 --pin 123456 --keys $options
	uuid=$("$build/tests/card/tegata-vcard" uuid "$state")
	case $name in
	expired) extra=(--not-before 2020-01-01 --not-after 2023-01-13) ;;
	foreign) authority=$dir/foreign-ca ;;
	sign-only) extra=(--profile sign) ;;
	esac
	card_issue "$authority" 9A "$state" --card "$uuid" --person "$person" --holder "$holder" ${extra[@]+"${extra[@]}"}
	card_issue "$authority" 9E "$state" --card "$uuid"
	echo "$uuid,$person,active" >>"$dir/cards.csv.part"
}

make_people() {
	{ echo card,person,status; cat "$dir/cards.csv.part"; } >"$dir/cards.csv"
	rm "$dir/cards.csv.part"
	admin import companies "$here/lab.d/companies.csv"
	admin import staff "$here/lab.d/staff.csv"
	admin import cards "$dir/cards.csv"
}

make_customers() {
	admin synth customers "$customers" --seed "$seed"
	admin synth customers 200 --seed "$((seed + 1))" --drill
}

# The shipped policy with another number of look-ups an hour, signed by both policy administrators like any other.
make_caps() {
	sed -E "s/^( +looks +)[0-9]+( in hour)/\\1$caps\\2/" "$here/../server/policy/default.policy" >"$dir/run/caps.policy"
	lab_policy "$dir/run/caps.policy" >"$dir/log/policy" 2>&1 || fail "the policy with larger caps: $(tail -3 "$dir/log/policy")"
}

# All that a terminal ever knows: where the server is, and which authority vouches for it.
make_client() {
	cp "$dir/ca/root.pem" "$dir/client/server-ca.pem"
	printf 'server = https://localhost:8443\nca = server-ca.pem\n' >"$dir/client/tegata.conf"
}
