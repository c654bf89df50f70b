# pcscd, server and cards of a running lab.

vpcd_port=8435
vpcd_driver=${TEGATA_LAB_DRIVER:-/usr/lib/pcsc/drivers/serial/libifdvpcd.so} # another one in front of it: tests/ui/unplug.c

# lab_named: a folder that holds a lab, up or down
lab_named() {
	[ -f "$dir/pin" ] && [ -d "$dir/cards" ] || fail "$dir holds no lab (tests/lab up $dir)"
	dir=$(cd "$dir" && pwd -P)
}

lab_open() {
	[ -d "$dir" ] && dir=$(cd "$dir" && pwd -P)
	space_alive || fail "$dir is not up (tests/lab up $dir)"
}

# started NAME LOG CMD… : in the background, inside, its PID (as seen inside) in run/NAME.pid
started() {
	local name=$1
	shift
	space_run sh -c 'echo $$ >/run/"$0".pid; exec "$@"' "$name" "$@" </dev/null >>"$dir/log/$name" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
}

# ended NAME SIGNAL : waits until it is gone
ended() {
	local name=$1 signal=$2
	[ -f "$dir/run/$name.pid" ] || return 0
	space_run sh -c 'p=$(cat /run/"$0".pid); kill -"$1" "$p" 2>/dev/null || exit 0
		i=0; while kill -0 "$p" 2>/dev/null && [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done; ! kill -0 "$p" 2>/dev/null' \
		"$name" "$signal" || fail "$name does not end"
	rm -f "$dir/run/$name.pid"
}

# until_ok SECONDS WHAT LOG CMD… : else WHAT, and the end of that log
until_ok() {
	local tries=$(($1 * 20)) what=$2 log=$dir/log/$3
	shift 3
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$what: $(tail -n 2 "$log" 2>/dev/null)"
		sleep 0.05
	done
}

# The virtual driver serves one device with two slots (ports P and P + 1): every further pair is a driver of its own, with a
# name of its own, or its readers would be called like the first.
readers_list() {
	local name="Virtual PCD" port driver=$vpcd_driver
	for port in $(seq "$vpcd_port" 2 $((vpcd_port + $(cat "$dir/readers") - 1))); do
		if [ "$port" != "$vpcd_port" ]; then
			name="Virtual PCD $port"
			driver=/run/vpcd-$port.so
			cp "$vpcd_driver" "$dir$driver"
		fi
		printf 'FRIENDLYNAME "%s"\nDEVICENAME /dev/null:%d\nLIBPATH %s\nCHANNELID %d\n' "$name" "$port" "$driver" "$port"
	done
}

lab_pcscd() {
	case ${1:-} in
	start)
		rm -f "$dir/run/pcscd/"*
		readers_list >"$dir/run/reader.conf"
		started pcscd "$(PATH=$PATH:/usr/sbin command -v pcscd)" -f -c /run/reader.conf
		until_ok 10 "pcscd does not start" pcscd test -S "$dir/run/pcscd/pcscd.comm"
		;;
	kill) ended pcscd KILL ;;
	*) usage ;;
	esac
}

lab_server() {
	case ${1:-} in
	start)
		: >"$dir/log/server"
		# shellcheck disable=SC2086  # words: a profiler in front of the server (tests/bench/run)
		started server ${TEGATA_SERVER_WRAP:-} "$build/tegata-server" --config "$dir/server/tegata-server.conf"
		until_ok 20 "the server does not start" server grep -q ready "$dir/log/server"
		;;
	stop) ended server TERM ;;
	kill) ended server KILL ;;
	reload) space_run sh -c 'kill -HUP "$(cat /run/server.pid)"' ;;
	*) usage ;;
	esac
}

card_stats() {
	space_run tegata-vcard ctl "/run/card$1.sock" stats
}

# The reader has seen the card when it has powered it.
card_powered() {
	card_stats "$1" | grep -q '"event":"power-on"'
}

card_insert() {
	local name=$1 reader=$2
	[ -f "$dir/cards/$name.json" ] || fail "no card $name in $dir/cards"
	[ ! -f "$dir/run/card$reader.pid" ] || fail "reader $reader already holds a card"
	rm -f "$dir/run/card$reader.sock"
	started "card$reader" "$build/tests/card/tegata-vcard" run "$dir/cards/$name.json" \
		--port $((vpcd_port + reader - 1)) --control "/run/card$reader.sock"
	until_ok 10 "the reader does not notice the card" "card$reader" card_powered "$reader"
}

lab_card() {
	local reader=1 words=()
	while [ $# -gt 0 ]; do
		case $1 in
		--reader) [ $# -ge 2 ] || usage; reader=$2; shift 2 ;;
		-*) usage ;;
		*) words+=("$1"); shift ;;
		esac
	done
	case $reader in [1-8]) ;; *) fail "--reader takes a number from 1" ;; esac
	[ "$reader" -le "$(cat "$dir/readers")" ] || fail "this lab has $(cat "$dir/readers") readers (up --readers N)"
	case ${words[0]:-} in
	insert) [ ${#words[@]} -eq 2 ] || usage; card_insert "${words[1]}" "$reader" ;;
	remove) [ ${#words[@]} -eq 1 ] || usage; ended "card$reader" TERM; sleep 0.45 ;; # pcscd polls every 400 ms
	stats) [ ${#words[@]} -eq 1 ] || usage; card_stats "$reader" ;;
	*) usage ;;
	esac
}

# The two policy administrators sign the file with their cards (past reader and pcscd) and it is activated; a
# running server has taken it when this returns.
lab_policy() {
	local file=$1 line number digest name
	[ -r "$file" ] || fail "no file $file"
	line=$(admin policy list | grep ' (in force)$') || fail "which policy is in force?"
	number=$((${line%% *} + 1))
	digest=$(grep -oE '[0-9a-f]{64}' <<<"$line")
	for name in policy-a policy-b; do
		"$build/tests/probe/tegata-approve" --card "$dir/cards/$name.json" --audience https://localhost:8443 --act policy \
			--prior "$digest" --seq "$number" "$file" >"$dir/run/$name.approval"
	done
	admin policy activate "$file" --approval "$dir/run/policy-a.approval" --approval "$dir/run/policy-b.approval" ||
		fail "the policy was not activated"
	[ ! -f "$dir/run/server.pid" ] || ! space_alive ||
		until_ok 10 "the server does not take the policy" server policy_taken "$number"
}

policy_taken() {
	admin audit tail 1000 | grep -q "\"detail\":\"policy activation $1\""
}

lab_down() {
	[ -d "$dir" ] || return 0
	dir=$(cd "$dir" && pwd -P)
	if [ -f "$dir/run/server.pid" ]; then
		(lab_open && lab_server stop) || true
	fi
	space_end
}
