#!/usr/bin/env python3
"""The card goes away while a customer is on the screen, in every way it can: pulled, reader unplugged, pcscd killed, swapped within
pcscd's poll or without a word of it, while a PIN is typed, during a request, while the desk's main loop is busy. Each time: what was
seen is gone and does not come back, and what still runs (gate, next desk, X server) holds nothing of it. Times are printed, and
judged by the bench."""
import contextlib
import os
import signal
import sys

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
DIGITS = "73914628"
PIECE = (60, 150, 1000, 60)  # of the record page: it has text there, and the lock window has none
TOOLS = os.path.join(desktop.BUILD, "tests", "ui")
CARD = "/run/card1.sock"


class Case:
    """One person at one customer's record, ready to lose the card."""

    def __init__(self, check, d, name, own):
        self.check, self.d, self.name, self.own = check, d, name, own
        self.texts = [own["name"], own["kana"], own["address"], own["phone"]]

    def that(self, what, ok, detail=""):
        return self.check.that(f"{self.name}: {what}", ok, detail)

    def scan(self, who, texts):
        return self.d.ask("scan", [who, texts])

    def sign_in(self):
        self.d.until_says(PIN)
        self.d.keys(*DIGITS, "Return")
        self.d.until_says(OFFICE)
        self.desk = self.d.ask("desk")

    def show(self):
        self.sign_in()
        self.d.opens(self.own)
        self.row = self.d.ask("row", PIECE)
        self.that("the scan finds what is on the screen", self.scan("desk", self.texts) > 0)
        self.that("and the X server's picture of it", self.d.ask("bytes", ["screen", self.row]) > 0)

    def cut(self, *command):
        seen = self.d.watch("gone", PIECE, *command)
        print(f"{self.name}: pcscd told {seen['pcscd']} ms, gone {seen['at']} ms, blind {seen['blind']} ms", flush=True)
        self.that("what was seen is gone", seen["at"] is not None)
        self.that("and does not come back", seen["again"] == 0, seen)
        self.that("nothing is left beside it", seen["left"] == 0, seen)
        self.that("the desk is gone with it", not self.d.ask("alive", self.desk))

    def nothing_left(self, words=INSERT):
        said = self.d.until_says(words)
        self.that("nothing is left to say", not any(t in said for t in self.texts))
        self.d.until(lambda: self.d.ask("desk"), "the next desk")
        for who in ("gate", "desk", "screen"):
            self.that(f"no customer and no PIN in the memory of the {who}", self.scan(who, [*self.texts, DIGITS]) == 0)
        self.d.shot("lost-" + self.name.replace(" ", "-"))  # what our own looking has left in the X server is another picture now
        self.that("no pixel of it in the X server's memory", self.d.ask("bytes", ["screen", self.row]) == 0)


def pulled(case, d):
    with d.lab.card("counter"):
        case.show()
        case.cut("tegata-vcard", "ctl", CARD, "remove")
    case.nothing_left()


def unplugged(case, d):
    with d.lab.card("counter"):
        case.show()
        case.cut("sh", "-c", "touch /run/unplugged; kill -USR1 $(cat /run/pcscd.pid)")
        case.nothing_left()
    d.ask("run", ["sh", "-c", "rm /run/unplugged; kill -USR1 $(cat /run/pcscd.pid)"])
    d.until_says(INSERT)


def pcscd_killed(case, d):
    with d.lab.card("counter"):
        case.show()
        case.cut("sh", "-c", "kill -KILL $(cat /run/pcscd.pid)")
        case.nothing_left("カードリーダーのサービスが動いていません")
        d.lab.lab("pcscd", "kill")
        d.lab.lab("pcscd", "start")
    d.until_says(INSERT)


def swapped(case, d):
    other = os.path.join(d.lab.dir, "cards", "nsc.json")
    with d.lab.card("counter"):
        case.show()
        case.cut("sh", "-c", f"tegata-vcard ctl {CARD} remove; echo $$ >/run/swap.pid; "
                 f"exec tegata-vcard run {other} --port 8435 --control /run/swap.sock")
        case.nothing_left(PIN)
        d.ask("run", ["sh", "-c", "kill $(cat /run/swap.pid)"])
    d.until_says(INSERT)


