#!/usr/bin/env python3
"""Everything that is not the main job: wrong PINs, refused cards, two posts, no server, no pcscd, a frozen desk, the lock key."""
import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
REFUSED = {  # card: what the person reads
    "expired": "有効期限が切れています", "revoked": "失効しています", "left": "退職した方のカード", "contract-over": "委託契約の期間が終わっています",
    "foreign": "認めた認証局のものではありません", "felica": "番号だけのカードは使えません",
}


def refused(check, d):
    for name, words in REFUSED.items():
        with d.lab.card(name):
            d.until_says(PIN)
            d.pin()
            said = d.until_says(words)
            check.that(f"{name}: and what to do now", "Enter でやり直すか、社員証を抜いてください" in said)
            check.that(f"{name}: nobody is signed in", OFFICE not in said)
            if name == "expired":
                d.shot("refused")
        d.until_says(INSERT)


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


def two_hats(check, d):
    with d.lab.card("two-hats"):
        d.until_says(PIN)
        d.pin()
        d.until_says("どの職務で使いますか")
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
        d.keys("Escape", "F1")
        d.until_says("0.1.0")
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


def gate_dies(check, d):
    """Last: without its gate no desk lives on."""
    with d.lab.card("counter"):
        desk = signed_in(d, "counter")
        check.that("the desk is confined", "Seccomp:\t2" in d.ask("read", f"/proc/{desk}/status"))
        limits = d.ask("read", f"/proc/{desk}/limits")
        check.that("no core file", "Max core file size        0                    0" in limits)
        d.ask("signal", [d.ask("gate"), "SIGKILL"])
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
        check.that("no gate, no desk", True)


def test(check):
    desktop.needed()
    with lab.Lab(500, 4) as l, desktop.Desktop(l, "ja") as d:
        d.until_says(INSERT)
        for act in (refused, wrong_pins, two_hats, helps, no_server, displaced, frozen, pcscd_gone, removed_while_typing, gate_dies):
            act(check, d)


lab.main(test)
