#!/usr/bin/env python3
"""What a screen reader is told: every control of every page has a name. Nobody is behind the window (stand_in.c)."""
import time

import desktop
import lab

CONTROLS = {"push button", "toggle button", "button", "text", "entry", "radio button", "check box", "combo box", "spin button", "alert",
            "list", "table", "tree table", "scroll pane", "menu item", "page tab", "slider", "switch", "link", "dialog"}
ROW = {"id": "r1", "class": "own", "hidden": {"pole": {"rule": "r", "reason": "理由です。", "next": "次です。"}},
       "fields": {"name": "佐藤　花子", "kana": "サトウ　ハナコ", "address": "青森県八戸市内丸1-1-1", "phone": "0178431111",
                  "point": "0201234567890123456789", "contract_start": "2023-01-13", "capacity": "40A"}}
SIGHT = {"sight": [{"class": "own", "ja": "自社のお客さま", "en": "own customer", "groups": [{"ja": "お名前", "en": "identity", "part": False}]}],
         "kind": "retail", "purposes": ["inquiry"], "company_name": "東北電力", "network": "東北電力ネットワーク",
         "network_phone": "0120-000-175"}


def unnamed(d):
    return [n for n in d.ask("tree") if n[0] in CONTROLS and not n[1].strip()]


def pages(d):
    """Each page in turn, as it comes into sight."""
    yield "search", "事業所："
    d.keys("F7")
    yield "sight", "お名前"
    d.keys("F7")
    d.type("satou")
    d.keys("Return")
    d.until(lambda: "search" in d.feed("asked"), "the question")
    d.feed("answer", "", {"rows": [ROW, {**ROW, "id": "r2"}], "next": "more"})
    yield "results", "佐藤"
    d.keys("Return")
    d.until(lambda: "/show" in d.feed("asked"), "the record is asked for")
    d.feed("answer", "", ROW)
    yield "check", "本人確認 1"
    d.keys("Return")
    yield "check-2", "本人確認 2"
    d.keys("Return")
    yield "record", "契約開始日"
    d.keys("F4")
    yield "aloud", "桜のサ"
    d.keys("F4", "F5")
    yield "referral", "お客さまへのご案内"
    d.keys("F5", "ctrl+p")
    yield "parked", "保留中のお客さまへ"
    d.grants(desktop.grant(left=500))
    yield "emergency", "残り 10 分を切りました"


def test(check):
    desktop.needed()
    with desktop.StandIn() as d:
        d.open(now=int(time.time()), **SIGHT)
        for page, words in pages(d):
            said = d.until_says(words)
            check.same(f"{page}: every control has a name", unnamed(d), [])
            if page == "referral":
                check.that("the network company's number, in the groups in which it is said",
                           all(f"label | {part} |" in said for part in ("0120", "000", "175")), said)
        check.that("controls were looked at", sum(n[0] in CONTROLS for n in d.ask("tree")) > 10, d.ask("tree"))


if __name__ == "__main__":
    lab.main(test)
