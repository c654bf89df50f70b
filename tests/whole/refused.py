#!/usr/bin/env python3
"""Every card that must be refused is: the exit code, the problem type, and the line in the audit."""
import json

import lab

REFUSED = {  # card: problem, who the audit names
    "expired": ("cert-expired", "E1011"),
    "revoked": ("cert-revoked", "E1012"),
    "foreign": ("cert-untrusted", "E1013"),
    "left": ("person-left", "E1014"),
    "contract-over": ("contract-over", "W2002"),
    "sign-only": ("cert-usage", "E1015"),
    "two-hats": ("post-choice", "E1007"),
}


def test(check):
    with lab.Lab() as l:
        for name, (problem, person) in REFUSED.items():
            with l.card(name):
                done = l.cli("whoami")
            check.same(f"{name}: exit", done.returncode, 5)
            said = json.loads(done.stdout or "{}")
            check.same(f"{name}: type", said.get("type"), "urn:tegata:problem:" + problem)
            last = [e for e in l.audit() if e["kind"] == "sign-in"][-1]
            check.same(f"{name}: on record", (last["decision"], last.get("problem"), last.get("person")), ("deny", problem, person))
        with l.card("felica"):
            done = l.cli("whoami")
            check.same("a card with just a number: exit", done.returncode, 5)
            check.same("a card with just a number: type", json.loads(done.stdout)["error"], "card-not-piv")
        done = l.cli("whoami")
        check.same("no card: exit", done.returncode, 3)
        with l.card("two-hats"):
            said = l.cli("whoami")
            check.same("two hats: which there are", json.loads(said.stdout).get("posts"), ["counter", "dunning"])
            check.that("and for people", "counter dunning" in l.run("tegata-cli", "--pin-fd", "3", "whoami").stderr)
            for post in ("counter", "dunning"):
                done = l.run("tegata-cli", "--pin-fd", "3", "--json", "--post", post, "whoami")
                check.same(f"hat {post}", json.loads(done.stdout).get("post"), post)
            check.same("a hat that is not held", l.run("tegata-cli", "--pin-fd", "3", "--post", "boss", "whoami").returncode, 5)
        with l.card("moved"):
            check.same("moved: only the retail post is in force", json.loads(l.cli("whoami").stdout).get("role"), "retail.counter")
        pins(check, l)
        with l.card("counter"):
            l.lab("server", "stop")
            check.same("no server: exit", l.cli("whoami").returncode, 6)
            l.lab("server", "start")
            l.lab("pcscd", "kill")
            check.same("no pcscd: exit", l.cli("whoami").returncode, 3)
            l.lab("pcscd", "start")
        check.same("usage: exit", l.run("tegata-cli", "frobnicate").returncode, 2)


def pins(check, l):
    with l.card("counter"):
        done = l.cli("whoami", pin="999999")
        check.same("wrong PIN: exit", done.returncode, 4)
        check.that("wrong PIN: tries left are said", "2" in done.stderr and json.loads(done.stdout)["tries"] == 2, done.stderr)
        check.same("the right one sets the counter back", l.cli("whoami").returncode, 0)
        check.same("a PIN of letters is not sent", l.cli("whoami", pin="abcdef").returncode, 4)
        check.same("and cost nothing", l.cli("whoami").returncode, 0)
    with l.card("callcenter"):
        for _ in range(3):
            done = l.cli("whoami", pin="999999")
            check.same("wrong PIN: exit", done.returncode, 4)
        done = l.cli("whoami")
        check.same("blocked or guarded: exit", done.returncode, 4)
        check.that("and which", json.loads(done.stdout)["error"] in ("pin-blocked", "pin-last-try"), done.stdout)
    with l.card("dunning"):
        for _ in range(2):
            check.same("wrong PIN: exit", l.cli("whoami", pin="999999").returncode, 4)
        done = l.cli("whoami")
        check.same("one try left: not even the right PIN is sent", (done.returncode, json.loads(done.stdout)["error"]), (4, "pin-last-try"))
        sure = l.run("tegata-cli", "--pin-fd", "3", "--last-try", "--json", "whoami")
        check.same("unless somebody says so", (sure.returncode, json.loads(sure.stdout).get("role")), (0, "retail.dunning"))
        check.same("and the tries are back", json.loads(l.cli("whoami", pin="999999").stdout)["tries"], 2)
        check.same("(put back)", l.cli("whoami").returncode, 0)
    closed = l.run("sh", "-c", "exec tegata-cli --pin-fd 3 whoami 3<&-")
    check.same("a descriptor that is not open: usage", closed.returncode, 2)
    check.that("and a sentence", "--pin-fd needs" in closed.stderr, closed.stderr)


lab.main(test)
