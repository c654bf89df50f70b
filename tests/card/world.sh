# Sourced by scripts that want pcscd and a virtual reader to themselves. Everything runs in namespaces of its own: pcscd's socket
# path is compiled in, and vpcd listens on all addresses.
#
#   world_enter 'TOOL…' NAME=VALUE…     outside: runs this script again as "$0 --inside" with WORK and the names given
#   world_begin, world_pcscd            inside: the namespace's loopback and /run; pcscd, started or restarted
#   check, not                          one thing that must hold; FAILED is the exit code in the end
PORT=15963
DRIVER=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
FAILED=0
PCSCD=

# Exit 77: skipped, for meson.
skip() {
    echo "skipped: $*"
    exit 77
}

world_enter() {
    local tool tools=$1
    shift
    for tool in pcscd openssl unshare ip $tools; do
        command -v "$tool" >/dev/null || skip "$tool is not installed"
    done
    [ -e "$DRIVER" ] || skip "vsmartcard-vpcd is not installed"
    unshare -rmn --pid --fork true 2>/dev/null || skip "user namespaces are not allowed here"
    WORK=$(mktemp -d) || exit 1
    trap 'rm -rf "$WORK"' EXIT
    mkdir "$WORK/run" "$WORK/conf"
    cat >"$WORK/conf/virtual" <<-END
	FRIENDLYNAME "Virtual PCD"
	DEVICENAME   /dev/null:$PORT
	LIBPATH      $DRIVER
	CHANNELID    $PORT
	END
    env WORK="$WORK" "$@" unshare -rmn --pid --fork --kill-child bash "$0" --inside
}

world_begin() {
    ip link set lo up
    mount --bind "$WORK/run" /run
    export HOME=$WORK
    world_pcscd
}

world_pcscd() {
    local i
    rm -rf /run/pcscd
    mkdir -p /run/pcscd
    pcscd -f -c "$WORK/conf" >>"$WORK/pcscd.log" 2>&1 &
    PCSCD=$!
    for i in $(seq 100); do
        [ -S /run/pcscd/pcscd.comm ] && return
        sleep 0.05
    done
    echo "FAIL  pcscd did not start"
    FAILED=1
}

# check WHAT COMMAND…: the command must succeed
check() {
    local what=$1
    shift
    if "$@" >"$WORK/out" 2>&1; then
        echo "ok    $what"
    else
        echo "FAIL  $what"
        sed 's/^/      /' "$WORK/out"
        FAILED=1
    fi
}
not() {
    ! "$@"
}
