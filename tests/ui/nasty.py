#!/usr/bin/env python3
"""Answers that no server of ours gives: 1.2 MB of controls, direction marks, markup and letters that stack up, in every field; and
bytes that are no answer at all. Nothing of it may grow a window, be read as markup, turn a label round, or stop the desk.
Arguments: the language, the program of stand.c."""
import os
import random
import sys
import time

import desktop
import lab
from stand import Stand

FIELDS = ("name", "kana", "postcode", "address", "phone", "point", "customer_no", "contract_kind", "contract_start", "contract_end",
          "contract_status", "retailer", "capacity", "meter", "pole", "usage", "arrears")
PIECES = ("<span size='99999'>", "</span>", "&amp;", "&#0;", "<b>", "%s%n", "\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u200f", "\u200b",
          "\ufeff", "\u2028", "\u2029", "\n", "\t", "\r", "\x01", "\x1b[31m", "\x7f", "\x85", "\x9b", "é" + "\u0301" * 30, "שלום", "مرحبا", "佐藤",
          "𩸽", "\U0001f468\u200d\U0001f469", "\ue000", "\ufffe", "\U0010ffff", "\u0e33" * 8)
UNSEEN = [c for c in map(chr, (*range(1, 10), *range(11, 32), 0x7f, 0x85, 0x9b, 0x200b, 0x200f, 0x202d, 0x202e, 0x2028, 0x2029, 0x2066, 0x2067,
                               0x2068, 0xfeff))]
SIZE = 1200 * 1024
WORDS = {"ja": {"rows": "100 件", "check": "本人確認", "reply": "サーバー", "marks": "<span size='99999'>"},
         "en": {"rows": "100 rows", "check": "Is it the customer?", "reply": "server", "marks": "<span size='99999'>"}}


def mess(dice, size):
    text, n = [], 0
    while n < size:
        text.append(dice.choice(PIECES) if dice.random() < 0.5 else chr(dice.choice((0x3042, 0x4e00, 0x400, 0x20)) + dice.randrange(64)))
        n += len(text[-1].encode())
    return "".join(text)


def row(dice, i, size):
    return {"id": f"r{i}", "class": dice.choice(["own", "former", mess(dice, 40)]), "fields": {f: mess(dice, size) for f in FIELDS},
            "hidden": {"night_equipment": {"rule": "r", "reason": mess(dice, size), "next": mess(dice, size)}}}


def bounded(check, s, what):
    sizes = s.ask("sizes")
    check.that(f"{what}: every window fits the screen", all(w <= 1400 and h <= 900 for w, h in sizes), sizes)
    unseen = [n for n in s.ask("tree") if n[0] != "entry" and any(c in n[1] + n[2] + n[3] for c in UNSEEN)]
    check.that(f"{what}: nothing unseen in a label", not unseen, [[x[:80] for x in n] for n in unseen[:3]])


def alive(check, s, what):
    """The box answers still."""
    s.keys("ctrl+f", "Escape")
    s.type("satou")
    check.that(f"{what}: the desk goes on", "サトウ" in s.until_says("サトウ"))


def rows(check, s, w, dice):
    answer = {"rows": [row(dice, i, SIZE // 100 // (len(FIELDS) + 2)) for i in range(100)], "next": "n" * 5000}
    s.answers("/v1/customers/search", answer)
    s.type("satou")
    s.keys("Return")
    said = s.until_says(w["rows"], 60)
    check.that("markup is text", w["marks"] in said)
    s.shot("mess-rows")
    bounded(check, s, "100 rows")
    one = row(dice, 0, 4000)
    s.answers("/v1/customers/show", one)
    s.keys("Return")
    s.until_says(w["check"], 60)
    s.shot("mess-check")
    bounded(check, s, "the check-list")
    s.keys("Return", "Return")
    s.until_says("F4", 60)
    s.shot("mess-record")
    bounded(check, s, "the record")
    s.keys("F4")
    time.sleep(0.5)
    s.shot("mess-aloud")
    bounded(check, s, "read aloud")
    alive(check, s, "after 1.2 MB")


def no_answers(check, s, w, dice):
    """What is no answer is one sentence."""
    name = os.path.join(s.folder, "v1_customers_search.json")
    for what, text in (("random bytes", dice.randbytes(SIZE)), ("nothing", b""), ("half an answer", b'{"rows":[{"id":"a'),
                       ("a NUL", b'{"rows":[{"id":"a","class":"own","fields":{"name":"a\\u0000b"},"hidden":{}}],"next":null}'),
                       ("brackets", b"[" * SIZE), ("101 rows", b'{"rows":[' + b",".join([b'{"id":"a","class":"own","fields":{},"hidden":{}}'] * 101)
                                                   + b'],"next":null}')):
        with open(name, "wb") as f:
            f.write(text)
        s.keys("ctrl+f", "Escape")
        s.type("satou")
        s.keys("Return")
        said = s.until_says(w["reply"], 30)
        check.that(f"{what}: no rows", "99999" not in said)
        bounded(check, s, what)
    alive(check, s, "after no answers")


def pasted(check, s):
    """1.2 MB into the box, which takes a hundred letters."""
    dice = random.Random(9)
    s.keys("ctrl+f", "Escape")
    s.ask("clip", mess(dice, SIZE).replace("\0", ""))
    s.keys("ctrl+v")
    time.sleep(1)
    bounded(check, s, "pasted")
    box = max((n[3] for n in s.ask("tree") if n[0] in ("entry", "text")), key=len)
    check.that("the box takes a hundred letters", len(box) <= 100, len(box))
    alive(check, s, "after a paste")


def test(check):
    desktop.needed()
    language, program = sys.argv[1], sys.argv[2]
    with Stand(program, "retail.counter", language) as s:
        s.until_says("利用目的" if language == "ja" else "Purpose")
        rows(check, s, WORDS[language], random.Random(4))
        no_answers(check, s, WORDS[language], random.Random(5))
    with Stand(program, "retail.counter", language) as s:
        s.until_says("利用目的" if language == "ja" else "Purpose")
        pasted(check, s)


lab.main(test)
