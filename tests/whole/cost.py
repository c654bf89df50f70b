#!/usr/bin/env python3
"""What things cost, counted: commands to the card per sign-in, memory of an idle server."""
import json
import os

import lab

# card: at most so many commands for whoami (short APDUs; T=0 fetches every answer by a command of its own)
COMMANDS = {"callcenter": 6, "dunning": 6, "counter": 5}


def test(check):
    with lab.Lab() as l:
        for name, most in COMMANDS.items():
            with l.card(name):
                l.run("tegata-vcard", "ctl", "/run/card1.sock", "reset-stats")
                check.same(f"{name} signs in", l.cli("whoami").returncode, 0)
                stats = json.loads(l.lab("card", "stats"))
                print(f"{name}: {stats['total']} commands: {stats.get('by_ins')}")
                check.that(f"{name}: at most {most} commands", 0 < stats["total"] <= most, str(stats))
        rss = l.run("sh", "-c", "grep VmRSS /proc/$(cat /run/server.pid)/status").stdout
        print("idle server:", rss.strip())
        check.that("an idle server stays below 50 MB", 0 < int(rss.split()[1]) <= 50 * 1024, rss)


lab.main(test)
