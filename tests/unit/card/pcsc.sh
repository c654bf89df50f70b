#!/bin/bash
# The card room (client/card) through a real pcscd: one sign-in counted at the card, no PIN left behind, removal, hang, pcscd gone.
# usage: pcsc.sh TEGATA-VCARD PIV-PROBE     exit 77 (skipped) where pcscd's virtual reader or user namespaces are missing
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../../card/world.sh"
# The programs are not dumpable, so LeakSanitizer (sanitizer builds) cannot look into them; it would fail every one of them.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
# says CODE COMMAND...: it fails, with this error
says() {
    local code=$1 said
    shift
    said=$("$@") && return 1
    echo "$said"
    [ "$said" = "$code" ]
}

# pcscd is up when the card room sees its empty reader.
start_pcscd() {
    world_pcscd
    for _ in $(seq 100); do
        [ "$("$PROBE" find 0)" = card-none ] && return
        sleep 0.05
    done
}

insert() {
    "$VCARD" run "$1" --port $PORT --control "$WORK/ctl" 2>"$WORK/card.err" &
    CARD=$!
    "$PROBE" find 5000 >/dev/null || { echo "FAIL  $1 was not noticed" && FAILED=1; }
    ctl reset-stats >/dev/null
}
withdraw() {
    kill -TERM "$CARD" 2>/dev/null
    wait "$CARD" 2>/dev/null
    for _ in $(seq 100); do
        [ "$("$PROBE" find 0)" = card-none ] && return
        sleep 0.05
    done
}
ctl() {
    "$VCARD" ctl "$WORK/ctl" "$@"
}
commands() {
    ctl stats | sed 's/.*"total":\([0-9]*\).*/\1/'
}

# card ALG OPTIONS...: a card with keys and certificates as our authority writes them, in $WORK/card.json
card() {
    local slot alg=$1
    shift
    "$VCARD" make "$WORK/card.json" --keys --alg9a "$alg" "$@" >/dev/null || FAILED=1
    for slot in 9a 9e; do
        "$VCARD" pub "$WORK/card.json" $slot >"$WORK/pub.pem"
        openssl x509 -req -in "$WORK/ca.csr" -force_pubkey "$WORK/pub.pem" -CA "$WORK/ca.pem" -CAkey "$WORK/ca.key" \
            -set_serial 0x1234567890abcdef1234 -days 30 -extfile "$WORK/profile" -out "$WORK/cert.pem" 2>/dev/null
        "$VCARD" import "$WORK/card.json" $slot "$WORK/cert.pem" >"$WORK/out" 2>&1 || { cat "$WORK/out" && FAILED=1; }
    done
}

authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$WORK/ca.key" -out "$WORK/ca.pem" \
        -subj "/CN=tegata issuing CA" -days 30 2>/dev/null
    openssl req -new -key "$WORK/ca.key" -subj "/CN=Sato Hanako" -out "$WORK/ca.csr"
    cat >"$WORK/profile" <<-END
	basicConstraints = critical, CA:FALSE
	keyUsage = critical, digitalSignature
	extendedKeyUsage = clientAuth
	authorityKeyIdentifier = keyid
	subjectAltName = URI:urn:tegata:person:E0012345, URI:urn:uuid:5f3c1f5e-27a6-4e0e-9ad2-0d2b7f7f0a11
	END
}

# at_most N: the sign-in works, and this is what it cost at the card
at_most() {
    "$PROBE" sign-in 123456 || return 1
    echo "$(commands) commands, at most $1"
    [ "$(commands)" -le "$1" ]
}

# P-256 and P-384 with short APDUs: six. Extended length: fewer, for RSA as well. RSA with short APDUs and T=0 cannot do it in
# six (client/card/piv.h says why); what they cost is fixed here all the same.
signing() {
    local alg most opts
    while read -r alg most opts; do
        # shellcheck disable=SC2086
        card "$alg" $opts
        insert "$WORK/card.json"
        check "$alg $opts: a sign-in in at most $most commands" at_most "$most"
        sed 's/^/        /' "$WORK/out"
        withdraw
    done <<-END
	p256 6 --proto t1 --extended no
	p256 6 --proto both --extended no
	p256 6 --proto t1 --extended no --gzip 01
	p384 6 --proto t1 --extended no
	p256 5 --proto t1 --extended yes
	p384 5 --proto t1 --extended yes
	rsa2048 5 --proto t1 --extended yes
	rsa2048 8 --proto t1 --extended no
	p256 9 --proto t0
	p384 9 --proto t0
	rsa2048 11 --proto t0
	END
}

# Other programs, and other runs of this one, inherit nothing.
leaves_no_pin() {
    card p256
    insert "$WORK/card.json"
    check "9E signs without a PIN" "$PROBE" sign-9e
    check "sign-in" "$PROBE" sign-in 123456
    check "no PIN: 9A refuses the next process" says card-refused "$PROBE" no-pin
    check "a wrong PIN says so" says pin-wrong "$PROBE" sign-in 111111
    check "it cost one try" test "$(ctl tries 80)" = 2
    check "letters are not sent" says pin-format "$PROBE" sign-in 12345a
    check "nor did they cost one" test "$(ctl tries 80)" = 2
    check "again wrong" says pin-wrong "$PROBE" sign-in 222222
    check "the last try is kept" says pin-last-try "$PROBE" sign-in 123456
    check "one is left" test "$("$PROBE" tries)" = 1
    withdraw
}

