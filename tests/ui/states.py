#!/usr/bin/env python3
"""Everything that is not the main job: wrong PINs, refused cards, two posts, no server, no pcscd, a frozen desk, the lock key."""
import csv
import ctypes
import os

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
REFUSED = {  # card: what the person reads
    "expired": "有効期限が切れています", "revoked": "失効しています", "left": "退職した方のカード", "contract-over": "委託契約の期間が終わっています",
    "foreign": "認めた認証局のものではありません", "moved": "本日有効な職務がありません",
}
HATS_PIN = "739146"


def refused(check, d):
    for name, words in REFUSED.items():
        with d.lab.card(name):
            d.until_says(PIN)
            d.pin()
            said = d.until_says(words)
            check.that(f"{name}: and what to do now", "Enter でやり直すか、社員証を抜いてください" in said)
            check.that(f"{name}: nobody is signed in", OFFICE not in said)
            d.shot("refused-" + name)
        d.until_says(INSERT)


def unfit(check, d):
    """A card of another kind: told before anybody types a PIN for it."""
    with d.lab.card("felica"):
        said = d.until_says("番号だけのカードは使えません")
        check.that("no PIN is asked for", PIN not in said and "桁入力" not in said)
        check.that("and what to do now", "カードを抜いてください" in said)
        d.keys("1", "2", "3", "4", "5", "6", "Return")  # Enter looks at it once more
        check.that("the same again", PIN not in d.until_says("番号だけのカードは使えません"))
        d.shot("unfit")
    d.until_says(INSERT)


def no_post(l):
    """Somebody whose posts are all over, and whose card is as good as ever."""
    path = os.path.join(l.dir, "staff.csv")
    with open(os.path.join(lab.TOP, "tests", "lab.d", "staff.csv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    for r in rows:
        if r["person"] == "E1006" and not r["to"]:
            r["to"] = "2024-03-31"
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    done = l.admin("import", "staff", path)
    assert done.returncode == 0, done.stderr
    l.lab("server", "reload")


def wrong_pins(check, d):
    with d.lab.card("callcenter"):
        d.until_says(PIN)
        d.pin("999999")
        d.until_says("PIN が違います")
        d.shot("wrong-pin")
        d.pin("888888")
        d.until_says("残り 1 回です")
        d.pin("777777")
        d.until_says("この PIN を送る")
        d.shot("last-try")
        d.keys("Return")  # the button that sends nothing has the focus
        check.that("a last try by mistake is not sent", "残り 1 回です" in d.until_says("桁入力"))
        check.that("and what was typed is gone", "0 桁入力" in d.says())
        d.pin("777777")
        d.until_says("この PIN を送る")
        d.keys("alt+s")
        d.until_says("PIN がロックされています")
        d.shot("blocked")
    d.until_says(INSERT)
    with d.lab.card("callcenter"):
        said = d.until_says("PIN がロックされています")
        check.that("a blocked card is told before a PIN is asked for", PIN not in said)
        d.shot("blocked-before")
    d.until_says(INSERT)


def two_hats(check, d):
    with d.lab.card("two-hats"):
        d.until_says(PIN)
        d.keys(*HATS_PIN)
        check.same("the PIN is in one place while it is typed", d.ask("scan", ["gate", [HATS_PIN]]), 1)
        d.keys("Return")
        d.until_says("どの職務で使いますか")
        check.same("while one chooses there is no PIN", d.ask("scan", ["gate", [HATS_PIN]]), 0)
        d.shot("two-hats")
        d.keys("2")
        check.that("the second hat", "料金・未収（小売）" in d.until_says(OFFICE))
        desk = d.ask("desk")
        d.keys("ctrl+l")
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
        check.that("locked by key: the card is still in, the PIN is asked for", PIN in d.until_says(PIN))
    d.until_says(INSERT)


def signed_in(d, card):
    d.until_says(PIN)
    d.pin()
    d.until_says(OFFICE)
    return d.ask("desk")


def no_server(check, d):
    d.lab.lab("server", "stop")
    with d.lab.card("counter"):
        d.until_says(PIN)
        d.pin()
        d.until_says("サーバーにつながりません")
        d.shot("unreachable")
        d.lab.lab("server", "start")
        d.keys("Return")
        desk = signed_in(d, "counter")
        check.that("it goes on when the server is back", desk > 0)
        d.lab.lab("server", "kill")
        d.until(lambda: not d.ask("alive", desk), "a desk without its server is gone", 15)
        d.lab.lab("server", "start")
    d.until_says(INSERT)


def helps(check, d):
    with d.lab.card("counter"):
        signed_in(d, "counter")
        d.keys("ctrl+question")
        check.that("the keys are listed", "検索の種類を変える" in d.until_says("キー操作"))
        d.shot("keys")
        d.keys("Escape")
        d.until(lambda: d.keys("F1") or "0.1.0" in d.says(), "the version, once the keys are back with the desk")
        d.shot("about")
        titles = [w for w in d.ask("windows") if "WM_NAME" in w]
        check.that("every window has the same title", titles and all('"tegata"' in w for w in titles if "_NET_WM_NAME" in w))
    d.until_says(INSERT)


def displaced(check, d):
    with d.lab.card("counter"):
        desk = signed_in(d, "counter")
        check.same("the same card signs in elsewhere", d.lab.cli("whoami").returncode, 0)
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 10)
        d.until_says("別の場所からサインイン")
    d.until_says(INSERT)


def frozen(check, d):
    """A desk that does nothing any more, its main loop least of all."""
    with d.lab.card("counter"):
        desk = signed_in(d, "counter")
        d.ask("signal", [desk, "SIGSTOP"])
    d.until(lambda: not d.ask("alive", desk), "a frozen desk is gone", 2)
    check.that("and the lock window is there", INSERT in d.until_says(INSERT))


def pcscd_gone(check, d):
    with d.lab.card("counter"):
        desk = signed_in(d, "counter")
        d.lab.lab("pcscd", "kill")
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 3)
        d.until_says("カードリーダーのサービスが動いていません")
        d.lab.lab("pcscd", "start")
    d.until_says(INSERT)


