#!/usr/bin/env python3
"""The session at the server ends with the desk that has it: within a second when the desk is gone, with the lease when it does nothing
any more. What the server says is its journal. And a colleague's card right behind the first: nothing of the first person is left."""
import datetime

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
DIGITS, OTHERS = "73914628", "82046193"
GONE_SECONDS, LEASE_SECONDS = 1.0, 5.0
SWEEP_SECONDS = 1.0  # the server looks at its sessions once a second


def at(entry):
    return datetime.datetime.fromisoformat(entry["time"].replace("Z", "+00:00")).timestamp()


def entries(l, kind, session=None):
    return [e for e in l.audit() if e["kind"] == kind and (session is None or e.get("session") == session)]


def sign_in(d, digits=DIGITS):
    d.until_says(PIN)
    d.keys(*digits, "Return")
    d.until_says(OFFICE)
    return d.ask("desk"), entries(d.lab, "sign-in")[-1]["session"]


def ended(d, session, seconds):
    return d.until(lambda: entries(d.lab, "session-end", session), "the server has ended the session", seconds)[0]


def in_time(check, what, end, since, within):
    took = at(end) - since
    print(f"{what}: {took:.3f} s", flush=True)
    check.that(what, 0 <= took <= within, f"{took:.3f} s")


def desk_killed(check, d):
    """Whatever ends it: here a signal, from nobody that the gate knows."""
    with d.lab.card("counter"):
        desk, session = sign_in(d)
        since = d.ask("kill", desk)
        in_time(check, "a dead desk's session ends within a second", ended(d, session, 10), since, GONE_SECONDS)
        check.same("and once", len(entries(d.lab, "session-end", session)), 1)
    d.until_says(INSERT)


def card_pulled(check, d):
    with d.lab.card("counter"):
        desk, session = sign_in(d)
        d.ask("run", ["tegata-vcard", "ctl", "/run/card1.sock", "remove"])
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 3)
        died = d.ask("now")
        end = ended(d, session, 10)
        check.that("the session is over no later than a second after its desk", at(end) <= died + GONE_SECONDS, at(end) - died)
    d.until_says(INSERT)


def desk_frozen(check, d, own):
    """Its connections stay open and its card stays in: only the lease is left. What it asks afterwards is refused."""
    with d.lab.card("counter"):
        desk, session = sign_in(d)
        since = d.ask("now")
        d.ask("signal", [desk, "SIGSTOP"])
        end = ended(d, session, 20)
        in_time(check, "a frozen desk's session ends with its lease", end, since, LEASE_SECONDS + SWEEP_SECONDS)
        check.that("nobody has signed out", not entries(d.lab, "sign-out", session))
        d.type(own["phone"])
        d.keys("Return")
        d.ask("signal", [desk, "SIGCONT"])
        d.until(lambda: not d.ask("alive", desk), "the desk is gone", 10)
        said = d.until_says("終了しました")
        check.that("the next request shows nothing", own["name"] not in said and own["address"] not in said)
        allowed = [e for e in entries(d.lab, "search", session) if e["decision"] == "allow"]
        check.same("and the server has answered none", allowed, [])
    d.until_says(INSERT)


def hand_over(check, d, own):
    """One card out, a colleague's in: the first person's customer, name, post and PIN are nowhere."""
    with d.lab.card("counter"):
        desk, _ = sign_in(d)
        d.opens(own)
        first = d.ask("desk")
        check.same("one desk, one person", first, desk)
        theirs = [own["name"], own["kana"], own["address"], own["phone"], DIGITS]
        check.that("the scan finds the first one's customer", d.ask("scan", ["desk", theirs[:4]]) > 0)
        person = d.ask("scan", ["desk", ["八戸営業所"]])
        check.that("and the first person's office", person > 0)
    with d.lab.card("dunning"):
        second, session = sign_in(d, OTHERS)
        said = d.says()
        check.that("the second person is named", "料金センター" in said and "E1003" in said, said)
        check.that("the first one is not", "E1001" not in said and "八戸営業所" not in said)
        check.that("another desk", second != first)
        check.same("another session", [e["person"] for e in entries(d.lab, "sign-in", session)], ["E1003"])
        d.shot("handed-over")
        for who in ("gate", "desk", "screen"):
            check.same(f"nothing of the first person in the {who}", d.ask("scan", [who, [*theirs, "八戸営業所"]]), 0)
        for window in d.ask("windows"):
            check.that("nor in a window's properties", not any(t in window for t in theirs))
        check.same("nor to paste", d.ask("selections"), ["", ""])
    d.until_says(INSERT)


def test(check):
    desktop.needed()
    with lab.Lab(500, 4) as l:
        own = desktop.somebody(l)
        desktop.own_pin(l, "counter", DIGITS)
        desktop.own_pin(l, "dunning", OTHERS)
        with desktop.Desktop(l, "ja") as d:
            d.until_says(INSERT)
            desk_killed(check, d)
            card_pulled(check, d)
            desk_frozen(check, d, own)
            hand_over(check, d, own)


lab.main(test)
