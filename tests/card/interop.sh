#!/bin/bash
# The virtual card against programs that know nothing of this project: pcscd, OpenSC's tools, openssl.
# usage: interop.sh TEGATA-VCARD        exit 77 (skipped) where OpenSC, pcscd's virtual reader or user namespaces are missing
set -u
# VCARD and WORK come to the inner run by the environment.
: "${VCARD:=}"
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"

refuse() {
    local what=$1
    shift
    check "$what" not "$@"
}

CARD=
insert() {
    "$VCARD" run "$1" --port $PORT --control "$WORK/ctl" 2>"$WORK/card.err" &
    CARD=$!
    # pcscd notices within its poll of 400 ms.
    seen Yes && return
    echo "FAIL  $1 was not noticed"
    FAILED=1
}
withdraw() {
    kill -TERM "$CARD"
    wait "$CARD"
    check "the card leaves with status 0" test $? -eq 0
    seen No
}
ctl() {
    "$VCARD" ctl "$WORK/ctl" "$@"
}

newkey() {
    case $1 in
    rsa2048) openssl genrsa -out "$WORK/key.pem" 2048 2>/dev/null ;;
    p384) openssl ecparam -name secp384r1 -genkey -noout -out "$WORK/key.pem" ;;
    *) openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/key.pem" ;;
    esac
    openssl req -new -x509 -key "$WORK/key.pem" -subj "/CN=interop $2" -days 30 -out "$WORK/cert.pem"
}

# sign STATE ALG: a signature made through PKCS #11 that openssl accepts with the card's own public key
sign() {
    local mechanism=ECDSA bytes=32 extra=(--signature-format openssl)
    case $2 in
    p384) bytes=48 ;;
    rsa2048) mechanism=SHA256-RSA-PKCS extra=() ;;
    esac
    head -c $bytes /dev/urandom >"$WORK/data"
    rm -f "$WORK/sig"
    pkcs11-tool --login --pin "${3:-123456}" --sign --id 01 -m $mechanism -i "$WORK/data" -o "$WORK/sig" "${extra[@]}" ||
        return 1
    "$VCARD" pub "$1" 9a >"$WORK/pub.pem" || return 1
    if [ "$2" = rsa2048 ]; then
        openssl dgst -sha256 -verify "$WORK/pub.pem" -signature "$WORK/sig" "$WORK/data"
    else
        openssl pkeyutl -verify -pubin -inkey "$WORK/pub.pem" -in "$WORK/data" -sigfile "$WORK/sig"
    fi
}

# Every key type over every way in which data may leave a card.
signing() {
    local alg opts name state=$WORK/card.json
    while read -r alg opts; do
        name="$alg $opts"
        # shellcheck disable=SC2086
        "$VCARD" make "$state" $opts >/dev/null || FAILED=1
        newkey "$alg" "$alg"
        check "$name: import" "$VCARD" import "$state" 9a "$WORK/cert.pem" "$WORK/key.pem"
        check "$name: import 9E" "$VCARD" import "$state" 9e "$WORK/cert.pem" "$WORK/key.pem"
        insert "$state"
        check "$name: signature" sign "$state" "$alg"
        pkcs15-tool --read-certificate 01 >"$WORK/read.pem" 2>/dev/null
        check "$name: certificate as written" cmp <(openssl x509 -in "$WORK/read.pem" -outform DER) \
            <(openssl x509 -in "$WORK/cert.pem" -outform DER)
        withdraw
    done <<-END
	p256
	p256 --proto t1 --discovery
	p256 --proto t0
	p256 --reply 61 --gzip 01
	p256 --reply 6c --extended no
	p384 --gzip 80
	rsa2048
	rsa2048 --proto t0 --gzip 01
	END
}

wrong_pin() {
    local state=$WORK/card.json
    "$VCARD" make "$state" >/dev/null
    newkey p256 pin
    "$VCARD" import "$state" 9a "$WORK/cert.pem" "$WORK/key.pem"
    insert "$state"
    refuse "a wrong PIN does not sign" sign "$state" p256 654321
    check "it cost one try" test "$(ctl tries 80)" = 2
    check "the right one signs" sign "$state" p256
    check "and gives the tries back" test "$(ctl tries 80)" = 3
    ctl fault bad-signature >/dev/null
    refuse "bad-signature: not accepted" sign "$state" p256
    cp "$WORK/out" "$WORK/verdict"
    check "bad-signature: and that is why" grep -q "Signature Verification Failure" "$WORK/verdict"
    ctl fault none >/dev/null
    check "no PIN in the figures" not grep -q 313233343536 <(ctl stats)
    check "removal by hand" ctl remove
    check "is seen" seen No
    check "and back" ctl insert
    check "is seen too" seen Yes
    withdraw
}

# A certificate for the key in 9A of that card: $WORK/made.pem.
certify() {
    "$VCARD" pub "$1" 9a >"$WORK/pub.pem"
    newkey p256 ca
    openssl req -new -key "$WORK/key.pem" -subj /CN=made -out "$WORK/req.pem"
    openssl x509 -req -in "$WORK/req.pem" -force_pubkey "$WORK/pub.pem" -CA "$WORK/cert.pem" -CAkey "$WORK/key.pem" \
        -set_serial 7 -days 30 -out "$WORK/made.pem" 2>/dev/null
}

