#!/usr/bin/env python3
"""Every page in light, dark, high contrast and with letters twice as large, each as a picture, and in grey: that it fits, and that
what colour says is said in grey as well. Nobody is behind the window (stand_in.c)."""
import os
import subprocess
import time

import desktop
import lab
import orca

LOOKS = {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
         "large": {"TEGATA_UI_DPI": "192"}}
WIDTH, HEIGHT = 1400, 900
CLASSES = {"own": "● ", "former": "◐ ", "other": "■ ", "last-resort": "▲ ", "generator-own": "◆ ", "generator-other": "◇ ", "vacant": "○ "}


def grey(path):
    to = path.replace(".png", "-grey.png")
    subprocess.run(["convert", path, "-colorspace", "Gray", to], check=True)
    return to


def fits(check, d, what):
    sizes = d.ask("sizes")
    check.that(f"{what}: every window fits the screen", all(w <= WIDTH and h <= HEIGHT for w, h in sizes), sizes)


def classes(check, d):
    """All classes in one list: each has a shape and a name of its own."""
    d.keys("ctrl+f", "Escape")
    d.type("ito")
    d.keys("Return")
    d.until(lambda: "イト" in d.feed("asked"), "the question")
    rows = [{**orca.ROW, "id": str(i), "class": c} for i, c in enumerate(CLASSES)]
    d.feed("answer", "", {"rows": rows, "next": None})
    said = d.until_says("7 件")
    seen = {mark: [line for line in said.split("\n") if f"| {mark}" in line] for mark in CLASSES.values()}
    check.that("each class by shape and words", all(seen.values()), seen)
    grey(d.shot("classes"))


def contact(check, d):
    d.feed("event", "renewed", {})
    d.until_says("接続中")
    d.until_says("応答が遅くなっています", 8)
    d.shot("slow")
    check.that("a server that is not heard is said, with what to do", "サインインし直し" in d.until_says("切断", 8))
    d.shot("lost")


def emergencies(d, look):
    end = {"left": 7000, "areas": "02203 02207 03201 03202 04205"}
    for name, words, grants in (
            ("full", "権限で表示中", [desktop.grant(**end)]),
            ("glass", "承認がそろわないまま", [desktop.grant(flags=["break-glass"], **end)]),
            ("rule", "決まりを読んで", [desktop.grant(acknowledged=False, usable=False, **end)]),
            ("drill", "訓練中", [desktop.grant(kind="drill", flags=["drill"], **end)]),
            ("many", "ほか 2 件", [desktop.grant(f"EV-20261120-00{i}", **end) for i in range(5)]),
            ("ended", "権限は終わりました", [])):
        d.grants(*grants)
        d.until_says(words)
        yield name, d.shot(f"{look}-emergency-{name}")


def test(check):
    desktop.needed()
    for look, env in LOOKS.items():
        with desktop.StandIn(**env) as d:
            d.open("emergency.responder", now=int(time.time()), **orca.SIGHT)
            for page, words in orca.pages(d):
                d.until_says(words)
                d.feed("event", "renewed", {})
                picture = d.shot(f"{look}-{page}")
                fits(check, d, f"{look} {page}")
                if look == "light":
                    grey(picture)
            for name, picture in emergencies(d, look):
                fits(check, d, f"{look} emergency {name}")
                if look == "light":  # stripes: dark and light beside each other, whatever the colours
                    levels = subprocess.run(["convert", grey(picture), "-crop", "1200x8+20+53", "-format", "%[fx:minima] %[fx:maxima]",
                                             "info:"], capture_output=True, text=True, check=True).stdout.split()
                    check.that(f"{name}: the stripes are there in grey", float(levels[0]) < 0.25 and float(levels[1]) > 0.7, levels)
            if look == "light":
                classes(check, d)
                contact(check, d)


if __name__ == "__main__":
    lab.main(test)
