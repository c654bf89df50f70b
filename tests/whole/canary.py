#!/usr/bin/env python3
"""The canary: silent when decoys stay invisible and a former card stays out; loud, each in its own way, when a decoy is seen, the
card is accepted, or it could not be tried at all."""
import csv
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile

import lab
import world

READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")
OK, ALARM, SETTINGS, NOT_TRIED = 0, 1, 2, 3
NAMES = {OK: "ok", ALARM: "alarm", SETTINGS: "settings", NOT_TRIED: "not-tried"}


class Canary:
    def __init__(self, check, l):
        self.check, self.lab = check, l
        self.dir = os.path.join(l.dir, "canary")
        os.mkdir(self.dir)
        self.put("alarm", '#!/bin/sh\nprintf "%s|%s\\n" "$1" "$2" >>"$(dirname "$0")/alarms"\n', 0o700)
        self.settings()
        self.pins()

    def put(self, name, text, mode=0o600):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def settings(self, without=None, **other):
        said = {"client": "../client/tegata.conf", "reader": READERS[0], "former_reader": READERS[1], "pins": "canary.pins",
                "list": "canary.csv", "alarm": "alarm", **other}
        self.put("canary.conf", "".join(f"{k} = {v}\n" for k, v in said.items() if k != without))

    def pins(self, text="123456\n123456\n", mode=0o600):
        self.put("canary.pins", text, mode)

    def list(self, *rows, head="expect,by,query"):
        self.put("canary.csv", head + "\n" + "".join(",".join(r) + "\n" for r in rows))

    def alarms(self):
        path = os.path.join(self.dir, "alarms")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as f:
            said = f.read().splitlines()
        os.remove(path)
        return said

    def sing(self, what, code, word="", **count):
        """Runs it; the exit code, the one line, the JSON and the alarm must say the same."""
        config = os.path.join(self.dir, "tegata-server.conf")  # need not be there: the canary needs nothing of a server's folder
        done = self.lab.run("tegata-admin", "--config", config, "canary", "--json")
        self.check.same(f"{what}: exit", done.returncode, code)
        said = json.loads(done.stdout) if done.stdout.count("\n") == 1 else {}
        self.check.same(f"{what}: verdict", said.get("verdict"), NAMES[code])
        self.check.that(f"{what}: says why", word in " ".join(said.get("notes", []) + [said.get("former", "")]), done.stdout + done.stderr)
        self.check.same(f"{what}: counts", {k: said.get(k) for k in count}, count)
        alarms = self.alarms()
        self.check.same(f"{what}: alarms", [a.split("|")[0] for a in alarms], [NAMES[code]] if code != OK else [])
        self.check.that(f"{what}: the alarm says why", all(word in a for a in alarms), str(alarms))
        return done.stdout + done.stderr + "".join(alarms)


def decoys(check, l, canary):
    """Drawn by lot from the import's own file: nobody whom our own share anything with."""
    path = os.path.join(l.dir, "truth.csv")
    done = l.admin("canary", "decoys", path, "8")
    check.same("decoys are drawn", (done.returncode, done.stdout.count("\n")), (0, 11))
    rows = list(csv.DictReader(done.stdout.splitlines()))
    with open(path, newline="", encoding="utf-8") as f:
        truth = list(csv.DictReader(f))
    field = {"id": "id", "point": "point", "phone": "phone", "customer": "customer_no"}
    for r in rows:
        found = {t["class"] for t in truth if t[field[r["by"]]] == r["query"]}
        check.that(f"{r['expect']} by {r['by']} is what it should be", found and found <= ({"own"} if r["expect"] == "found" else {"other", "last-resort"}))
    check.that("and not the same ones each time", done.stdout != l.admin("canary", "decoys", path, "8").stdout)
    check.same("by every kind in turn", {r["by"] for r in rows if r["expect"] == "nothing"}, set(field))
    for bad in ((), (path, "0"), (path, "201"), (path, "x"), (path, "8", "9")):
        check.same(f"decoys {bad[1:]} is refused", l.admin("canary", "decoys", *bad).returncode, 2)
    check.same("so is another file", l.admin("canary", "decoys", os.path.join(l.dir, "cards.csv")).returncode, 1)
    with open(os.path.join(canary.dir, "canary.csv"), "w", encoding="utf-8") as f:
        f.write(done.stdout)
    return rows


def good(check, canary, rows):
    said = canary.sing("a good day", OK, "person-left", decoys=8, visible=0, own=2, found=2)
    done = canary.lab.run("tegata-admin", "--config", os.path.join(canary.dir, "x.conf"), "canary")
    check.that("one line for the log", done.returncode == 0 and done.stdout.startswith("canary: ") and done.stdout.count("\n") == 1, done.stdout)
    check.that("nothing of customers is said", not any(r["query"] in said + done.stdout for r in rows))
    entries = [e for e in canary.lab.audit() if e["kind"] in ("search", "show")]
    check.that("its look-ups are on record like everybody's", len(entries) >= 10, str(len(entries)))


