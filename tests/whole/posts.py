#!/usr/bin/env python3
"""Posts in time, with real cards and a real server, which is never sent a signal: whatever is imported, blocked or revoked
reaches open sessions within two seconds, each told why; two hats are never one; a broken folder changes nothing."""
import csv
import datetime
import io
import json
import os
import subprocess
import time

import lab

SECONDS = 2.0
PURPOSES = ["inquiry", "application", "switching", "moving", "billing", "construction", "outage"]


class Held:
    """Somebody who is signed in and stays so."""

    def __init__(self, l, post=None):
        words = ["tegata-cli", "--pin-fd", "3"] + (["--post", post] if post else []) + ["batch"]
        self.run = l.start(*words)
        self.who = self.ask("whoami")

    def ask(self, line):
        self.run.stdin.write(line + "\n")
        self.run.stdin.flush()
        return json.loads(self.run.stdout.readline())

    def close(self):
        self.run.stdin.close()
        return self.run.wait(30)


def people(l):
    with open(os.path.join(lab.HERE, "..", "lab.d", "staff.csv"), encoding="utf-8") as f:
        return f.read()


def imported(l, what, text):
    path = os.path.join(l.dir, "in.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    done = l.admin("import", what, path)
    assert done.returncode == 0, done.stderr


def back(l, what, text):
    """As it was, and in force."""
    imported(l, what, text)
    time.sleep(SECONDS)


def changed(text, old, new):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def moment(entry):
    return datetime.datetime.fromisoformat(entry["time"].replace("Z", "+00:00")).timestamp()


def folder(l, name):
    return os.path.join(l.dir, "server", name)


def ends(l, session):
    return [e for e in l.audit() if e["kind"] == "session-end" and e.get("session") == session]


def session_of(l, person):
    return [e for e in l.audit() if e["kind"] == "sign-in" and e.get("person") == person and e["decision"] == "allow"][-1]["session"]


def over_by(check, l, what, held, act, file, problem):
    """act() replaces the file; with nobody asking anything, the session is over in two seconds, on record with the reason."""
    session = session_of(l, held.who["person"])
    act()
    since = os.stat(folder(l, file)).st_ctime
    deadline = time.monotonic() + 20
    while not ends(l, session) and time.monotonic() < deadline:
        time.sleep(0.4)
    end = ends(l, session)
    if not check.that(f"{what}: the session ends by itself", len(end) == 1, str(end)):
        return
    check.same(f"{what}: and the record says why", end[0].get("problem"), problem)
    took = moment(end[0]) - since
    check.that(f"{what}: within {SECONDS} s", took <= SECONDS, f"it took {took:.3f} s")
    said = held.ask("whoami")
    check.same(f"{what}: its holder is told the reason", said.get("error"), problem)
    check.same(f"{what}: and the program says refused", held.close(), 5)


def moves(check, l):
    base = people(l)
    line = "E1001,佐藤 はるか,TOHOKU,,,,hachinohe-counter,retail.counter,八戸営業所,,2020-04-01,"
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    yesterday = today - datetime.timedelta(days=1)
    for what, new, problem, again in (
            ("another office", line.replace("八戸営業所", "盛岡営業所"), "post-changed", 0),
            ("another role", line.replace("retail.counter", "auditor"), "post-changed", 0),
            ("the post's last day was yesterday", line + str(yesterday), "post-none", 5),
            ("left yesterday", line.replace(",,,,hachi", f",,,{yesterday},hachi"), "person-left", 5)):
        with l.card("counter"):
            held = Held(l)
            check.same(f"{what}: signed in before", held.who.get("role"), "retail.counter")
            over_by(check, l, what, held, lambda: imported(l, "staff", changed(base, line, new)), "staff/staff.csv", problem)
            check.same(f"{what}: and now", l.cli("whoami").returncode, again)
        back(l, "staff", base)
    with l.card("counter"):
        held = Held(l)
        imported(l, "staff", changed(base, line, line + str(today)))
        time.sleep(SECONDS)
        check.same("a post's last day is a day of work", held.ask("whoami").get("role"), "retail.counter")
        held.close()
    back(l, "staff", base)


def contract(check, l):
    base = people(l)
    yesterday = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date() - datetime.timedelta(days=1)
    with l.card("contractor"):
        held = Held(l)
        check.same("a contractor's person works for the sponsor", (held.who.get("employer"), held.who.get("company")),
                   ("CW-CALL", "TOHOKU"))
        over = changed(base, "W2001,高橋 直樹,CW-CALL,TOHOKU,2099-03-31", f"W2001,高橋 直樹,CW-CALL,TOHOKU,{yesterday}")
        over_by(check, l, "contract over", held, lambda: imported(l, "staff", over), "staff/staff.csv", "contract-over")
        said = l.cli("whoami")
        check.same("contract over: no way in", (said.returncode, json.loads(said.stdout).get("type")),
                   (5, "urn:tegata:problem:contract-over"))
    back(l, "staff", base)


def cards(check, l):
    with open(folder(l, "staff/cards.csv"), encoding="utf-8") as f:
        base = f.read()
    line = [x for x in base.splitlines() if ",E1001," in x][0]
    with l.card("counter"):
        held = Held(l)
        over_by(check, l, "card blocked", held, lambda: imported(l, "cards", changed(base, line, line.replace("active", "blocked"))),
                "staff/cards.csv", "card-blocked")
        check.same("card blocked: no way in", l.cli("whoami").returncode, 5)
        back(l, "cards", base)
        check.same("and free again", l.cli("whoami").returncode, 0)


def ca(l, *words):
    done = l.run("tegata-ca", "--dir", os.path.join(l.dir, "ca"), *words)
    assert done.returncode == 0, done.stderr


def replace(path, data):
    with open(path + ".part", "wb") as f:
        f.write(data)
    os.rename(path + ".part", path)


def stale_list(l, seconds):
    """crl.pem whose issuing list ends in so many seconds; made by openssl, which is somebody else's program."""
    own = os.path.join(l.dir, "ca")
    work = os.path.join(l.dir, "crl")
    os.makedirs(work, exist_ok=True)
    for name, text in (("index", ""), ("number", "7000\n"),
                       ("conf", "[ca]\ndefault_ca=x\n[x]\ndatabase=%s/index\ncrlnumber=%s/number\ndefault_md=sha384\n"
                                "crl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid:always\n" % (work, work))):
        with open(os.path.join(work, name), "w", encoding="ascii") as f:
            f.write(text)
    made = subprocess.run(["openssl", "ca", "-config", os.path.join(work, "conf"), "-gencrl", "-crlsec", str(seconds), "-keyfile",
                           os.path.join(own, "issuing.key"), "-cert", os.path.join(own, "issuing.pem")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert made.returncode == 0, made.stderr
    with open(os.path.join(own, "crl.pem"), "rb") as f:
        lists = f.read().split(b"-----END X509 CRL-----\n")
    return made.stdout + lists[1] + b"-----END X509 CRL-----\n"


def revocation(check, l):
    path = folder(l, "card-trust/crl.pem")
    with open(path, "rb") as f:
        good = f.read()
    with l.card("counter"):
        held = Held(l)
        replace(path, stale_list(l, 6))
        time.sleep(SECONDS)
        check.same("a new list that ends soon: work goes on", held.ask("whoami").get("role"), "retail.counter")
        session = session_of(l, "E1001")
        deadline = time.monotonic() + 30
        while not ends(l, session) and time.monotonic() < deadline:
            time.sleep(0.4)
        end = ends(l, session)
        check.same("the list got stale: the session ends", [e.get("problem") for e in end], ["cert-crl"])
        check.same("and its holder is told so", held.ask("whoami").get("error"), "cert-crl")
        held.close()
        said = l.cli("whoami")
        check.same("no sign-in on a stale list", json.loads(said.stdout).get("type"), "urn:tegata:problem:cert-crl")
        replace(path, good)
        time.sleep(SECONDS)
        held = Held(l)
        check.same("a list in force again: back to work", held.who.get("role"), "retail.counter")

        def revoke():
            with open(folder(l, "staff/cards.csv"), encoding="utf-8") as f:
                card = [x for x in f if ",E1001," in x][0].split(",")[0]
            ca(l, "revoke", "--card", card)
            ca(l, "crl")
            ca(l, "trust", "--out", folder(l, "card-trust"))
        over_by(check, l, "card revoked", held, revoke, "card-trust/crl.pem", "cert-revoked")
        said = l.cli("whoami")
        check.same("card revoked: no way in", json.loads(said.stdout).get("type"), "urn:tegata:problem:cert-revoked")
    replace(path, good)
    time.sleep(SECONDS)


def log_of(l):
    with open(os.path.join(l.dir, "log", "server"), encoding="utf-8", errors="replace") as f:
        return f.read()


def broken_folder(check, l):
    """What no import would have let through, put there by hand: the old state stays in force and the log says so once."""
    path = folder(l, "staff/staff.csv")
    crl = folder(l, "card-trust/crl.pem")
    with open(path, "rb") as f:
        good = f.read()
    with open(crl, "rb") as f:
        good_crl = f.read()
    with l.card("counter"):
        held = Held(l)
        for what, bad in (("a faulty line", good + b"E9999,x,NOBODY,,,,,,,,,\n"),
                          ("two hats that do not go together", good + b"E1002,x,TOHOKU,,,,nw,nw.operator,NSC,,,\n".replace(b",x,", ",鈴木 美咲,".encode())), ("half a line", good[:-20]),
                          ("the end of a post left out", good[:good.index(b",2022-06-30\n") + 1]), ("nothing", b"")):
            before = log_of(l).count("not taken")
            replace(path, bad)
            time.sleep(SECONDS)
            check.same(f"{what}: work goes on", held.ask("whoami").get("role"), "retail.counter")
            check.same(f"{what}: said once", log_of(l).count("not taken") - before, 1)
            replace(path, good)
            time.sleep(SECONDS)
        before = log_of(l).count("not taken")
        replace(crl, good_crl[:-100])
        time.sleep(SECONDS)
        check.same("half a revocation list: work goes on", held.ask("whoami").get("role"), "retail.counter")
        check.same("half a revocation list: said once", log_of(l).count("not taken") - before, 1)
        replace(crl, good_crl)
        time.sleep(SECONDS)
        check.same("all is well again", held.ask("whoami").get("role"), "retail.counter")
        held.close()


def matrix(l):
    """(role, class, field) -> purposes for which it is shown, from the policy's own table."""
    shown = {}
    for row in csv.DictReader(io.StringIO(l.admin("policy", "matrix", "--csv").stdout)):
        if row["state"] == "shown":
            shown.setdefault((row["role"], row["class"], row["field"]), set()).update(row["purposes"].split())
    return shown


def two_hats(check, l):
    """Each hat shows exactly what its role's rows of the matrix say for the purpose, and the records name the hat."""
    shown = matrix(l)
    full = [r for r in l.truth() if r["class"] == "own" and all(r[k] for k in ("name", "usage", "meter", "arrears", "contract_kind"))]
    customer = full[0]["id"]
    roles = {"counter": "retail.counter", "dunning": "retail.dunning"}
    seen = {}
    with l.card("two-hats"):
        for post, role in roles.items():
            held = Held(l, post)
            check.same(f"{post}: the hat that was asked for", (held.who.get("post"), held.who.get("role")), (post, role))
            for purpose in PURPOSES:
                said = held.ask(f"show {customer} --purpose {purpose}")
                want = {f for (r, c, f), p in shown.items() if r == role and c == "own" and purpose in p and full[0][f]}
                got = {f for f in said.get("fields", {}) if full[0][f]}
                check.same(f"{post} for {purpose}: the fields of this hat", got, want)
                if not want:
                    check.that(f"{post} for {purpose}: refused", "error" in said, str(said)[:200])
                seen[post, purpose] = got
            held.close()
            mine = [e for e in l.audit() if e["kind"] == "show" and e.get("person") == "E1007"][-len(PURPOSES):]
            check.same(f"{post}: every record names the hat", {(e["post"], e["role"]) for e in mine}, {(post, role)})
    check.that("one hat alone sees facilities", "meter" in seen["counter", "inquiry"] - seen["dunning", "inquiry"])
    check.that("one hat alone has the purpose", seen["counter", "moving"] and not seen["dunning", "moving"])


def no_signal(check, l):
    """Two people at once, one import: the one it is about, and nobody else."""
    base = people(l)
    with l.card("counter"), l.card("dunning", reader=2):
        first = Held(l)
        second = l.start("tegata-cli", "--pin-fd", "3", "--reader", "Virtual PCD 00 01", "batch")

        def ask(line):
            second.stdin.write(line + "\n")
            second.stdin.flush()
            return json.loads(second.stdout.readline())
        check.same("the other one works too", ask("whoami").get("role"), "retail.dunning")
        moved = changed(base, "hachinohe-counter,retail.counter,八戸営業所", "hachinohe-counter,retail.counter,青森営業所")
        over_by(check, l, "one of two", first, lambda: imported(l, "staff", moved), "staff/staff.csv", "post-changed")
        check.same("and the other one goes on", ask("whoami").get("role"), "retail.dunning")
        second.stdin.close()
        second.wait(30)
    back(l, "staff", base)


def test(check):
    with lab.Lab(500, 5) as l:
        moves(check, l)
        contract(check, l)
        cards(check, l)
        no_signal(check, l)
        two_hats(check, l)
        broken_folder(check, l)
        revocation(check, l)


lab.main(test)
