#!/usr/bin/env python3
"""An inquiry (照会) at the desktop, from a search that finds nobody of ours to the answer that opens once: real cards, a real
server."""
import datetime
import os

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："


def consent(check, l, point):
    """The customer's consent, on the order of the personnel office."""
    day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    path = os.path.join(l.dir, "consents.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"consent,company,point,purpose,from,to\nC-1,TOHOKU,{point},switching,{day},{day}\n")
    order = l.run("tegata-approve", "--card", os.path.join(l.dir, "cards", "hr.json"), "--audience", lab.AUDIENCE, "--act", "cards", path)
    with open(path + ".order", "w", encoding="utf-8") as f:
        f.write(order.stdout)
    check.same("the consent is imported", l.admin("import", "consents", path, "--order", path + ".order").returncode, 0)
    l.lab("server", "stop")
    l.lab("server", "start")


def signs_in(d):
    d.until_says(PIN)
    d.pin()
    d.until_says(OFFICE)


def fills_in(d, text):
    """Kana change the keyboard's map as they come, and the first may be lost while it changes."""
    for _ in range(4):
        d.keys("ctrl+a")
        d.type(text)
        if text in d.says():
            return
    raise AssertionError(f"'{text}' could not be typed")


def asks(check, d, row):
    """One key from the search; what is known is filled in."""
    with d.lab.card("counter"):
        signs_in(d)
        d.until_says("照会（Ctrl+2）")
        d.type(row["point"])
        d.keys("F10")
        fills_in(d, row["kana"])
        d.keys("Tab")
        d.type("C-1")
        d.until_says("| C-1")
        d.shot("ask")
        d.keys("Return")
        said = d.until_says(row["capacity"])
        check.that("STEP2: the equipment, and no name", "● STEP2" in said and row["name"] not in said, said)
        d.shot("ask-facility")
        d.keys("Escape")
        d.until(lambda: row["capacity"] not in d.says(), "what is not looked at is not kept")
        d.keys("n")
        d.type(row["point"])
        d.keys("Tab")
        fills_in(d, row["kana"])
        d.keys("Tab")
        d.type("C-1")
        d.until_says("計器番号")
        boxes = [line.split(" | ")[1] for line in d.says().splitlines() if line.startswith("check box")]
        d.keys("Tab", *["Tab"] * boxes.index("計器番号"), "space")
        d.shot("ask-question")
        d.keys(*["shift+Tab"] * (boxes.index("計器番号") + 1), "Return")
        d.until_says("● STEP3")
        check.that("STEP3: it waits, with its clock", "順番待ち" in d.until_says("順番待ち"))
        d.shot("asked")
    d.until_says(INSERT)


def answers(check, d, row):
    with d.lab.card("nsc"):
        signs_in(d)
        d.until_says("照会への回答（Ctrl+2）")
        d.keys("ctrl+2")
        d.until_says("IQ-")
        d.keys("Return")
        said = d.until_says(row["meter"])
        check.that("who answers sees the point and what is asked, and no name", row["name"] not in said and row["kana"] not in said)
        d.shot("queue")
        check.that("everything of it is on the screen", all(w <= 1400 and h <= 900 for w, h in d.ask("sizes")), d.ask("sizes"))
        d.keys("1")
        d.until_says("回答し、記録しました")
        d.until(lambda: "IQ-" not in d.says(), "the queue is empty")
    d.until_says(INSERT)


def opens(check, d, row):
    with d.lab.card("counter"):
        signs_in(d)
        d.until_says("照会（Ctrl+2）")
        d.keys("ctrl+2")
        d.until_says("回答あり")
        d.keys("Return")
        said = d.until_says(row["meter"])
        check.that("the answer says that it comes once", "表示は一度だけです" in said)
        d.shot("answer")
        d.keys("Escape")
        d.until_says("開封済み")
        d.keys("Return")
        check.that("and it does", row["meter"] not in d.says())
        check.same("nothing of it can be pasted", d.ask("selections"), ["", ""])
    d.until_says(INSERT)


def test(check):
    desktop.needed()
    with lab.Lab(2000, 4) as l:
        row = next(r for r in l.truth() if r["class"] == "other" and r["meter"] and r["capacity"] and r["kana"])
        consent(check, l, row["point"])
        with desktop.Desktop(l, "ja") as d:
            d.until_says(INSERT)
            asks(check, d, row)
            answers(check, d, row)
            opens(check, d, row)


lab.main(test)