def swapped_unseen(case, d):
    """As a reader would do it that never says so: the next command meets another card. Only its signature tells."""
    other = os.path.join(d.lab.dir, "cards", "nsc.json")
    with d.lab.card("counter"):
        case.show()
        case.cut("tegata-vcard", "ctl", CARD, "fault", f"swap-silent={other}@1")
        case.nothing_left("Enter でやり直すか")
    d.until_says(INSERT)


def typing(case, d):
    with d.lab.card("counter"):
        case.show()
        d.keys("ctrl+l")
        d.until(lambda: not d.ask("alive", case.desk), "the desk is gone", 2)
        d.until_says(PIN)
        d.keys(*DIGITS)
        d.until_says("8 桁入力")
        case.that("the PIN is in one place while it is typed", case.scan("gate", [DIGITS]) == 1)
    case.nothing_left()


def go_on(l):
    """The server, and outside of the lab its parent: nsenter stops with its child, and does not go on with it."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as f:
            words = f.read()
            if l.dir.encode() in words and b"tegata-server" in words:
                os.kill(int(pid), signal.SIGCONT)


def requesting(case, d):
    with d.lab.card("counter"):
        case.show()
        d.ask("run", ["sh", "-c", "kill -STOP $(cat /run/server.pid)"])
        d.keys("ctrl+f")
        d.type(case.own["phone"])
        d.keys("Return")
        case.cut("tegata-vcard", "ctl", CARD, "remove")
        go_on(d.lab)
    case.nothing_left()


def stuck(case, d):
    with d.lab.card("counter"):
        case.show()
        before = d.ask("ticks", case.desk)[0]
        d.ask("signal", [case.desk, "SIGUSR2"])
        d.until(lambda: d.ask("ticks", case.desk)[0] > before + 30, "the main loop is busy", 4)
        case.that("the main loop is busy", d.ask("ticks", case.desk)[1] == "R")
        case.cut("tegata-vcard", "ctl", CARD, "remove")
    case.nothing_left()


CASES = {"pulled": pulled, "reader unplugged": unplugged, "pcscd killed": pcscd_killed, "swapped within the poll": swapped,
         "swapped and never told": swapped_unseen,
         "while a PIN is typed": typing, "during a request": requesting, "main loop busy": stuck}


def nothing_on_disk(check, d, own):
    """Wherever a toolkit could keep something for this user, and in what the program said."""
    texts = [t.encode() for t in (own["name"], own["kana"], own["address"], own["phone"], DIGITS)]
    files = [os.path.join(folder, f) for folder, _, names in os.walk(d.run_dir) for f in names] + [d.log.name]
    for path in filter(os.path.isfile, files):
        with open(path, "rb") as f:
            bytes_ = f.read()
        check.that(f"nothing of it in {os.path.basename(path)}", not any(t in bytes_ for t in texts))


def test(check):
    desktop.needed()
    os.environ["TEGATA_LAB_DRIVER"] = os.path.join(TOOLS, "tegata-unplug.so")
    if not os.path.exists(os.environ["TEGATA_LAB_DRIVER"]):
        print("skipped: built without vsmartcard-vpcd (tests/install puts it in place)")
        sys.exit(lab.SKIPPED)
    with lab.Lab(500, 4) as l:
        own = desktop.somebody(l)
        desktop.own_pin(l, "counter", DIGITS)
        with desktop.Desktop(l, "ja", TEGATA_UI_PRELOAD=os.path.join(TOOLS, "tegata-stuck.so")) as d:
            d.until_says(INSERT)
            for name, act in CASES.items() if len(sys.argv) < 2 else [(n, CASES[n]) for n in sys.argv[1:]]:
                act(Case(check, d, name, own), d)
            nothing_on_disk(check, d, own)


lab.main(test)
