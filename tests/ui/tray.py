#!/usr/bin/env python3
"""tests/demo where there is a display: the desktop and the drawer of cards beside each other, on a screen of our own, with a
real mouse. What the reader holds is asked of the lab, not of the drawer."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile

import desktop
import lab

TRAY, GATE = (1380, 0), (0, 0)
READER, FIRST, SECOND = (200, 60), (200, 225), (200, 310)  # in the tray's window
DRAWER = "社員証の引き出し"


class Demo:
    """The demo on a screen of its own, as a person would start it."""

    def __enter__(self):
        desktop.three_taken()
        self.home = tempfile.mkdtemp(prefix="tegata-tray-")
        # not the first free one: screens inside of other labs take that, and the place of its socket
        number, (r, w) = f":{200 + os.getpid() % 700}", os.pipe()
        self.screen = subprocess.Popen(["Xvfb", number, "-displayfd", str(w), "-screen", "0", "1800x900x24", "-noreset", "-nolisten", "tcp"],
                                       pass_fds=(w,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(w)
        with os.fdopen(r) as f:
            display = ":" + f.readline().strip()
        self.env = {**os.environ, "DISPLAY": display, "TMPDIR": self.home, "LANG": "ja_JP.UTF-8", "GSETTINGS_BACKEND": "memory"}
        for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "WAYLAND_DISPLAY", "XAUTHORITY"):
            self.env.pop(name, None)
        self.log = open(os.path.join(self.home, "log"), "w+b")
        self.demo = subprocess.Popen([os.path.join(lab.TOP, "tests", "demo")], env=self.env, stdin=subprocess.DEVNULL,
                                     stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *exc):
        if exc[0] is not None:
            print(self.said()[-3000:])
            with contextlib.suppress(OSError, TypeError), open(os.path.join(self.folder(), "log", "desktop"), errors="replace") as f:
                print("--- desktop\n" + f.read()[-2000:])
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.demo.terminate()
            self.demo.wait(30)
        self.screen.kill()
        self.screen.wait()
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def said(self):
        with open(self.log.name, encoding="utf-8") as f:
            return f.read()

    def folder(self):
        return next((os.path.join(self.home, n) for n in os.listdir(self.home) if n.startswith("tegata-demo-")), None)

    def hand(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], env=self.env, capture_output=True, text=True).stdout.split()

    def window(self, title):
        return self.hand("search", "--onlyvisible", "--name", title)

    def until(self, true, what, seconds=120):
        return desktop.Desktop.until(self, true, what, seconds)

    def at(self, place):
        return TRAY[0] + place[0], TRAY[1] + place[1]

    def click(self, place):
        self.hand("mousemove", *self.at(place), "click", 1)

    def drag(self, from_, to):
        """Slowly: a hand, not a jump."""
        steps = [(from_[0] + (to[0] - from_[0]) * i // 10, from_[1] + (to[1] - from_[1]) * i // 10) for i in range(11)]
        words = ["mousemove", *self.at(steps[0]), "mousedown", 1]
        for s in steps[1:]:
            words += ["mousemove", *self.at(s), "sleep", "0.05"]
        self.hand(*words, "sleep", "0.2", "mouseup", 1)

    def holds(self):
        """The card in the reader: the one that a process plays."""
        found = subprocess.run(["pgrep", "-af", "tegata-vcard run " + self.folder()], capture_output=True, text=True).stdout
        cards = [os.path.basename(w)[:-5] for line in found.splitlines() for w in line.split() if w.endswith(".json")]
        return cards[0] if cards else None

    def shot(self, name):
        subprocess.run(["import", "-window", "root", os.path.join(desktop.SHOTS, name)], env=self.env, check=True)


def windows(d):
    gate = d.until(lambda: [w for w in d.window("tegata") if w not in d.window(DRAWER)], "the desktop's window")[0]
    tray = d.until(lambda: d.window(DRAWER), "the drawer's window")[0]
    d.hand("windowmove", gate, *GATE)
    d.hand("windowmove", tray, *TRAY)
    return gate


def looks_up(check, d):
    """By the number that the terminal window names; what came of it is asked of the journal."""
    l = desktop.Standing(d.folder())
    done = lambda kind: [e for e in l.audit() if e["kind"] == kind and e["person"] == "E1001" and e["decision"] == "allow"]
    own = re.search(r"自社のお客さま +電話番号 ([0-9-]+)", d.said()).group(1)
    d.hand("sleep", "1.5", "key", "--delay", "30", *"123456", "Return")
    d.until(lambda: done("sign-in"), "the desktop beside the drawer signs in with that card", 20)
    d.hand("sleep", "1", "type", "--delay", "20", own)
    d.hand("key", "Return")
    d.until(lambda: done("search"), "the customer is looked for", 20)
    d.until(lambda: done("show"), "and opened, nobody else having that number", 20)
    check.that("the customer that the terminal window named", len(done("search")[0]["rows"]) == 1)
    d.hand("sleep", "1", "key", "Return", "sleep", "0.5", "key", "Return", "sleep", "1")  # the check-list
    d.shot("tray.png")


def test(check):
    desktop.needed()
    os.makedirs(desktop.SHOTS, exist_ok=True)
    with Demo() as d:
        gate = windows(d)
        check.same("the reader is empty", d.holds(), None)
        d.click(FIRST)
        d.until(lambda: d.holds() == "counter", "a click puts the first card in", 20)
        d.hand("windowfocus", "--sync", gate)
        looks_up(check, d)
        d.click(READER)
        d.until(lambda: d.holds() is None, "a click pulls it out", 20)
        d.drag(SECOND, READER)
        d.until(lambda: d.holds() == "callcenter", "the mouse carries the second card in", 20)
        d.click(FIRST)
        d.until(lambda: d.holds() == "counter", "another card takes its place", 20)
        d.hand("windowfocus", "--sync", d.window(DRAWER)[0], "key", "ctrl+w")
        check.same("closing the drawer ends it all", d.demo.wait(60), 0)
        check.same("and nothing stays", d.folder(), None)


lab.main(test)