def imported(l, rows):
    done = l.admin("import", "customers", world.write(os.path.join(l.dir, "other.csv"), rows))
    assert done.returncode == 0, done.stderr
    l.lab("server", "stop")
    l.lab("server", "start")


def seen(check, l, canary, truth, rows):
    """A decoy that became one of ours is seen; one of ours who is gone is missed."""
    field = {"id": "id", "point": "point", "phone": "phone", "customer": "customer_no"}

    def is_row(t, r):
        return t[field[r["by"]]] == r["query"]

    decoy = rows[2]
    imported(l, [dict(t, **{"class": "own", "retailer": "TOHOKU"}) if is_row(t, decoy) else t for t in truth])
    said = canary.sing("a decoy is seen", ALARM, "line 4", decoys=8, visible=1, found=2)
    check.that("and is not named", decoy["query"] not in said)
    canary.lab.lab("card", "remove", "--reader", "2")
    canary.sing("an alarm outweighs what could not be tried", ALARM, "line 4", visible=1)
    canary.lab.lab("card", "insert", "left", "--reader", "2")
    own = rows[-1]
    imported(l, [t for t in truth if not is_row(t, own)])
    canary.sing("one of ours is not found", NOT_TRIED, f"line {len(rows) + 1}", visible=0, found=1)
    imported(l, truth)


def accepted(check, l, canary):
    """Somebody forgot to write down that the former employee has left."""
    source = os.path.join(lab.TOP, "tests", "lab.d", "staff.csv")
    with open(source, encoding="utf-8") as f:
        text = f.read()
    still = os.path.join(l.dir, "staff-still.csv")
    with open(still, "w", encoding="utf-8") as f:
        f.write(text.replace(",,,2023-03-31,counter,", ",,,,counter,").replace("いわき営業所,,2020-04-01,2023-03-31", "いわき営業所,,2020-04-01,"))
    for path, code, word in ((still, ALARM, "former"), (source, OK, "person-left")):
        done = l.admin("import", "staff", path)
        check.same("the staff list comes in", done.returncode, 0)
        l.lab("server", "stop")
        l.lab("server", "start")
        canary.sing(f"the former card with {os.path.basename(path)}", code, word)


def dead(check, l, canary, rows):
    """A canary that cannot sing."""
    l.lab("server", "stop")
    canary.sing("the server is down", NOT_TRIED, "unreachable")
    l.lab("server", "start")
    canary.settings(reader="No such reader")
    canary.sing("no reader", NOT_TRIED, "reader-none")
    canary.settings(former_reader="No such reader")
    canary.sing("no second reader", NOT_TRIED, "reader-none", found=2)
    canary.settings()
    for reader, number in (("reader", "1"), ("former_reader", "2")):
        l.lab("card", "remove", "--reader", number)
        canary.sing(f"no card in {reader}", NOT_TRIED, reader + ":")
        l.lab("card", "insert", "counter" if number == "1" else "left", "--reader", number)
    canary.pins("654321\n123456\n")
    canary.sing("a wrong PIN", NOT_TRIED, "pin-wrong")
    canary.pins("123456\n654321\n")
    canary.sing("a wrong PIN of the former card", NOT_TRIED, "pin-wrong", found=2)
    canary.pins()
    l.lab("pcscd", "kill")
    canary.sing("no pcscd", NOT_TRIED, "pcsc")
    l.lab("card", "remove", "--reader", "1")
    l.lab("card", "remove", "--reader", "2")
    l.lab("pcscd", "start")
    for card, word in (("foreign", "cert-untrusted"), ("sign-only", "cert-usage")):
        with l.card("counter"), l.card(card, 2):
            canary.sing(f"a card refused for another reason ({card})", NOT_TRIED, word)
    for card, word in (("contract-over", "contract-over"), ("revoked", "cert-revoked")):
        with l.card("counter"), l.card(card, 2):
            canary.sing(f"a card of somebody who is gone ({card})", OK, word)
    with l.card("auditor"), l.card("left", 2):
        canary.sing("a post without customers", NOT_TRIED, "forbidden", found=0)
    with l.card("counter"), l.card("left", 2):
        mute(check, canary, rows)
        settings(canary)


