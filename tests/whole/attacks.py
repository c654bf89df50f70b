#!/usr/bin/env python3
"""The thief: a stolen token, broken bodies, and what the session does when card or network go."""
import json
import time

import lab

WHO = "/v1/whoami"
SEARCH = "/v1/customers/search"

BODIES = [  # body, status
    ('{"query":"x"', 400), ('[]', 400), ('{"query":1}', 400), ('{"query":"x","by":"shoe size"}', 400),
    ('{"query":"x","query":"y"}', 400), ('{"query":"x","sudo":true}', 400), ('{"query":""}', 400), ('{}', 400),
    ('{"query":"x","limit":0}', 400), ('{"query":"x","limit":101}', 400), ('{"query":"x","limit":"9"}', 400),
    ('{"query":"' + "あ" * 400 + '"}', 400), ('{"query":"x","cursor":"AAAA"}', 400), ('{"query":"x","purpose":"curiosity"}', 400),
    ('{"query":"\\u0000"}', 400), ('{"query":"\\ud800"}', 400), ('{"query":"x","case":"a\\u001bb"}', 400),
    ('{"query":"x","case":"Mr Sato complained"}', 400), ('{"query":"x","case":"佐藤様"}', 400), ('{"query":"x","case":"' + "c" * 65 + '"}', 400),
    ('{"query":"' + "x" * 9000 + '"}', 413),
]


def test(check):
    with lab.Lab() as l:
        with l.card("counter"):
            stolen(check, l)
            bodies(check, l)
            displaced(check, l)
            card_out(check, l)
        with l.card("counter"):
            pcscd_gone(check, l)


def stolen(check, l):
    a = l.probe([f"call {WHO}", f"stolen {WHO}", f"naked {WHO}", f"anonymous {WHO}", f"call {WHO}"])
    check.same("own key, another key, no key, no token, own key", [x["status"] for x in a], [200, 401, 401, 401, 200])
    check.that("and why", "token-binding" in a[1]["body"], a[1]["body"])
    entries = [e for e in l.audit() if e.get("problem") == "token-binding"]
    check.that("the stolen token is on record, with its session", entries and all(e.get("session") for e in entries))


def bodies(check, l):
    a = l.probe([f"call {SEARCH} {b}" for b, _ in BODIES])
    for (body, status), got in zip(BODIES, a):
        check.that(f"{body[:40]} is {status}", got["status"] == status, str(got)[:400])
        check.that("a problem document, nothing repeated", '"type":"urn:tegata:problem:' in got["body"] and "sudo" not in got["body"])


def displaced(check, l):
    first = l.start("tegata-cli", "--pin-fd", "3", "batch")
    first.stdin.write("whoami\n")
    first.stdin.flush()
    check.that("the first place works", "role" in first.stdout.readline())
    check.same("a second place signs in", l.cli("whoami").returncode, 0)
    time.sleep(0.5)
    first.stdin.write("whoami\n")
    first.stdin.flush()
    check.that("the first place is over", json.loads(first.stdout.readline()).get("error") in ("session-displaced", "session-ended"))
    first.stdin.close()
    check.same("and says so at the end", first.wait(20), 5)
    check.that("displaced is on record", any(e.get("problem") == "session-displaced" for e in l.audit()))


def card_out(check, l):
    held = l.start("tegata-cli", "--pin-fd", "3", "batch")
    for _ in range(4):  # longer than a lease: the renewals work
        held.stdin.write("whoami\n")
        held.stdin.flush()
        check.that("a held session lives on", "role" in held.stdout.readline())
        time.sleep(2)
    l.lab("card", "remove")
    time.sleep(0.6)
    held.stdin.write("whoami\n")
    held.stdin.flush()
    answer = json.loads(held.stdout.readline())
    check.that("card out, session over", "error" in answer, str(answer))
    held.stdin.close()
    check.that("and the exit code says why", held.wait(20) in (3, 5))
    time.sleep(0.5)
    check.that("the server ended it too", [e["kind"] for e in l.audit()][-1] == "session-end", str(l.audit(5)))
    l.lab("card", "insert", "counter")


def pcscd_gone(check, l):
    held = l.start("tegata-cli", "--pin-fd", "3", "batch")
    held.stdin.write("whoami\n")
    held.stdin.flush()
    check.that("signed in", "role" in held.stdout.readline())
    l.lab("pcscd", "kill")
    time.sleep(1.0)
    held.stdin.write("whoami\n")
    held.stdin.flush()
    check.that("pcscd killed, session over", "error" in json.loads(held.stdout.readline()))
    held.stdin.close()
    held.wait(20)
    l.lab("pcscd", "start")


lab.main(test)
