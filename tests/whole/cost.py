#!/usr/bin/env python3
"""What things cost, counted: commands to the card per sign-in, memory of an idle server."""
import json
import time

import lab

# card: at most so many commands for whoami (short APDUs; T=0 fetches every answer by a command of its own)
COMMANDS = {"callcenter": 6, "dunning": 6, "counter": 5}


def test(check):
    with lab.Lab(100000) as l:
        for name, most in COMMANDS.items():
            with l.card(name):
                l.run("tegata-vcard", "ctl", "/run/card1.sock", "reset-stats")
                check.same(f"{name} signs in", l.cli("whoami").returncode, 0)
                stats = json.loads(l.lab("card", "stats"))
                print(f"{name}: {stats['total']} commands: {stats.get('by_ins')}")
                check.that(f"{name}: at most {most} commands", 0 < stats["total"] <= most, str(stats))
        memory(check, l, "an idle server stays below 50 MB")
        with l.card("nsc"):
            words = [k + "ー" * n for k in "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ" for n in (0, 1)]
            l.batch([f"search --by kana --limit 100 {w}" for w in words])
        memory(check, l, "a server at work stays below 400 MB", 400)
        time.sleep(36)  # it rests after half a minute
        memory(check, l, "and goes back below 50 MB after work")


def memory(check, l, what, most=50):
    rss = l.run("sh", "-c", "grep VmRSS /proc/$(cat /run/server.pid)/status").stdout
    print("server:", rss.strip())
    check.that(what, 0 < int(rss.split()[1]) <= most * 1024, rss)


lab.main(test)