def mute(check, canary, rows):
    """Lists that prove nothing, and a client that says nothing."""
    some = [(r["expect"], r["by"], r["query"]) for r in rows]
    canary.list(*[r for r in some if r[0] == "nothing"])
    canary.sing("no positive control", NOT_TRIED, "none of our own")
    canary.list(*[r for r in some if r[0] == "found"])
    canary.sing("no decoy", NOT_TRIED, "no decoy")
    canary.list()
    canary.sing("an empty list", NOT_TRIED, "no decoy")
    canary.list(*some, ("nothing", "point", "12345678901234567"))
    canary.sing("a question that is none", NOT_TRIED, "query-gas", found=2)
    canary.list(*some)
    who = '{"role":"retail.counter"}'
    for what, script, word in (("nothing", "exit 0", "could not be tried"), ("a fault", "echo '{\"error\":\"internal\"}'; exit 1", "internal"),
                               ("half", f"echo '{who}'; echo '{{\"rows\":[]}}'; exit 0", "no answers from line 3"),
                               ("no rows, for everything", f"echo '{who}'; yes '{{\"rows\":[]}}' | head -n 20; exit 0", "no answer to line"),
                               ("rubbish", "yes | head -n 100; exit 0", "could not be tried"), ("too late", "exec sleep 60", "exit -1")):
        canary.settings(cli=canary.put("cli", "#!/bin/sh\n" + script + "\n", 0o700), seconds="2")
        code = ALARM if script.endswith("exit 0") else NOT_TRIED  # whoever lets the former card in, is loud, whatever else is wrong
        canary.sing(f"a client that says {what}", code, word)
    canary.settings(cli=os.path.join(canary.dir, "nothing"))
    canary.sing("no client", NOT_TRIED, "cannot be run")
    canary.settings()


def settings(canary):
    for key in ("client", "reader", "former_reader", "pins", "list"):
        canary.settings(without=key)
        done = canary.lab.run("tegata-admin", "--config", os.path.join(canary.dir, "x.conf"), "canary")
        canary.check.that(f"settings without {key}", done.returncode == SETTINGS and key in done.stdout, done.stdout)
    for other, word in (({"speed": "fast"}, "speed"), ({"former_reader": READERS[0]}, "the same"), ({"seconds": "0"}, "seconds"),
                        ({"purpose": "x; rm"}, "purpose"), ({"pins": "nowhere"}, "nowhere"), ({"list": "nowhere"}, "nowhere")):
        canary.settings(**other)
        done = canary.lab.run("tegata-admin", "--config", os.path.join(canary.dir, "x.conf"), "canary")
        canary.check.that(f"settings with {other}", done.returncode == SETTINGS and word in done.stdout, done.stdout)
    canary.alarms()
    canary.settings()
    for text, mode, word in (("123456\n123456\n", 0o640, "0600"), ("123456\n", 0o600, "two lines"), ("123456\n123456\n123456\n", 0o600, "two lines"),
                             ("1234567890\n123456\n", 0o600, "two lines"), ("", 0o600, "two lines")):
        canary.pins(text, mode)
        canary.sing(f"PINs {len(text)} bytes, mode {stat.filemode(mode)}", SETTINGS, word)
    canary.pins()
    for rows, head, word in (([("nothing", "phone")], "expect,by,query", "canary.csv:2"), ([("perhaps", "phone", "1")], "expect,by,query", "canary.csv:2"),
                             ([("nothing", "shoe", "1")], "expect,by,query", "canary.csv:2"), ([("nothing", "phone", "")], "expect,by,query", "canary.csv:2"),
                             ([], "by,query", "canary.csv:1"), ([], "by,expect,query", "canary.csv:1"), ([('"nothing', "id", "x")], "expect,by,query", "canary.csv")):
        canary.list(*rows, head=head)
        canary.sing(f"a list {rows or head}", SETTINGS, word)
    for bad in (("--jason",), ("--json", "--json")):
        canary.check.same(f"canary {bad}", canary.lab.admin("canary", *bad).returncode, 2)


def units(check):
    build = os.environ.get("TEGATA_BUILD", os.path.join(lab.TOP, "build"))
    with open(os.path.join(build, "tegata-canary.service"), encoding="utf-8") as f:
        service = f.read()
    with open(os.path.join(lab.TOP, "server", "tegata-canary.timer"), encoding="utf-8") as f:
        timer = f.read()
    check.that("the unit runs the command", "/bin/tegata-admin --config" in service and " canary\n" in service and "@" not in service, service)
    if shutil.which("systemd-analyze"):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("service", re.sub(r"(?<=ExecStart=)\S+", os.path.join(build, "tegata-admin"), service)), ("timer", timer)):
                with open(os.path.join(folder, "tegata-canary." + name), "w", encoding="utf-8") as f:
                    f.write(text)
            done = subprocess.run(["systemd-analyze", "verify", *(os.path.join(folder, "tegata-canary." + n) for n in ("service", "timer"))],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            check.same("systemd takes both", (done.returncode, [x for x in done.stdout.splitlines() if "tegata-canary" in x]), (0, []))
    check.that("every day, and after a day that was missed", "OnCalendar=*-*-* " in timer and "Persistent=yes" in timer)


def test(check):
    units(check)
    with lab.Lab(1200, 7) as l:
        truth, canary = l.truth(), Canary(check, l)
        rows = decoys(check, l, canary)
        with l.card("counter"), l.card("left", 2):
            good(check, canary, rows)
            accepted(check, l, canary)
            seen(check, l, canary, truth, rows)
        l.lab("card", "insert", "counter")
        l.lab("card", "insert", "left", "--reader", "2")
        dead(check, l, canary, rows)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)


lab.main(test)
