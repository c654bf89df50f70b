#!/usr/bin/env python3
"""The main job with real keys: card, PIN, search, record, and the card pulled out. Arguments: the language."""
import csv
import os
import sys

import desktop
import lab

WORDS = {
    "ja": {"insert": "社員証を差し込んでください", "pin": "PIN を入れてください", "office": "事業所：", "hidden": "非表示", "gone": "抜かれた",
           "ours": "自社", "entered": "桁入力", "none": "→", "who": "本人確認"},
    "en": {"insert": "Insert your employee card", "pin": "Enter the PIN", "office": "Office:", "hidden": "Hidden",
           "gone": "taken out", "ours": "ours", "entered": "digits entered", "none": "→",
           "who": "Is it the customer?"},
}
PIN = "739146"
TOP = "1000x60+60+150"  # a part of the record page that has text, and of the lock window that has none


def someone(rows, which):
    """A customer of that class whose phone is nobody else's."""
    phones = [r["phone"] for r in rows]
    return next(r for r in rows if r["class"] == which and r["phone"] and phones.count(r["phone"]) == 1)


def renamed(check, l, rows, own):
    """What some toolkit's labels would take for markup, in the customer's own data."""
    own["name"] = 'A&B商事 <span size="60000">本店</span> &amp; <b>'
    path = os.path.join(l.dir, "renamed.csv")
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    done = l.admin("import", "customers", path)
    check.same("such a name is imported", done.returncode, 0)
    l.lab("server", "reload")


def pins(d):
    """How often the PIN stands in the gate's memory."""
    return d.ask("scan", ["gate", [PIN]])


def signs_in(check, d, w):
    d.until_says(w["insert"])
    d.shot("locked")
    desk = d.ask("desk")
    with d.lab.card("counter"):
        d.until_says(w["pin"])
        d.keys(*PIN[:3])
        check.that("a screen reader hears how many digits there are", "3 " + w["entered"] in d.until_says(w["entered"]))
        d.shot("pin")
        d.keys(*PIN[3:])
        check.same("the PIN is in one place while it is typed", pins(d), 1)
        d.keys("Return")
        said = d.until_says(w["office"])
        check.that("who is signed in is in sight", "八戸営業所" in said and "E1001" in said)
        check.same("the desk that was waiting is the one that opened", d.ask("desk"), desk)
        yield desk


def confirms(check, d, w, own):
    """The check-list before the record, as the caller says name and telephone."""
    said = d.until_says(w["who"] + " 1")
    check.that("the name, and nothing of the record that the list of results has not", own["name"] in said
               and own["customer_no"] not in said and w["hidden"] not in said)
    d.shot("check")
    d.keys("Return")
    d.until_says(w["who"] + " 2")
    d.keys("Return")


def looks_up(check, d, w, own, other):
    d.shot("search")
    d.type(other["phone"])
    d.keys("Return")
    said = d.until_says(w["none"])
    check.that("another retailer's customer: nothing of him", other["name"] not in said and other["kana"] not in said)
    d.shot("nothing")
    d.keys("Escape")
    d.type(own["kana"])
    d.keys("Return")
    said = d.until_says(own["name"])
    check.that("the class is said in words", w["ours"] in said)
    d.shot("results")
    d.keys("ctrl+f", "ctrl+a", "ctrl+c")  # a selection goes to PRIMARY by itself, if nobody stops it
    check.same("nothing typed can be pasted elsewhere", d.ask("selections"), ["", ""])
    d.keys("Escape")
    d.type(own["phone"])
    d.keys("Return")  # nobody else's number: his record opens
    confirms(check, d, w, own)
    said = d.until_says(w["hidden"])
    check.that("the record names the customer", own["address"] in said)
    check.that("what is hidden says why and what to do", "引込柱" in said if d.language == "ja" else "→" in said)
    d.keys("F4")
    said = d.until_says(f"label | {own['phone'][-4:]} |")
    check.that("the digits are written as they are said", "ゼロ" in said)
    d.shot("aloud")
    d.keys("F4")
    d.until_says(own["address"])
    return d.shot("record")


def nothing_leaks(check, d, own):
    """While the record is open."""
    for window in d.ask("windows"):
        check.that("no customer in a window's properties", own["name"] not in window and own["phone"] not in window)
    check.same("nothing can be pasted", d.ask("selections"), ["", ""])
    for pid in (d.ask("gate"), d.ask("desk")):
        seen = d.ask("environ", pid)
        check.that("no customer in arguments or environment", own["name"] not in seen and own["phone"] not in seen)


def scan_memory(check, d, own):
    """After the removal, in what still runs: the gate, the next desk, the X server."""
    texts = [own["name"], own["kana"], own["address"], own["phone"]]
    for who in ("gate", "desk", "screen"):
        check.same(f"no customer in the memory of the {who}", d.ask("scan", [who, texts]), 0)
    check.that("the scan finds what is there", d.ask("scan", ["gate", ["tegata"]]) > 0)
    check.same("no PIN in the memory of the gate", pins(d), 0)


def test(check):
    language = sys.argv[1] if len(sys.argv) > 1 else "ja"
    w = WORDS[language]
    desktop.needed()
    with lab.Lab(2000, 4) as l:
        rows = l.truth()
        own, other = someone(rows, "own"), someone(rows, "other")
        renamed(check, l, rows, own)
        desktop.own_pin(l, "counter", PIN)
        with desktop.Desktop(l, language) as d:
            for desk in signs_in(check, d, w):
                record = looks_up(check, d, w, own, other)
                check.that("the record is on the screen", desktop.colours(record, TOP) > 1)
                nothing_leaks(check, d, own)
            # the card is out
            d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
            said = d.until_says(w["gone"])
            check.that("nothing of the customer is left to say", own["name"] not in said and own["address"] not in said)
            check.same("nothing of the record is left to see", desktop.colours(d.shot("removed"), TOP), 1)
            fresh = d.until(lambda: d.ask("desk"), "the next desk is started")
            check.that("it is another one", fresh != desk)
            scan_memory(check, d, own)
            heard = "\n".join(d.ask("heard"))
            check.that("no digit of the PIN went over the accessibility bus",
                       not any(f" {PIN[:n]}" in heard for n in (6, 5, 4, 3)), heard)
            check.that("events were heard at all", "window:" in heard or "property-change" in heard)


lab.main(test)