def removed_while_typing(check, d):
    with d.lab.card("counter"):
        d.until_says(PIN)
        d.keys("1", "2", "3", "4")
        d.until_says("4 桁入力")
    d.until_says(INSERT)
    with d.lab.card("nsc"):
        d.until_says(PIN)
        check.that("nothing of the first PIN is left for the next card", "0 桁入力" in d.says())
    d.until_says(INSERT)


def landlock():
    """Whether this kernel has it: landlock_create_ruleset, asked for its version."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


def gate_dies(check, d):
    """Last: without its gate no desk lives on."""
    with d.lab.card("counter"):
        desk = signed_in(d, "counter")
        check.that("the desk is confined", "Seccomp:\t2" in d.ask("read", f"/proc/{desk}/status"))
        with open(d.log.name, errors="replace") as f:
            check.same("where the kernel has no Landlock, and only there, it is said", "the desk is not fenced" in f.read(), not landlock())
        limits = d.ask("read", f"/proc/{desk}/limits")
        check.that("no core file", "Max core file size        0                    0" in limits)
        d.ask("signal", [d.ask("gate"), "SIGKILL"])
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
        check.that("no gate, no desk", True)


def test(check):
    desktop.needed()
    with lab.Lab(500, 4) as l, desktop.Desktop(l, "ja") as d:
        d.until_says(INSERT)
        no_post(l)
        desktop.own_pin(l, "two-hats", HATS_PIN)
        for act in (refused, unfit, wrong_pins, two_hats, helps, no_server, displaced, frozen, pcscd_gone, removed_while_typing, gate_dies):
            act(check, d)


lab.main(test)
