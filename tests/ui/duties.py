#!/usr/bin/env python3
"""A power cut from the declaration to the review, and a question to the service center, at the desktop: real cards, a real
server, approvals signed in the gate's own window. Argument: the language."""
import sys

import desktop
import lab

WORDS = {
    "ja": {"insert": "社員証を差し込んでください", "pin": "PIN を入れてください", "office": "事業所：", "declare": "事象を届け出る（N）", "done": "済みました",
           "sign": "災害時などの権限の承認", "not": "承認しませんでした", "half": "承認 1 件（あと 1 件）", "live": "有効", "wrong": "PIN が違います",
           "rule": "この決まりを読んでください", "usable": "いま使えます", "closed": "終了（終結）", "events": "事象", "open": "点検待ち",
           "seen": "点検待ち 0 件", "hours": "何時間延ばしますか", "extension": "延長の申請があります", "follows": "前の文書",
           "retailer": "小売側の承認待ち", "unseen": "未点検", "until": "PIN を入れて Enter で、社員証で承認します"},
    "en": {"insert": "Insert your employee card", "pin": "Enter the PIN", "office": "Office:", "declare": "Declare an event (N)",
           "done": "Done, and on record", "sign": "Approve an emergency right", "not": "Not approved", "half": "one approval of two",
           "live": "in force", "wrong": "Wrong PIN", "rule": "read this rule", "usable": "You can use it now", "closed": "closed",
           "events": "Events", "open": "wait for a review", "seen": "0 wait for a review", "hours": "by how many hours", "extension": "An extension is asked for",
           "follows": "Follows the text", "retailer": "waits for the retailer", "unseen": "not reviewed", "until": "PIN and Enter: approve with your card"},
}


PIN = "739146"  # of the retailer's duty manager; in no table of digits


def signs_in(d, w, pin="123456"):
    d.until_says(w["pin"])
    d.pin(pin)
    d.until_says(w["office"])
    return d.ask("desk")


def declares(check, d, w, area):
    d.until_says(w["declare"])
    d.keys("n")
    d.until_says("Alt+4")
    d.type("typhoon")
    d.keys("Tab")
    d.type(area)
    d.until_says(f"({area})")
    d.keys("Return", *["Tab"] * 4)
    d.type("E1005")
    d.keys("ctrl+Return")
    d.until_says(w["done"])


def network(check, d, w, area):
    with d.lab.card("duty-nw"):
        desk = signs_in(d, w)
        declares(check, d, w, area)
        d.keys("a")
        d.until_says(w["until"])
        d.keys("Escape")
        check.that("whoever does not approve goes on", w["not"] in d.until_says(w["not"]))
        d.keys("a")
        d.until_says(w["until"])
        d.pin("999999")
        d.until_says(w["wrong"])
        check.that("a wrong PIN signs nothing", w["until"] in d.says())
        d.pin()
        d.until_says(w["half"])
        check.same("the session went on all the while", d.ask("desk"), desk)
        d.shot("half")
    d.until_says(w["insert"])


def removed(check, d, w):
    """The card is pulled while the text is before the eyes and half of the PIN is typed."""
    with d.lab.card("duty-retail"):
        desk = signs_in(d, w, PIN)
        d.until_says("EV-")
        d.keys("a")
        d.until_says(w["until"])
        d.keys("1", "2", "3")
    d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
    said = d.until_says(w["insert"])
    check.that("and so is the window of the approval, with what was in it", w["until"] not in said and "typhoon" not in said, said)


def retail(check, d, w):
    with d.lab.card("duty-retail"):
        signs_in(d, w, PIN)
        d.until_says("EV-")
        d.keys("a")
        said = d.until_says(w["until"])
        check.that("the gate shows what is approved", all(x in said for x in (w["sign"], "typhoon", "E1005", "N3002")), said)
        d.shot("sign")
        d.pin(PIN)
        d.until_says(w["done"])
        check.that("the gate's window is gone", w["until"] not in d.says())
        check.same("and the PIN is nowhere", d.ask("scan", ["gate", [PIN]]), 0)
        d.until(lambda: w["half"] not in d.says(), "it is in force")
        d.shot("live")
    d.until_says(w["insert"])


def responder(check, d, w, someone):
    with d.lab.card("responder"):
        signs_in(d, w)
        d.until_says(w["rule"])
        d.shot("rule")
        d.keys("k")
        d.until_says(w["usable"])
        d.keys("ctrl+1", "alt+7")  # what an outage needs
        d.type(someone["phone"])
        d.keys("Return")
        d.until_says(someone["name"])
        d.shot("responder")
    d.until_says(w["insert"])


def extends_and_closes(check, d, w):
    """An extension is a new text, which follows the one in force, and says so where it is signed."""
    with d.lab.card("duty-nw"):
        signs_in(d, w)
        d.until_says("EV-")
        d.keys("e")
        d.until_says(w["hours"])
        d.keys("Return")
        d.until_says(w["extension"])
        d.keys("a")
        said = d.until_says(w["until"])
        check.that("what it follows is shown", w["follows"] in said)
        d.shot("sign-extension")
        d.pin()
        d.until_says(w["retailer"])
        d.keys("c")
        d.until_says(w["closed"])
        d.shot("closed")
    d.until_says(w["insert"])


def reviews(check, d, w):
    with d.lab.card("supervisor"):
        signs_in(d, w)
        d.until_says("EV-")
        d.keys("r")
        d.until_says(w["unseen"])
        d.shot("review")
        d.keys("shift+e")
        d.until(lambda: w["unseen"] not in d.says(), "every view is reviewed")
        check.that("nothing of it waits any more", w["seen"] in d.until_says(w["seen"]))
    d.until_says(w["insert"])


def test(check):
    w = WORDS[sys.argv[1] if len(sys.argv) > 1 else "ja"]
    desktop.needed()
    with lab.Lab(2000, 4) as l, desktop.Desktop(l, sys.argv[1] if len(sys.argv) > 1 else "ja") as d:
        rows = l.truth()
        phones = [r["phone"] for r in rows]
        someone = next(r for r in rows if r["class"] == "own" and r["phone"] and phones.count(r["phone"]) == 1 and r["area"].startswith("02"))
        desktop.own_pin(l, "duty-retail", PIN)
        d.until_says(w["insert"])
        network(check, d, w, someone["area"])
        removed(check, d, w)
        retail(check, d, w)
        responder(check, d, w, someone)
        extends_and_closes(check, d, w)
        reviews(check, d, w)


lab.main(test)
