#!/bin/bash
# tegata-ca enroll against a virtual card in pcscd's virtual reader, from the outside: keys made on the card, certificates
# written, and afterwards signatures that openssl verifies along the path to the root.
# usage: enroll.sh TEGATA-VCARD TEGATA-CA      exit 77 (skipped) where pcscd's virtual reader or user namespaces are missing
set -u
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"

# refuse WHAT WORDS COMMAND...: it must fail and say so in these words
refuse() {
    local what=$1 words=$2
    shift 2
    check "$what" not "$@"
    grep -q "$words" "$WORK/out" || {
        echo "FAIL  $what: does not say \"$words\""
        sed 's/^/      /' "$WORK/out"
        FAILED=1
    }
}

CARD=
insert() {
    "$VCARD" run "$1" --port $PORT --control "$WORK/ctl" 2>"$WORK/card.err" &
    CARD=$!
    local i
    for i in $(seq 100); do
        [ -S "$WORK/ctl" ] && break
        sleep 0.02
    done
    sleep 0.5 # pcscd notices within its poll of 400 ms
}
withdraw() {
    kill -TERM "$CARD"
    wait "$CARD"
    sleep 0.5
}

ca() {
    "$CA" --dir "$WORK/ca" "$@"
}
# enroll PIN KEY WORDS...: stdout into $WORK/line
enroll() {
    local pin=$1 key=$2
    shift 2
    ca enroll --person E1001 --holder "佐藤 はるか" --pin-fd 3 --management-key-fd 4 "$@" \
        3< <(echo "$pin") 4< <(echo "$key") >"$WORK/line"
}
in_force() {
    ca list | grep -c 'in force'
}
on_path() {
    openssl verify -x509_strict -CAfile "$WORK/trust/anchors.pem" -untrusted "$WORK/trust/intermediates.pem" \
        -crl_check_all -CRLfile "$WORK/trust/crl.pem" "$1"
}

# certificate STATE SLOT OUT: what stands on the card, cut out of its state file: 53 82 LLLL 70 82 LLLL … 71 01 GZIP FE 00
certificate() {
    local tag=5fc105 hex n
    [ "$2" = 9a ] || tag=5fc101
    hex=$(sed -n "s/^ *\"$tag\": \"\([0-9a-f]*\)\".*/\1/p" "$1")
    case $hex in
    5382????7082*7101??fe00) ;;
    *) return 1 ;;
    esac
    n=$((16#${hex:12:4}))
    printf "$(sed 's/../\\x&/g' <<<"${hex:16:2*n}")" >"$3.der"
    [ "${hex:16+2*n:6}" != 710101 ] || { mv "$3.der" "$3.gz" && gzip -dc "$3.gz" >"$3.der"; }
    openssl x509 -inform DER -in "$3.der" -out "$3"
}

THREEDES=010203040506070801020304050607080102030405060708

# The key on the card and the certificate on the card belong together, and openssl finds the path to the root.
examine() {
    local alg=$1 state=$2 uuid=$3 slot
    ca trust --out "$WORK/trust" || FAILED=1
    for slot in 9a 9e; do
        "$VCARD" csr "$state" $slot >"$WORK/$slot.csr"
        check "$alg $slot: the key on the card signs" openssl req -in "$WORK/$slot.csr" -verify -noout
        check "$alg $slot: a certificate on the card" certificate "$state" $slot "$WORK/$slot.pem"
        check "$alg $slot: of the certificate's key" cmp <(openssl x509 -in "$WORK/$slot.pem" -noout -pubkey) \
            <(openssl req -in "$WORK/$slot.csr" -noout -pubkey)
        check "$alg $slot: on the path to the root" on_path "$WORK/$slot.pem"
        check "$alg $slot: names the card" bash -c "openssl x509 -in '$WORK/$slot.pem' -noout -text | grep -q 'urn:uuid:$uuid'"
    done
    check "$alg 9a: names the person" bash -c "openssl x509 -in '$WORK/9a.pem' -noout -text | grep -q urn:tegata:person:E1001"
    check "$alg 9e: names no person" bash -c "! openssl x509 -in '$WORK/9e.pem' -noout -text | grep -q urn:tegata:person"
}

good_cards() {
    local alg options state=$WORK/card.json uuid
    while read -r alg options; do
        "$VCARD" make "$state" >/dev/null
        insert "$state"
        # shellcheck disable=SC2086
        check "$alg: enrolled" enroll 123456 $THREEDES --alg "$alg" $options
        uuid=$(cut -d, -f1 "$WORK/line")
        check "$alg: the line for cards.csv" grep -Eqx '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12},E1001,active' "$WORK/line"
        "$VCARD" ctl "$WORK/ctl" stats >"$WORK/stats"
        check "$alg: both keys made on the card" grep -q '"47": *2' "$WORK/stats"
        withdraw
        examine "$alg" "$state" "$uuid"
    done <<-END
	p256 --gzip
	p384
	rsa2048 --card 01234567-89AB-4CDE-8F01-23456789ABCD
	END
}

bad_cards() {
    local state=$WORK/card.json before uuid
    before=$(in_force)
    "$VCARD" make "$state" >/dev/null
    insert "$state"
    refuse "a wrong PIN stops it" 'Wrong PIN.*2 tries left' enroll 654321 $THREEDES
    refuse "another management key stops it" 'does not know this management key' enroll 123456 "11${THREEDES:2}"
    refuse "half a management key stops it" '64 hex digits' enroll 123456 0102
    check "no key was made" not "$VCARD" pub "$state" 9a
    check "nothing was issued" test "$(in_force)" = "$before"
    refuse "a card's name that is taken" 'revoke that first' enroll 123456 $THREEDES --card 01234567-89ab-4cde-8f01-23456789abcd
    check "well then, with the key that every card has" ca enroll --person E1001 --holder 佐藤
    cp "$WORK/out" "$WORK/said"
    check "and a warning" grep -q 'warning: the default management key' "$WORK/said"
    refuse "never over a card that is in use" 'replace makes new keys' enroll 123456 $THREEDES
    "$VCARD" ctl "$WORK/ctl" fault bad-signature >/dev/null
    refuse "a card that signs wrongly" 'does not sign as its certificate says' enroll 123456 $THREEDES --replace
    check "its certificates are revoked" test "$(ca list | grep -c cessationOfOperation)" = 2
    check "and only those" test "$(in_force)" = $((before + 2))
    "$VCARD" ctl "$WORK/ctl" fault none >/dev/null
    withdraw
    certificate "$state" 9a "$WORK/9a.pem"
    ca trust --out "$WORK/trust"
    refuse "openssl sees it" 'certificate revoked' on_path "$WORK/9a.pem"
    refuse "no card" 'No card' enroll 123456 $THREEDES
    "$VCARD" make "$WORK/felica.json" --kind felica >/dev/null
    insert "$WORK/felica.json"
    refuse "a card that is only a number" 'not a PIV card' enroll 123456 $THREEDES
    withdraw
    check "nothing more was issued" test "$(in_force)" = $((before + 2))
}

inside() {
    world_begin
    ca init --name "Enrolment" >/dev/null || exit 1
    good_cards
    bad_cards
    exit $FAILED
}

if [ "${1:-}" = --inside ]; then
    inside
fi
[ $# -eq 2 ] || { echo "usage: enroll.sh TEGATA-VCARD TEGATA-CA" >&2; exit 2; }
world_enter "" VCARD="$(realpath "$1")" CA="$(realpath "$2")"
