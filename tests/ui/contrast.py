#!/usr/bin/env python3
"""AA contrast of our own colours, computed: light, dark, and both with high contrast. Arguments: the program of contrast.c."""
import os
import re
import subprocess
import sys

import desktop
import lab

BEHIND = {"tg-who": "tg_who_bg", "tg-emergency": "tg_alert_bg", "tg-emergency-text": "tg_alert_bg", "tg-emergency-head": None,
          "tg-emergency-last": None}  # None: of no colour of its own
LOOKS = {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
         "dark contrast": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark", "ADW_DEBUG_HIGH_CONTRAST": "1"}}


def test(check):
    desktop.needed()
    with open(os.path.join(lab.TOP, "ui", "look.c"), encoding="utf-8") as f:
        sheet = "".join(re.findall(r'^ {4}"(.*)"', f.read(), re.M))
    classes = sorted(set(re.findall(r"\.(tg-[a-z-]+)", sheet)))
    check.that("the classes of the sheet", len(classes) > 20, classes)
    check.that("no letters by opacity, which no computation sees", "opacity" not in sheet)
    pairs = [f"{c}={BEHIND.get(c, 'window_bg_color')}" for c in classes if BEHIND.get(c, "") is not None]
    for look, env in LOOKS.items():
        got = subprocess.run(["xvfb-run", "-a", sys.argv[1], *pairs], capture_output=True, text=True,
                             env={**os.environ, "GDK_BACKEND": "x11", "ADW_DISABLE_PORTAL": "1", "GSETTINGS_BACKEND": "memory",
                                  "GTK_A11Y": "none", **env}).stdout.split("\n")
        ratios = {line.split()[0]: line.split()[1] for line in got if " " in line}
        check.same(f"{look}: every class is measured", sorted(ratios), sorted(p.split("=")[0] for p in pairs))
        for name, ratio in ratios.items():
            check.that(f"{look}: {name} differs by 4.5 at least", re.fullmatch(r"[0-9.]+", ratio) and float(ratio) >= 4.5, ratio)
    # The last ten minutes hang on two classes: their colours are of no theme, and stand in the sheet.
    named = dict(re.findall(r"@define-color (tg_[a-z_]+) (#[0-9a-f]{6});", sheet))
    light = lambda h: sum(k * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for k, c in  # noqa: E731
                          zip((0.2126, 0.7152, 0.0722), (int(h[i:i + 2], 16) / 255 for i in (1, 3, 5))))
    for name in ("tg_alert", "tg_last"):
        a, b = sorted((light(named[name + "_fg"]), light(named[name + "_bg"])))
        check.that(f"{name}: letters and background", (b + 0.05) / (a + 0.05) >= 7)


lab.main(test)
