#!/usr/bin/env python3
"""The search box: what it takes a text for, supply points, dates, a caller's number, breaking off, how many keys it takes, and
customers whose data would like to be something else."""
import contextlib
import csv
import os
import signal
import time

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
CHECK, RECORD = "本人確認 1", "非表示"
NASTY = {
    "markup": 'A&B <span size="90000">本店</span>\'"<b>&amp;</b>',
    "override": "\u202e花子 藤佐\u202c\u2067\u200f",
    "arabic": "سمير שלום 佐藤",
    "invisible": "佐\u200b\u2060藤\ufeff\u00ad恵\u2028子",
    "long": "長" * 120,
    "stacked": "か" + "\u0301\u0489" * 40,
    "wide": "𩸽𠮷\U0001f9ff" * 20,
}
UNSEEN = "\u202a\u202b\u202d\u202e\u2066\u2067\u200f\u200b\ufeff\u2028"  # of these nothing may reach a label


def told(d, text, words):
    """Typed, and not sent: what the desk says of it. Escape empties the box."""
    d.keys("Escape")
    d.type(text)
    return d.until_says(words)


def kinds(check, d):
    for text, words in (("0178-22-1234", "判定：電話"), ("satou", "判定：カナ"), ("サトウ", "判定：カナ"), ("佐藤", "判定：氏名"),
                        ("八戸市内丸", "判定：住所"), ("123456789", "判定：お客さま番号"), ("R5.1.13", "判定：日付"),
                        ("021234567890", "判定：供給地点")):
        check.that(f"{text}: before Enter", words in told(d, text, words))
    check.that("romaji as kana", "サトウ" in told(d, "satou", "サトウ"))
    told(d, "0178221234", "判定：電話")
    d.keys("F2")
    check.that("one key takes it for something else", "指定：供給地点" in d.until_says("指定："))
    d.keys("F2")
    d.until_says("指定：お客さま番号")
    d.keys("F2")
    d.until_says("指定：電話")


def box(d):
    """What stands in the search box."""
    return next(n[3] for n in d.ask("tree") if n[1] == "検索")


def points(check, d):
    told(d, "0212345678901234567890", "判定：供給地点")
    check.same("grouped while it is typed", d.until(lambda: box(d) if box(d).count("-") == 5 else None, "groups"),
               "02-1234-5678-9012-3456-7890")
    d.shot("point")
    d.keys("BackSpace", "BackSpace", "5", "6")
    check.same("and while it is mended", d.until(lambda: box(d) if box(d).endswith("7856") else None, "mended"),
               "02-1234-5678-9012-3456-7856")
    d.keys("Home", "Right", "Right", "Right", "9")
    check.same("the cursor stays behind its digit", d.until(lambda: box(d) if box(d).startswith("02-91") else None, "in the middle"),
               "02-9123-4567-8901-2345-67856")
    d.keys("Escape")
    d.ask("clip", "０２－１２３４　５６７８9012−34567890")
    d.keys("ctrl+v")
    check.same("pasted as somebody has written it", d.until(lambda: box(d) if box(d).count("-") == 5 else None, "pasted"),
               "02-1234-5678-9012-3456-7890")
    for text, words in (("12345678901234567", "17 桁はガスの番号です"), ("2312345678901234567890", "はじめの 2 桁は 01 から 10"),
                        ("021234567890", "22 桁のうち 12 桁")):
        told(d, text, words)
        d.keys("Return")
        time.sleep(0.3)
        check.that(f"{text}: not sent", "問い合わせています" not in d.says() and words in d.says())
        d.shot("point-" + str(len(text)))


def dates(check, d, own):
    d.keys("Escape")
    d.type("5/1/13")
    said = d.until_says("どの日ですか")
    check.that("a date that may be four days", "令和5年1月13日" in said and "昭和5年1月13日" in said)
    d.shot("date")
    d.keys("Return")
    check.that("is asked back", "何通りかに読めます" in d.until_says("何通り"))
    d.keys("F2", "F2", "Return")
    check.that("no search by date alone, and it says so", "日付だけでは検索できません" in d.until_says("日付だけでは"))
    d.keys("Escape")
    d.type(own["kana"])
    d.keys("Return")
    d.until_says(own["name"])
    d.keys("Escape")  # the box, not the rows
    d.type(own["contract_start"])
    d.keys("Return")
    said = d.until_says("この日に始まる")
    check.that("it narrows what was found", own["name"] in said, said[-300:])
    d.keys("Escape")
    d.type("M1.1.1")
    d.keys("Return")
    said = d.until_says("契約は 0 件")
    check.that("to nothing, too", own["name"] not in said)


