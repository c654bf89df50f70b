#!/usr/bin/env python3
"""A cap on look-ups with real cards: it stops, a killed server does not forget it, and only a supervisor lifts it."""
import json
import time

import lab

CAP = 40
LOOK = "search --by kana サ"


def good(answers):
    return [a for a in answers if "error" not in a]


def stops(check, l):
    with l.card("counter"):
        answers = l.batch([LOOK] * (CAP + 5))
        check.same("so many are answered", len(good(answers)), CAP)
        check.that("in one piece, from the first", all("rows" in a for a in answers[:CAP]))
        last = answers[-1]
        check.same("then it is the cap", last.get("error"), "volume-cap")
        check.that("which says whom to ask", "上長" in last.get("title", ""), last)
        check.that("and when to come again", 3000 < last.get("retry_after", 0) <= 3660, last)
        done = l.run("tegata-cli", "--pin-fd", "3", "--lang", "en", "show", answers[0]["rows"][0]["id"])
        check.same("a new session of the same card is stopped too", done.returncode, 5)
        check.that("in English", "supervisor" in done.stderr and done.stdout == "", done.stderr)
    stopped = [e for e in l.audit() if e.get("problem") == "volume-cap"]
    check.same("each time on record", len(stopped), 6)
    check.that("with nobody shown", all("rows" not in e and e["person"] == "E1001" for e in stopped), stopped[:1])


def killed(check, l):
    """Over and over in the middle of the work: together never more than the cap, and then stopped."""
    shown, rounds = 0, 0
    with l.card("callcenter"):
        while rounds < 12:
            rounds += 1
            client = l.start("tegata-cli", "--pin-fd", "3", "batch")
            for _ in range(9):
                client.stdin.write(LOOK + "\n")
                client.stdin.flush()
                answer = json.loads(client.stdout.readline())
                if "error" in answer:
                    break
                shown += 1
            l.lab("server", "kill")
            client.stdin.close()
            client.wait()
            client.stdout.close()
            client.stderr.close()
            l.lab("server", "start")
            if answer.get("error") == "volume-cap":
                break
        check.same("stopped across the kills", answer.get("error"), "volume-cap")
        check.same("after as many as the cap lets through", shown, CAP)
        check.same("and still", l.cli("show", "x").returncode, 5)


def renewed(check, l):
    """A session that lives by renewals, longer than its first lease: the same count."""
    with l.card("dunning"):
        client = l.start("tegata-cli", "--pin-fd", "3", "batch")
        answers = []
        for n in range(CAP + 3):
            if n == CAP // 2:
                time.sleep(7)
            client.stdin.write(LOOK + "\n")
            client.stdin.flush()
            answers.append(json.loads(client.stdout.readline()))
        client.stdin.close()
        client.wait()
        client.stdout.close()
        client.stderr.close()
    check.same("renewals give nothing more", [a.get("error") for a in answers], [None] * CAP + ["volume-cap"] * 3)


def lifted(check, l):
    with l.card("auditor"):
        check.same("an auditor lifts nothing", l.cli("release", "E1001").returncode, 5)
    with l.card("counter"):
        check.same("nor does she herself", l.cli("release", "E1001").returncode, 5)
    with l.card("supervisor"):
        check.same("a supervisor does not look up either", json.loads(l.cli("search", "サ").stdout).get("error"), "forbidden")
        done = l.run("tegata-cli", "--pin-fd", "3", "--lang", "ja", "release", "E1001", "--case", "STORM-7")
        check.same("but lifts the cap", done.returncode, 0)
        check.that("and is told so", "E1001" in done.stdout and "解除" in done.stdout, done.stdout)
        check.same("once", l.cli("release", "E1001").returncode, 5)
        check.same("not of somebody whom nothing stopped", l.cli("release", "W2001").returncode, 5)
        check.same("nor of the network company's", l.cli("release", "N3001").returncode, 5)
    record = [e for e in l.audit() if e["kind"] == "release" and e["decision"] == "allow"]
    check.same("one release on record", [(e["person"], e["subject"], e["lifted"], e["case"]) for e in record],
               [("E1008", "E1001", ["retail.counter"], "STORM-7")])
    l.lab("server", "kill")
    l.lab("server", "start")
    with l.card("counter"):
        answers = l.batch([LOOK] * (CAP + 2))
        check.same("one cap's worth more, also after a kill", len(good(answers)), CAP)
        check.same("and then it is the cap again", answers[-1].get("error"), "volume-cap")


def test(check):
    with lab.Lab(500, 7, "--caps", str(CAP)) as l:
        stops(check, l)
        killed(check, l)
        renewed(check, l)
        lifted(check, l)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)


lab.main(test)
