# The demo's windows, and its pictures where there are none.

shots=$TEGATA_BUILD/screenshots

has_display() {
	[ -x "$TEGATA_BUILD/tests/tray/tegata-tray" ] && [ -n "${DISPLAY:-}" ] && xdpyinfo >/dev/null 2>&1
}

# The desktop inside the lab, where /run and the network are others: the screen is reached through its socket, which stays in sight.
desktop_start() {
	mkdir -m 700 "$dir/seat"
	[ -z "${XAUTHORITY:-}" ] || cp "$XAUTHORITY" "$dir/seat/xauthority"
	inside env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR="$dir/seat" GDK_BACKEND=x11 GTK_A11Y=none \
		ADW_DISABLE_PORTAL=1 ${XAUTHORITY:+XAUTHORITY="$dir/seat/xauthority"} tegata >"$dir/log/desktop" 2>&1 &
	desktop=$!
}

windows() {
	if [ "$language" = en ]; then
		cat <<-EOF

			Two windows: the desktop, and a drawer of employee cards. Click a card, type the PIN 123456, Enter.
			  our own customer                telephone $own_phone
			  another retailer's customer     telephone $other_phone
			Type one of them, Enter, and Enter again for each thing that the caller says; F4 reads aloud, Esc goes back. Then pull the card out while a record is shown, and try
			the same numbers with another card. The terminal says that it is NW-SET-0012: it changes nothing.
			To end: close the drawer.
		EOF
	else
		cat <<-EOF

			窓が二つ開きます。社員用の画面と、社員証の引き出しです。カードをクリックし、PIN 123456 を入れて Enter を押してください。
			  自社のお客さま    電話番号 $own_phone
			  他社のお客さま    電話番号 $other_phone
			番号を入れて Enter、本人確認に Enter で答えると、記録が開きます。F4 で復唱、Esc で戻ります。記録を開いたままカードを抜いてみてください。
			次に、別のカードで同じ番号を。端末名は NW-SET-0012 ですが、何も変わりません。引き出しの窓を閉じると終わります。
		EOF
	fi
	desktop_start
	"$TEGATA_BUILD/tests/tray/tegata-tray" "$here/lab" "$dir" "$here/tray/drawer.tsv"
	kill "$desktop" 2>/dev/null || true
}

pictures_made() {
	[ ! -x "$TEGATA_BUILD/tegata" ] || [ "$(find "$shots" -name "$language-demo-*.png" -newer "$dir/pin" | wc -l)" = 6 ]
}

# The same story on a screen that nobody sees.
pictures() {
	[ -x "$TEGATA_BUILD/tegata" ] || return 0
	bold "── 画面"
	rm -f "$shots/$language"-demo-*.png
	/usr/bin/python3 "$here/ui/story.py" "$dir" "$language" "$own_phone" "$other_phone" || wrong=1
	find "$shots" -name "$language-demo-*.png" | sort
}