strangers() {
    "$VCARD" make "$WORK/felica.json" --kind felica >/dev/null
    insert "$WORK/felica.json"
    check "a card with just a number is refused" says card-not-piv "$PROBE" sign-in 123456
    withdraw
    check "no card" says card-none "$PROBE" sign-in 123456
    check "no such reader" says reader-none "$PROBE" sign-in 123456 "another reader"
}

# gone BEAT MAX-MS ACTION...: watched, then the action; noticed within MAX-MS
gone() {
    local beat=$1 max=$2 line
    shift 2
    coproc W { "$PROBE" watch "$beat"; }
    read -r line <&"${W[0]}"
    sleep 0.6
    "$@" >/dev/null &
    echo >&"${W[1]}"
    read -r line <&"${W[0]}"
    echo "beat $beat: $line ms"
    wait "$W_PID" 2>/dev/null
    [ "${line#* }" -le "$max" ] && [ "${line#* }" -ge -200 ]
}

swapped() {
    local line
    coproc W { "$PROBE" swap-watch; }
    read -r line <&"${W[0]}"
    ctl remove
    until [ "$("$PROBE" find 0)" = card-none ]; do sleep 0.02; done
    ctl insert
    "$PROBE" find 5000 >/dev/null
    echo >&"${W[1]}"
    read -r line <&"${W[0]}"
    read -r line <&"${W[0]}"
    echo "$line"
    wait "$W_PID" 2>/dev/null
    [ "${line% *}" = card-removed ]
}

# stays BEAT: 9E renewals by another process end with RESET all the time; the card is still there until it is not
stays() {
    local line
    coproc W { "$PROBE" watch "$1"; }
    read -r line <&"${W[0]}"
    sleep 0.3
    for _ in 1 2 3 4 5; do "$PROBE" sign-9e || return 1; done
    ctl remove &
    echo >&"${W[1]}"
    read -r line <&"${W[0]}"
    echo "beat $1: $line ms"
    wait "$W_PID" 2>/dev/null
    [ "${line#* }" -ge -20 ]
}

presence() {
    local beat
    card p256
    insert "$WORK/card.json"
    for beat in 0 0 50 50; do
        check "removal is noticed, heartbeat $beat ms" gone $beat $((beat == 0 ? 900 : 300)) ctl remove
        sed 's/^/        /' "$WORK/out"
        ctl insert >/dev/null
        "$PROBE" find 5000 >/dev/null
    done
    for beat in 0 50; do
        check "renewals are no removal, heartbeat $beat ms" stays $beat
        ctl insert >/dev/null
        "$PROBE" find 5000 >/dev/null
    done
    check "out and in again before the watch began: noticed" swapped
    check "a hung card is given up" says card-timeout hung
    withdraw
    card p256
    insert "$WORK/card.json"
    check "pcscd killed: noticed" gone 0 900 kill -9 "$PCSCD"
    sed 's/^/        /' "$WORK/out"
    check "nothing works without it" says pcsc-down "$PROBE" sign-in 123456
    kill "$CARD" 2>/dev/null
    wait "$CARD" 2>/dev/null
    start_pcscd
    card p256
    insert "$WORK/card.json"
    check "it is back and so are we" "$PROBE" sign-in 123456
    withdraw
}

# The first time only: the card answers again after a power-off.
hung() {
    ctl fault hang:20@1 >/dev/null
    "$PROBE" sign-in 123456
}

# One process over the end of pcscd.
recovers() {
    local first lost down back status
    card p256
    insert "$WORK/card.json"
    coproc R { "$PROBE" recover; }
    read -r first <&"${R[0]}"
    kill -9 "$PCSCD"
    wait "$PCSCD" 2>/dev/null
    echo >&"${R[1]}"
    read -r lost <&"${R[0]}"
    read -r down <&"${R[0]}"
    kill "$CARD" 2>/dev/null
    wait "$CARD" 2>/dev/null
    start_pcscd
    insert "$WORK/card.json"
    echo >&"${R[1]}"
    read -r back <&"${R[0]}"
    wait "$R_PID"
    status=$?
    echo "open: $first, pcscd killed: $lost, again: $down, pcscd back: $back"
    [ "$first $lost $down $back $status" = "ok pcsc-down pcsc-down ok 0" ]
}

inside() {
    world_begin
    authority
    signing
    leaves_no_pin
    strangers
    presence
    check "the same process lives through pcscd's end" recovers
    sed 's/^/        /' "$WORK/out"
    exit $FAILED
}

if [ "${1:-}" = --inside ]; then
    inside
else
    [ $# -eq 2 ] || skip "usage: pcsc.sh TEGATA-VCARD PIV-PROBE"
    world_enter "" VCARD="$(realpath "$1")" PROBE="$(realpath "$2")"
fi
