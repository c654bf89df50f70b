#!/usr/bin/env python3
"""The same screens dark, with high contrast, in grey and with letters twice as large: pictures, and that it still fits."""
import os
import subprocess

import desktop
import lab

LOOKS = {"dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
         "large": {"TEGATA_UI_DPI": "192"}}
WIDTH, HEIGHT = 1400, 900


def screens(check, d, look):
    d.until_says("社員証を差し込んでください")
    with d.lab.card("counter"):
        d.until_says("PIN を入れてください")
        d.shot(look + "-pin")
        d.pin()
        d.until_says("事業所：")
        d.type("satou")
        d.keys("Return")
        d.until_says("佐藤")
        d.shot(look + "-results")
        d.keys("Return")
        d.until_says("本人確認 1")
        d.shot(look + "-check")
        d.keys("Return")
        d.until_says("本人確認 2")
        d.keys("Return")
        d.until_says("非表示")
        picture = d.shot(look + "-record")
        sizes = d.ask("sizes")
        check.that(f"{look}: every window fits the screen", all(w <= WIDTH and h <= HEIGHT for w, h in sizes), sizes)
    d.until_says("社員証を差し込んでください")
    return picture


def light(picture):
    """How light a picture is, 0 to 1."""
    return float(subprocess.run(["convert", picture, "-crop", "1000x600+100+100", "-colorspace", "Gray", "-format", "%[fx:mean]",
                                 "info:"], capture_output=True, text=True, check=True).stdout)


def test(check):
    desktop.needed()
    pictures = {}
    with lab.Lab(2000, 4) as l:
        for look, env in LOOKS.items():
            with desktop.Desktop(l, "ja", **env) as d:
                pictures[look] = screens(check, d, look)
    check.that("dark is dark", light(pictures["dark"]) < 0.3)
    check.that("and the others are not", light(pictures["contrast"]) > 0.7 and light(pictures["large"]) > 0.7)
    results = os.path.join(desktop.SHOTS, "ja-contrast-results.png")
    subprocess.run(["convert", results, "-colorspace", "Gray", os.path.join(desktop.SHOTS, "ja-grey-results.png")], check=True)


lab.main(test)
