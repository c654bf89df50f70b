# The lab's own world: user, mount, network, PID and UTS namespaces held open by one process, so that pcscd's fixed socket
# path and the fixed ports belong to this lab alone. Works as root and as an ordinary user where user namespaces are allowed.

space_check() {
	local tool
	for tool in unshare nsenter pcscd ip openssl; do
		command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null ||
			fail "$tool is missing: tests/install puts everything in place"
	done
	[ -s "$vpcd_driver" ] || fail "vsmartcard-vpcd ($vpcd_driver) is missing: tests/install puts everything in place"
	unshare -rmnpu --fork true 2>/dev/null ||
		fail "this user may not make user namespaces (sysctl kernel.unprivileged_userns_clone=1, or run as root)"
}

# The holder is PID 1 of the namespace; when it is killed, the kernel ends everything inside.
space_make() {
	local name=$1 i
	mkdir -p "$dir/run/pcscd"
	# The holder keeps none of our descriptors: a caller that reads our output must not wait for it.
	setsid unshare -rmnpu --mount-proc --fork --kill-child "$here/lab.d/holder" "$dir" "$name" \
		</dev/null >"$dir/log/holder" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	local outer=$!
	for i in $(seq 100); do
		[ -e "$dir/run/ready" ] && break
		kill -0 "$outer" 2>/dev/null || fail "the namespace could not be made: $(cat "$dir/log/holder")"
		sleep 0.05
	done
	[ -e "$dir/run/ready" ] || fail "the namespace did not come up"
	echo "$outer" >"$dir/outer.pid"
	cut -d' ' -f1 "/proc/$outer/task/$outer/children" >"$dir/holder.pid"
}

# The folder that one stands in stays: `tegata-admin import customers ./some.csv` means the same inside.
space_enter() {
	local pid where=$PWD
	pid=$(cat "$dir/holder.pid")
	[ -x "$where" ] || where=/
	exec nsenter --preserve-credentials -t "$pid" -U -m -n -p -u --wdns="$where" -- "$@"
}

space_run() {
	(
		export TEGATA_CONFIG=$dir/client/tegata.conf TEGATA_SERVER_CONFIG=$dir/server/tegata-server.conf
		export TEGATA_LAB=$dir PATH=$build:$build/tests/card:$build/tests/probe:$PATH
		space_enter "$@"
	)
}

# After a restart of the machine the numbers may be somebody else's.
space_alive() {
	[ -f "$dir/outer.pid" ] && tr '\0' ' ' <"/proc/$(cat "$dir/outer.pid")/cmdline" 2>/dev/null | grep -qF "lab.d/holder $dir "
}

space_end() {
	if space_alive; then
		kill -9 "$(cat "$dir/holder.pid")" 2>/dev/null || true
		kill -9 "$(cat "$dir/outer.pid")" 2>/dev/null || true
	fi
	rm -f "$dir/outer.pid" "$dir/holder.pid" "$dir/run/ready"
}