def second(check, d, own):
    d.keys("Escape")
    d.type(own["point"])
    d.keys("Return")
    said = d.until_says("検査数字のない")
    check.that("found by its point: nothing is shown", not any(own[f] in said for f in ("name", "kana", "address", "phone")))
    check.that("the number that is being confirmed stays in sight", own["point"][-4:] in said)
    d.shot("second")
    d.type("zzzz")
    d.keys("Return")
    said = d.until_says("一致しません")
    check.that("what does not fit opens nothing", not any(own[f] in said for f in ("name", "kana", "address", "phone")))
    d.type(own["phone"][-4:])
    d.keys("Return")
    said = d.until_says(CHECK)
    check.that("the end of the telephone number does", own["name"] in said)
    d.keys("Escape")
    told(d, own["point"], "判定：供給地点")
    d.keys("Return")
    d.until_says("検査数字のない")
    for _ in range(3):
        d.type("nobody")
        d.keys("Return")
    said = d.until_says("一致しませんでした")
    check.that("after three times it is dropped", not any(own[f] in said for f in ("name", "kana", "address", "phone")))


def on_again(folder):
    """Who started the server for the lab has stopped with it."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as f:
            line = f.read().decode(errors="replace")
            if line.startswith("nsenter\0") and folder + "/server/tegata-server.conf" in line:
                os.kill(int(pid), signal.SIGCONT)


def breaks_off(check, d, own):
    """The server does not answer: Escape ends the waiting, a new search takes its place."""
    d.keys("Escape")
    d.type(own["phone"])
    with open(os.path.join(d.lab.dir, "run", "server.pid"), encoding="ascii") as f:
        server = int(f.read())
    d.ask("signal", [server, "SIGSTOP"])
    try:
        d.keys("Return")
        d.until_says("問い合わせています")
        d.keys("Escape")
        said = d.until_says("中止しました", 3)
    finally:
        d.ask("signal", [server, "SIGCONT"])
        on_again(d.lab.dir)
    check.that("the box is empty", own["phone"] not in said)
    d.type(own["phone"])
    d.keys("Return")
    check.that("and it goes on", own["name"] in d.until_says(CHECK))
    d.keys("Escape")


def calls(check, d, own):
    d.keys("ctrl+f", "Escape")
    before = len(d.lab.audit())
    check.same("a telephone system hands a number over", d.ask("exit_of", ["tegata", "tegata:phone/" + own["phone"]]), 0)
    d.until(lambda: box(d) == own["phone"], "the number in the box")
    said = d.until_says("電話システムから届いた")
    check.that("it is not searched for", own["name"] not in said and len(d.lab.audit()) == before)
    d.shot("call")
    d.keys("Escape")
    d.type("satou")
    d.ask("exit_of", ["tegata", "tegata:phone/0178-22-1234"])
    d.until_says("着信 0178221234（F9）")
    check.same("what somebody types is not touched", box(d), "satou")
    d.shot("call-offered")
    d.keys("F9")
    d.until(lambda: box(d) == "0178221234", "taken by key")
    for bad in ("tegata:phone/<b>1</b>", "tegata:phone/" + "1" * 200, "tegata:phone/0178221234%0a", "tegata:name/0178221234", "tegata:"):
        check.same(f"{bad[:40]}: refused", d.ask("exit_of", ["tegata", bad]), 2)
    d.keys("Escape")


def calls_while_locked(check, d, own):
    """Kept for the sign-in; and gone with the card."""
    d.ask("exit_of", ["tegata", "tegata:phone/" + own["phone"]])
    check.that("the lock window says nothing of it", own["phone"] not in d.says())
    with d.lab.card("counter"):
        d.until_says(PIN)
        d.pin()
        d.until_says(OFFICE)
        d.until(lambda: box(d) == own["phone"], "it waits in the box")
    d.until_says(INSERT)
    with d.lab.card("counter"):
        d.until_says(PIN)
        d.ask("exit_of", ["tegata", "tegata:phone/" + own["phone"]])
    d.until_says(INSERT)
    check.same("gone from the gate's memory with the card", d.ask("scan", ["gate", [own["phone"]]]), 0)
    with d.lab.card("counter"):
        d.until_says(PIN)
        d.pin()
        d.until_says(OFFICE)
        time.sleep(0.5)
        check.same("and not there for the next one", box(d), "")
    d.until_says(INSERT)


def counted(check, d, own):
    """From the card to the first record, every key that was pressed."""
    with d.lab.card("counter"):
        d.until_says(PIN)
        pin = list("123456") + ["Return"]
        d.keys(*pin)
        d.until_says(OFFICE)
        search = list(own["phone"][:10]) + ["Return"]
        d.keys(*search)
        d.until_says(CHECK)
        confirm = ["Return", "Return"]
        d.keys("Return")
        d.until_says("本人確認 2")
        d.keys("Return")
        d.until_says(RECORD)
        to_check, to_open = 1 + len(search), 1 + len(search) + len(confirm)
        print(f"keys from the card: {to_check} to the customer's record at its check-list, {to_open} to the open record, without the "
              f"{len(pin) - 1} digits of the PIN; with them {to_check + 6} and {to_open + 6}; from the call (signed in): {len(search)} "
              f"and {len(search) + len(confirm)}")
        check.that("12 keys from the card to the first record", to_check <= 12)
    d.until_says(INSERT)


def nasty(check, d, rows, victims):
    d.keys("ctrl+f", "Escape")
    for what, row in victims.items():
        d.keys("Escape")
        d.type(row["phone"])
        d.keys("Return")
        said = d.until_says(CHECK)
        check.that(f"{what}: nothing unseen on the screen", not any(c in said for c in UNSEEN))
        d.keys("Escape", "Escape")
        d.type(row["kana"])
        d.keys("Return")
        said = d.until_says("カナで検索")
        check.that(f"{what}: nothing unseen among the results", not any(c in said for c in UNSEEN))
        if what == "markup":
            check.that("markup is text", NASTY["markup"] in said)
        check.that(f"{what}: every window fits the screen", all(w <= 1400 and h <= 900 for w, h in d.ask("sizes")), d.ask("sizes"))
        d.shot("nasty-" + what)
    d.keys("Escape")


def spoil(check, l, rows):
    """Rows of ours with such names, kana as they were."""
    for row in rows:
        row["phone"] = row["phone"].replace("-", "")  # as the server keeps it
    phones = [r["phone"] for r in rows]
    ours = [r for r in rows if r["class"] == "own" and len(r["phone"]) == 10 and phones.count(r["phone"]) == 1 and r["kana"]
            and r["contract_start"] and r["point"] and r["address"]]
    victims = dict(zip(NASTY, ours[1:]))
    for what, row in victims.items():
        row["name"] = NASTY[what]
        if what != "long":
            row["address"] += NASTY[what]
    path = os.path.join(l.dir, "spoilt.csv")
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    done = l.admin("import", "customers", path)
    check.same("such rows are imported", (done.returncode, done.stderr[-300:] if done.returncode else ""), (0, ""))
    l.lab("server", "reload")
    return ours[0], victims


def test(check):
    desktop.needed()
    with lab.Lab(2000, 5) as l:
        own, victims = spoil(check, l, rows := l.truth())
        with desktop.Desktop(l, "ja") as d:
            d.until_says(INSERT)
            counted(check, d, own)
            with d.lab.card("counter"):
                d.until_says(PIN)
                d.pin()
                d.until_says(OFFICE)
                kinds(check, d)
                points(check, d)
                dates(check, d, own)
                second(check, d, own)
                breaks_off(check, d, own)
                nasty(check, d, rows, victims)
                calls(check, d, own)
            d.until_says(INSERT)
            calls_while_locked(check, d, own)


lab.main(test)