# Personalisation through the reader, with the management key in each of its kinds. piv-tool 0.23 under OpenSSL 3: its
# single authentication (A) is broken, after making a key it fails to show it, and the status of -C is the length of the
# certificate; so mutual authentication (M), and the card is asked what happened.
personalise() {
    local mgmt alg type kind key state=$WORK/card.json
    export PIV_EXT_AUTH_KEY=$WORK/mgmt
    while read -r mgmt alg type kind key; do
        echo "$key" >"$PIV_EXT_AUTH_KEY"
        "$VCARD" make "$state" --mgmt "$mgmt" >/dev/null
        insert "$state"
        piv-tool -A "M:9B:$alg" -G "9A:$type" >/dev/null 2>&1
        check "$mgmt: key pair made on the card" "$VCARD" pub "$state" 9a
        certify "$state"
        piv-tool -A "M:9B:$alg" -C 9A -i "$WORK/made.pem" >/dev/null 2>&1
        check "$mgmt: certificate written" bash -c "pkcs15-tool --read-certificate 01 | openssl x509 -noout -subject | grep -q made"
        check "$mgmt: it signs ($kind)" sign "$state" "$kind"
        withdraw
    done <<-END
	3des 03 11 p256 01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08
	aes128 08 07 rsa2048 01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08
	aes192 0A 11 p256 01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08
	aes256 0C 14 p384 01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08
	END
    echo 11:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08 >"$PIV_EXT_AUTH_KEY"
    "$VCARD" make "$state" >/dev/null
    insert "$state"
    refuse "another management key makes nothing" piv-tool -A M:9B:03 -G 9A:11
    refuse "and there is no key" "$VCARD" pub "$state" 9a
    withdraw
}

strangers() {
    "$VCARD" make "$WORK/felica.json" --kind felica >/dev/null
    insert "$WORK/felica.json"
    check "felica: its ATR" bash -c "opensc-tool -a | grep -q '^3b:8f:80:01:80:4f'"
    check "felica: no PIV application" bash -c "opensc-tool -s 00A404000BA000000308000010000100 | grep -q 'SW1=0x6A, SW2=0x82'"
    check "felica: a number" bash -c "opensc-tool -s FFCA000000 | grep -q 'SW1=0x90'"
    withdraw
    "$VCARD" make "$WORK/mute.json" --kind mute >/dev/null
    "$VCARD" run "$WORK/mute.json" --port $PORT &
    CARD=$!
    sleep 1
    refuse "mute: no connection" timeout 20 opensc-tool --reader 0 -a
    kill -TERM $CARD
    wait $CARD
}

readers() {
    opensc-tool --list-readers 2>/dev/null
}
# seen Yes|No: the first reader has that state within five seconds
seen() {
    for _ in $(seq 100); do
        readers | grep -q "^0 .*$1" && return
        sleep 0.05
    done
    return 1
}
chuid() {
    opensc-tool -s 00A4040009A0000003080000100000 -s 00CB3FFF055C035FC10200 | grep -q 'SW1=0x90, SW2=0x00' &&
        opensc-tool -s 00A4040009A0000003080000100000 -s 00CB3FFF055C035FC10200 | tail -4 | grep -q "${1:-.}"
}

# Bad contacts, and a pcscd that goes away, as pcscd's clients see them.
contacts() {
    local state=$WORK/card.json
    "$VCARD" make "$state" >/dev/null
    "$VCARD" make "$WORK/other.json" --uuid 00000000-0000-4000-8000-00000000beef >/dev/null
    insert "$state"
    check "objects can be read" chuid
    ctl fault drop:CB@1 >/dev/null
    refuse "drop: the reading fails" chuid
    check "drop: the card is out" seen No
    ctl insert >/dev/null
    check "drop: and in again" seen Yes
    check "drop: and well" chuid
    ctl fault "swap=$WORK/other.json:CB@1" >/dev/null
    refuse "swap: the reading fails" chuid
    check "swap: the slot is empty" seen No
    check "swap: a card is there" seen Yes
    check "swap: it is the other one" chuid "BE EF"
    ctl fault slow=100 >/dev/null
    SECONDS=0
    check "slow: it works" opensc-tool -n
    check "slow: it takes its time" test $SECONDS -ge 1
    ctl fault none >/dev/null
    ctl fault hang:CB >/dev/null
    refuse "hang: nothing comes back" timeout 3 opensc-tool -s 00A4040009A0000003080000100000 -s 00CB3FFF055C035FC10200
    check "hang: the control socket still answers" ctl fault none
    kill -9 "$PCSCD"
    wait "$PCSCD" 2>/dev/null
    world_pcscd
    check "pcscd restarted: the card is still in the slot" seen Yes
    check "pcscd restarted: and readable" chuid "BE EF"
    withdraw
}

inside() {
    world_begin
    signing
    wrong_pin
    personalise
    strangers
    contacts
    exit $FAILED
}

if [ "${1:-}" = --inside ]; then
    inside
fi
[ $# -eq 1 ] || { echo "usage: interop.sh TEGATA-VCARD" >&2; exit 2; }
world_enter "opensc-tool piv-tool pkcs11-tool pkcs15-tool" VCARD="$(realpath "$1")"
