#!/usr/bin/env python3
"""The life of a policy, and orders: two people with real cards, and everything that is not two people. The server is
asked only what it answers: which policy its answers name, what a clerk sees, what stands in the journal."""
import datetime
import hashlib
import json
import os
import shutil
import time

import lab

AUDIENCE = "https://localhost:8443"
NARROWED = """
hide narrowed
    from retail.counter retail.callcenter
    of own
    fields contact
    reason "試験" "Test."
    next "試験" "Test."
"""


def until(what, seconds=15):
    """Waits for something that must come by itself; how long it took is no matter here."""
    for _ in range(seconds * 4):
        if what():
            return True
        time.sleep(0.25)
    return False


class World:
    def __init__(self, check, l):
        self.check, self.l = check, l
        self.server = os.path.join(l.dir, "server")
        self.acts = os.path.join(self.server, "acts")
        self.log = os.path.join(self.acts, "log")
        self.n = 0

    def path(self, name):
        return os.path.join(self.l.dir, name)

    def put(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def in_force(self):
        """(number, digest) as the ledger says."""
        line = [x for x in self.l.admin("policy", "list").stdout.splitlines() if x.endswith(" (in force)")][0].split()
        return int(line[0]), [x for x in line if len(x) == 64][0]

    def activated(self):
        """The second in which the policy in force was activated."""
        done = [x for x in map(json.loads, lines(self)) if x["act"] == "policy" and x["outcome"] == "done"]
        return datetime.datetime.fromisoformat(done[-1]["time"].replace("Z", "+00:00")).timestamp() // 1

    def served(self):
        """The digest that answers name."""
        got = self.l.run("tegata-probe", "--pin-fd", "3", stdin="call /v1/policy\n").stdout
        answer = json.loads(got)
        body = json.loads(answer["body"])
        self.check.that("header and body name the same policy", "\r\nTegata-Policy: " + body["digest"] + "\r\n" in answer["head"], answer["head"])
        return body["seq"], body["digest"]

    def approve(self, card, file, act="policy", **options):
        """By a card of the drawer, without the reader; options as of tegata-approve."""
        number, digest = self.in_force()
        words = ["--card", self.path(f"cards/{card}.json"), "--audience", AUDIENCE, "--act", act]
        if act == "policy":
            options = {"prior": digest, "seq": number + 1, **options}
        for name, value in options.items():
            if value is not None:
                words += ["--" + name, str(value)]
        if "digest" not in options:
            words.append(file)
        done = self.l.run("tegata-approve", *words)
        assert done.returncode == 0, done.stderr
        self.n += 1
        return self.put(f"approval{self.n}.jws", done.stdout)

    def approve_in_reader(self, card, file, act="policy"):
        with self.l.card(card):
            done = self.l.run("tegata-cli", "--pin-fd", "3", "approve", "--act", act, file)
        self.check.same(f"{card} approves", done.returncode, 0)
        self.check.that("the person was shown what it is", hashlib.sha256(open(file, "rb").read()).hexdigest() in done.stderr
                        and file in done.stderr and AUDIENCE in done.stderr, done.stderr)
        self.n += 1
        return self.put(f"approval{self.n}.jws", done.stdout)

    def activate(self, file, *approvals):
        words = [w for a in approvals for w in ("--approval", a)]
        return self.l.admin("policy", "activate", file, *words)

    def admin_entries(self, problem=None):
        return [e for e in self.l.audit() if e["kind"] == "admin" and e.get("problem") == problem]

    def refused(self, what, done, problem):
        """Refused with a sentence, nothing changed, and on record."""
        before = self.held
        self.check.same(f"{what}: refused", done.returncode, 1)
        self.check.that(f"{what}: a sentence", done.stderr.startswith("tegata-admin: ") and len(done.stderr) > 30, done.stderr)
        self.check.same(f"{what}: nothing changed", self.in_force(), before)
        self.check.that(f"{what}: on record", until(lambda: len(self.admin_entries(problem)) > self.counted.get(problem, 0)), problem)
        self.counted[problem] = len(self.admin_entries(problem))

    def hold(self):
        self.held, self.counted = self.in_force(), {}
        for e in self.l.audit():
            if e["kind"] == "admin" and "problem" in e:
                self.counted[e["problem"]] = self.counted.get(e["problem"], 0) + 1

    def start_fails(self, what, word):
        done = self.l.run("tegata-server", "--config", os.path.join(self.server, "tegata-server.conf"))
        self.check.same(f"{what}: no start", done.returncode, 1)
        self.check.that(f"{what}: it says why", word in done.stderr, done.stderr)

    def all_taken(self):
        """Every line of the ledger is in the journal; looked up in its files, because asking would add a line."""
        mark = b'"act":{"line":%d,' % len(lines(self))
        folder = os.path.join(self.server, "audit")
        segments = [os.path.join(folder, n) for n in os.listdir(folder) if n.startswith("segment-")]
        return until(lambda: any(mark in open(s, "rb").read() for s in segments))

    def server_log(self):
        with open(os.path.join(self.l.dir, "log", "server"), encoding="utf-8") as f:
            return f.read()

    def reload_refused(self, what, word):
        """A signal, and then the old policy is still what answers name."""
        before, seen = self.served(), len(self.server_log())
        self.l.lab("server", "reload")
        self.check.that(f"{what}: not taken, and why", until(lambda: word in self.server_log()[seen:]), self.server_log()[seen:])
        self.check.same(f"{what}: the old policy stays", self.served(), before)


def phone_shown(l):
    with l.card("counter"):
        rows = l.batch(["search --by kana サトウ"])[0]["rows"]
    assert rows
    return any("phone" in r["fields"] for r in rows)


def two_people(check, w):
    """The whole way with cards in readers, once."""
    l = w.l
    builtin = l.admin("policy", "show").stdout
    check.same("the text in force has the digest in force", hashlib.sha256(builtin.encode()).hexdigest(), w.in_force()[1])
    check.same("no activation yet", w.in_force()[0], 0)
    shown = "fields identity contact supply-point contract consumption billing"
    check.that("the shipped policy shows contact to the counter", shown in builtin)
    narrow = w.put("narrow.policy", builtin.replace(shown, shown.replace(" contact", ""), 1) + NARROWED)
    done = l.admin("policy", "check", narrow)
    check.that("checked, and what there is to sign", done.returncode == 0 and f"--prior {w.in_force()[1]} --seq 1 " in done.stdout, done.stdout)
    check.that("the clerk sees the phone number", phone_shown(l))
    a = w.approve_in_reader("policy-a", narrow)
    w.hold()
    w.refused("one person", w.activate(narrow, a), "approval-people")
    w.refused("one person twice", w.activate(narrow, a, a), "approval-people")
    b = w.approve_in_reader("policy-b", narrow)
    done = w.activate(narrow, a, b)
    check.same("two people", (done.returncode, done.stderr), (0, ""))
    number, digest = w.in_force()
    check.same("the first activation", (number, digest), (1, hashlib.sha256(open(narrow, "rb").read()).hexdigest()))
    with l.card("counter"):
        check.that("the server takes it by itself", until(lambda: w.served() == (1, digest)))
    check.that("the clerk does not see the phone number any more", not phone_shown(l))
    on = [e for e in w.admin_entries() if e.get("detail") == "policy activation 1"]
    check.same("on record: who", sorted(e["person"] for e in on), ["P6001", "P6002"])
    check.that("on record: what", all(e["act"]["digest"] == digest and e["act"]["by"] == ["P6001", "P6002"] and e["role"] == "policy.admin" for e in on), on)
    listed = l.admin("policy", "list").stdout.splitlines()[-1]
    check.that("the history names it", digest in listed and "P6001 P6002 (in force)" in listed, listed)
    check.same("any earlier text can be had", l.admin("policy", "show", hashlib.sha256(builtin.encode()).hexdigest()).stdout, builtin)
    return narrow, builtin, (a, b)


def roll_back(check, w, narrow, builtin, old):
    """The same act on an earlier text; and what was signed for another moment does not serve again."""
    back = w.put("back.policy", builtin)
    done = w.activate(back, w.approve("policy-a", back), w.approve("policy-b", back))
    check.same("back to the text before", (done.returncode, w.in_force()[0]), (0, 2))
    with w.l.card("counter"):
        check.that("and the server too", until(lambda: w.served() == w.in_force()))
    check.that("the clerk sees the phone number again", phone_shown(w.l))
    w.hold()
    w.refused("approvals of an earlier activation", w.activate(narrow, *old), "approval-used")
    w.refused("what is in force already", w.activate(back, w.approve("policy-a", back), w.approve("policy-b", back)), "approval-order")


def wrong_approvals(check, w, narrow):
    w.hold()
    good = w.approve("policy-b", narrow)
    other = hashlib.sha256(b"something else").hexdigest()
    for what, a, problem in (
            ("no approval at all", None, "order-missing"),
            ("of another digest", w.approve("policy-a", narrow, digest=other), "approval-digest"),
            ("of another act", w.approve("policy-a", narrow, act="cards"), "approval-act"),
            ("of a day ago", w.approve("policy-a", narrow, ago=86400 + 60), "approval-time"),
            ("of the number after", w.approve("policy-a", narrow, seq=w.in_force()[0] + 2), "approval-order"),
            ("for another server", w.put("aud.jws", w.l.run("tegata-approve", "--card", w.path("cards/policy-a.json"), "--audience", "https://localhost:8444", "--act", "policy", "--prior", w.in_force()[1], "--seq", str(w.in_force()[0] + 1), narrow).stdout), "assertion-audience"),
            ("by a role without the duty", w.approve("hr", narrow), "approval-duty"),
            ("by the auditor", w.approve("auditor", narrow), "approval-duty"),
            ("by a clerk", w.approve("counter", narrow), "approval-duty"),
            ("by somebody else's authority", w.approve("foreign", narrow), "cert-untrusted"),
            ("by a revoked card", w.approve("revoked", narrow), "cert-revoked"),
            ("by who has left", w.approve("left", narrow), "person-left"),
            ("by a certificate that signs only", w.approve("sign-only", narrow), "cert-usage")):
        w.refused(what, w.activate(narrow, a, good) if a else w.activate(narrow), problem)
    text = open(w.approve("policy-a", narrow), encoding="utf-8").read()
    for at in (10, len(text) // 2, len(text) - 20):
        bent = w.put("bent.jws", text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:])
        done = w.activate(narrow, bent, good)
        check.same(f"one letter changed at {at}", (done.returncode, w.in_force()), (1, w.held))
    w.put("bent.jws", "")
    check.same("an empty file", w.activate(narrow, w.path("bent.jws"), good).returncode, 1)
    broken = w.put("broken.policy", "policy 1\nnonsense\n")
    w.hold()
    w.refused("a policy that does not compile", w.activate(broken, w.approve("policy-a", broken), w.approve("policy-b", broken)), "policy")
    text = open(narrow, encoding="utf-8").read()
    mine, theirs = ([x for x in text.splitlines() if x.startswith("role " + role)][0] for role in ("policy.admin", "auditor "))
    locked = text.replace(mine, mine.replace("duty policy", "duty audit"), 1).replace(theirs, theirs.replace("duty audit", "duty policy"), 1)
    locked = w.put("locked.policy", locked)
    check.same("(a policy that locks its signers out is a policy)", w.l.admin("policy", "check", locked).returncode, 0)
    w.refused("a policy that could not be taken back", w.activate(locked, w.approve("policy-a", locked), w.approve("policy-b", locked)), "approval-duty")


def lines(w):
    with open(w.log, encoding="utf-8") as f:
        return f.read().splitlines()


def write_lines(w, all_lines):
    with open(w.log, "w", encoding="utf-8") as f:
        f.write("".join(x + "\n" for x in all_lines))


def forged(w, last, narrow, signed, members):
    """A line with a right chain, as whoever can write the file could make it."""
    number, digest = w.in_force()
    line = {"line": json.loads(last)["line"] + 1, "prev": hashlib.sha256(last.encode()).hexdigest(),
            "time": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()), "act": "policy", "outcome": "done", "basis": "approvals",
            "digest": hashlib.sha256(open(narrow, "rb").read()).hexdigest(), "prior": digest, "number": number + 1,
            "approvals": [open(a, encoding="utf-8").read().strip() for a in signed]}
    line.update(members)
    return json.dumps({k: v for k, v in line.items() if v is not None}, separators=(",", ":"))


def by_hand(check, w, narrow):
    """Whoever can write in the folder and leaves tegata-admin out."""
    check.that("the server has taken all that was done", w.all_taken())
    l, good = w.l, lines(w)
    digest = w.in_force()[1]
    text_path = os.path.join(w.acts, digest + ".policy")
    shutil.copy(narrow, os.path.join(w.acts, hashlib.sha256(open(narrow, "rb").read()).hexdigest() + ".policy"))
    a, b = w.approve("policy-a", narrow), w.approve("policy-b", narrow)
    wrong = (
        ("without approvals", {"approvals": []}),
        ("with one", {"approvals": [open(a).read().strip()]}),
        ("with the same twice", {"approvals": [open(a).read().strip()] * 2}),
        ("of two clerks", {"approvals": [open(w.approve(c, narrow)).read().strip() for c in ("counter", "dunning")]}),
        ("as set-up", {"approvals": [], "basis": "set-up"}),
        ("as if orders were off", {"approvals": [], "basis": "off"}),
        ("on old approvals", {"approvals": [open(w.approve(c, narrow, ago=3 * 86400)).read().strip() for c in ("policy-a", "policy-b")]}),
        ("on old approvals, at their time", {"time": None}),
        ("with another number", {"number": w.in_force()[0] + 2}),
        ("in the future", {"time": "2099-01-01T00:00:00.000000Z"}),
    )
    with l.card("counter"):
        for what, members in wrong:
            if members == {"time": None}:
                members = {"approvals": [open(w.approve(c, narrow, ago=3 * 86400)).read().strip() for c in ("policy-a", "policy-b")],
                           "time": json.loads(good[-1])["time"]}
            write_lines(w, good + [forged(w, good[-1], narrow, (a, b), members)])
            w.reload_refused(f"a line {what}", "log line")
            write_lines(w, good)
        with open(text_path, encoding="utf-8") as f:
            text = f.read()
        with open(text_path, "a", encoding="utf-8") as f:
            f.write("# mine\n")
        w.reload_refused("a text changed by hand", ".policy: it was changed")
        os.remove(text_path)
        builtin = digest == l.admin("policy", "list").stdout.split()[2]
        if not builtin:
            w.reload_refused("a text taken away", ".policy: it is missing")
        with open(text_path, "w", encoding="utf-8") as f:
            f.write(text)
        for what, bad, word in tampered(good):
            write_lines(w, bad)
            w.reload_refused(what, word)
            write_lines(w, good)
    l.lab("server", "stop")
    for what, bad, word in tampered(good):
        write_lines(w, bad)
        w.start_fails(what, word)
    os.remove(w.log)
    w.start_fails("no ledger at all", "was cut")
    write_lines(w, good + [forged(w, good[-1], narrow, (a, a), {})])
    w.start_fails("a line with one person's approvals", "log line")
    write_lines(w, good)
    with open(text_path, "a", encoding="utf-8") as f:
        f.write("# mine\n")
    w.start_fails("a text changed by hand", ".policy: it was changed")
    with open(text_path, "w", encoding="utf-8") as f:
        f.write(text)
    with open(w.log, "a", encoding="utf-8") as f:
        f.write('{"line":99,"half a li')  # what a power cut leaves of an append
    l.lab("server", "start")
    with l.card("counter"):
        check.same("whole again: it starts, and half a line was never there", w.served(), w.in_force())


def tampered(good):
    """Every way to make less or something else of the ledger; the word that the reason holds."""
    last = json.loads(good[-1])
    changed = json.dumps({**last, "digest": "0" * 64}, separators=(",", ":"))
    return (("the last line cut off", good[:-1], "was cut"),
            ("two lines cut off", good[:-2], "was cut"),
            ("the last line changed", good[:-1] + [changed], "log"),
            ("a line taken out", good[:1] + good[2:], "log line"),
            ("two lines changed round", good[:-2] + [good[-1], good[-2]], "log line"),
            ("a line doubled", good + [good[-1]], "log line"),
            ("a letter changed", [good[0].replace("companies", "companiez")] + good[1:], "log line"))


def people_come_and_go(check, w, narrow):
    """What was signed and done stays; what was signed and not yet done does not."""
    l = w.l
    a, b = w.approve("policy-a", narrow), w.approve("policy-b", narrow)
    uuid = l.run("tegata-vcard", "uuid", w.path("cards/policy-b.json")).stdout.strip()
    in_force = w.in_force()
    check.that("the second of the last activation is over", until(lambda: time.time() >= w.activated() + 1))  # a list has seconds
    l.run("tegata-ca", "--dir", w.path("ca"), "revoke", "--card", uuid)
    l.run("tegata-ca", "--dir", w.path("ca"), "crl")
    check.same("a new list", l.run("tegata-ca", "--dir", w.path("ca"), "trust", "--out", os.path.join(w.server, "card-trust")).returncode, 0)
    w.hold()
    w.refused("a card revoked between signing and use", w.activate(narrow, a, b), "cert-revoked")
    staff = os.path.join(w.server, "staff", "staff.csv")
    with open(staff, encoding="utf-8") as f:
        text = f.read()
    order = w.put("leaver.csv", "".join(x for x in text.splitlines(keepends=True) if not x.startswith("P6001,")))
    shutil.copy(os.path.join(w.server, "staff", "cards.csv"), w.path("cards-now.csv"))
    done = l.admin("import", "staff", order, "--order", w.approve("hr", order, act="cards"))
    check.same("the other signer leaves the list", done.returncode, 0)
    l.lab("server", "stop")
    l.lab("server", "start")
    with l.card("counter"):
        check.same("the policy that they signed stays in force", w.served(), in_force)
    foreign = w.path("other-trust")
    check.same("(somebody else's authority)", l.run("tegata-ca", "--dir", w.path("foreign-ca"), "crl").returncode, 0)
    check.same("(its trust)", l.run("tegata-ca", "--dir", w.path("foreign-ca"), "trust", "--out", foreign).returncode, 0)
    l.lab("server", "stop")
    trust = os.path.join(w.server, "card-trust")
    os.rename(trust, trust + ".away")
    os.rename(foreign, trust)
    w.start_fails("without the authority of who signed", "authority of its signers")
    os.rename(trust, foreign)
    os.rename(trust + ".away", trust)
    l.lab("server", "start")
    check.that("and the record says who they were", "P6001 P6002" in l.admin("policy", "list").stdout)


def cli(check, w, narrow):
    """approve on the command line: what is wrong has its exit code, and a server is needed to ask it only."""
    l = w.l
    approve = lambda *words, **kw: l.run("tegata-cli", "--pin-fd", "3", "approve", *words, **kw)
    for words in ((), ("--act", "policy"), ("--act", "magic", narrow), (narrow,), ("--act", "policy", narrow, narrow), ("--act", "policy", "--seq", "1", narrow),
                  ("--act", "policy", "--prior", "x", "--seq", "1", narrow), ("--act", "policy", "--prior", "0" * 64, "--seq", "0", narrow),
                  ("--act", "cards", "--prior", "0" * 64, "--seq", "1", narrow), ("--act", "policy", "--fast", narrow), ("--act", "policy", w.path("nowhere"))):
        check.same(f"approve {' '.join(words)[:40]}: usage", approve(*words).returncode, 2)
    check.same("no card", approve("--act", "cards", narrow).returncode, 3)
    with l.card("policy-a"):
        wrong = approve("--act", "cards", narrow, pin="999999")
        check.same("a wrong PIN", (wrong.returncode, wrong.stdout), (4, ""))
        done = l.run("tegata-cli", "--pin-fd", "3", "--json", "--lang", "en", "approve", "--act", "cards", narrow, narrow)
        said = [json.loads(x) for x in done.stdout.splitlines()]
        check.that("two files, two lines, one PIN", len(said) == 2 and all(x["digest"] == hashlib.sha256(open(narrow, "rb").read()).hexdigest() and
                   x["approval"].count(".") == 2 for x in said) and "change of" not in done.stderr and "import of people" in done.stderr, done.stderr)
        stats = json.loads(l.lab("card", "stats"))
        check.same("and no PIN state is left behind", [x for x in stats["log"] if "cmd" in x or x.get("event") == "reset"][-1].get("event"), "reset")
        l.lab("server", "stop")
        check.same("nobody to ask what is in force", approve("--act", "policy", narrow).returncode, 6)
        number, digest = w.in_force()
        check.same("unless it is said", approve("--act", "policy", "--prior", digest, "--seq", str(number + 1), narrow).returncode, 0)
        l.lab("server", "start")


def readings(check, w):
    """Who reads the journal stands in it."""
    l = w.l
    check.that("who signed is found by name", any(" admin P6002 " in x for x in l.admin("audit", "find", "--person", "P6002").stdout.splitlines()))
    read = lambda: [e for e in w.admin_entries() if e.get("detail") == "the journal was read: find"]
    check.that("and that somebody looked, too", until(lambda: len(read()) == 1))
    check.that("with the account", read()[0]["act"]["user"] != "" and "P6002" not in json.dumps(read()[0]), read())
    spool = os.path.join(w.acts, "readings")
    check.that("the server empties what it has put on record", until(lambda: not os.path.exists(spool)))
    os.mkdir(spool)
    done = l.admin("audit", "tail", "5")
    check.same("no record, no reading", (done.returncode, done.stdout), (1, ""))
    os.rmdir(spool)
    damaged = len(w.admin_entries("form"))
    check.that("(emptied)", until(lambda: not os.path.exists(spool)))
    with open(spool, "w", encoding="utf-8") as f:
        f.write("nonsense\n")
    check.that("a damaged one is put aside, and said", until(lambda: os.path.exists(spool + ".damaged")))
    check.that("on record", until(lambda: len(w.admin_entries("form")) == damaged + 1))
    l.lab("server", "stop")
    seen = len(read())
    check.same("without a server it waits", l.admin("audit", "find", "--person", "nobody").returncode, 0)
    l.lab("server", "start")
    check.that("and is put on record at the start", until(lambda: len(read()) == seen + 1))


def orders(check, w, narrow):
    l = w.l
    staff = os.path.join(w.server, "staff", "staff.csv")
    with open(staff, encoding="utf-8") as f:
        text = f.read()
    more = w.put("staff.csv", text + "E1099,試験 太郎,TOHOKU,,,,counter,retail.counter,八戸営業所,,2020-04-01,\n")
    known = lambda: open(staff, encoding="utf-8").read() == open(more, encoding="utf-8").read()
    w.hold()
    w.refused("an import on nobody's order", l.admin("import", "staff", more), "order-missing")
    w.refused("on the order of a clerk", l.admin("import", "staff", more, "--order", w.approve("counter", more, act="cards")), "approval-duty")
    w.refused("of a policy administrator", l.admin("import", "staff", more, "--order", w.approve("policy-a", more, act="cards")), "approval-duty")
    w.refused("an order for customers", l.admin("import", "staff", more, "--order", w.approve("hr", more, act="data")), "approval-act")
    w.refused("for another file", l.admin("import", "staff", more, "--order", w.approve("hr", staff, act="cards")), "approval-digest")
    w.refused("of a day ago", l.admin("import", "staff", more, "--order", w.approve("hr", more, act="cards", ago=90000)), "approval-time")
    check.that("nothing of it was imported", not known())
    order = w.approve_in_reader("hr", more, act="cards")
    done = l.admin("import", "staff", more, "--order", order)
    check.same("on the order of the person in charge", (done.returncode, done.stderr), (0, ""))
    check.that("it is imported", known())
    ordered = lambda: [e for e in w.admin_entries() if e.get("detail") == "import of staff" and e.get("person") == "H5001"]
    check.that("and on record, with the person", until(lambda: len(ordered()) == 1), l.audit(5))
    check.same("with the bytes that were ordered", ordered()[0]["act"]["digest"], hashlib.sha256(open(more, "rb").read()).hexdigest())
    w.hold()
    w.refused("the same order once more", l.admin("import", "staff", more, "--order", order), "approval-used")
    consents = w.put("consents.csv", "consent,company,point,purpose,from,to\n")
    w.refused("consents, for the first time, but people are there", l.admin("import", "consents", consents), "order-missing")
    done = l.admin("import", "consents", consents, "--order", w.approve("hr", consents, act="cards"))
    check.same("and on an order", done.returncode, 0)
    truth = w.path("truth.csv")
    check.same("(customers)", l.admin("synth", "customers", "50", "--seed", "9", "--out", truth).returncode, 0)
    w.refused("customers on the order of who keeps the lists", l.admin("import", "customers", truth, "--order", w.approve("hr", truth, act="data")), "approval-duty")
    check.same("invented customers are no way round it", l.admin("synth", "customers", "50", "--seed", "9").returncode, 1)
    done = l.admin("import", "customers", truth, "--order", w.approve("data", truth, act="data"))
    check.same("customers on the right order", done.returncode, 0)
    bad = w.put("bad.csv", "person,name\n1,2\n")
    order = w.approve("hr", bad, act="cards")
    check.same("a bad file on a good order", l.admin("import", "staff", bad, "--order", order).returncode, 1)
    check.that("changes nothing", known())
    clashing_people(check, w, narrow, staff)
    hand_made(check, w, staff)


def clashing_people(check, w, narrow, staff):
    """A policy that would give somebody two duties at once: it is not for the server to find that out at its next start."""
    l = w.l
    with open(staff, encoding="utf-8") as f:
        good = f.read()
    more = w.put("guest.csv", good + [x for x in good.splitlines(keepends=True) if x.startswith("H5001,")][0].replace(",hr,directory.admin,", ",guest,guest.auditor,"))
    done = l.admin("import", "staff", more, "--order", w.approve("hr", more, act="cards"))
    check.same("(a second post, of a role that no policy knows yet)", (done.returncode, done.stderr), (0, ""))
    text = open(narrow, encoding="utf-8").read()
    line = [x for x in text.splitlines() if x.startswith("role auditor ")][0]
    both = w.put("both.policy", text.replace(line, line + "\n" + line.replace("role auditor ", "role guest.auditor "), 1))
    check.same("(the policy by itself is one)", l.admin("policy", "check", both).returncode, 0)
    w.hold()
    w.refused("a policy under which somebody's posts clash", w.activate(both, w.approve("policy-a", both), w.approve("policy-b", both)), "import")
    back = w.put("back.csv", good)
    check.same("(back)", l.admin("import", "staff", back, "--order", w.approve("hr", back, act="cards", post="hr")).returncode, 0)


def while_down(check, w, narrow, builtin):
    """A policy, and then an order that takes one of its signers off the list and changes who gave the order: each is
    judged by the people of its own moment, also when the server looks at both much later."""
    l = w.l
    staff = os.path.join(w.server, "staff", "staff.csv")
    with open(staff, encoding="utf-8") as f:
        good = f.read()
    mine = [x for x in good.splitlines(keepends=True) if x.startswith("H5001,")][0]
    less = w.put("less.csv", "".join(x for x in good.splitlines(keepends=True) if not x.startswith("P6001,")) +
                 mine.replace(",hr,directory.admin,", ",guest,guest.auditor,"))
    l.lab("server", "stop")
    number = w.in_force()[0]
    done = w.activate(narrow, w.approve("policy-a", narrow), w.approve("policy-b", narrow))
    check.same("a policy, while no server runs", (done.returncode, w.in_force()[0]), (0, number + 1))
    done = l.admin("import", "staff", less, "--order", w.approve("hr", less, act="cards"))
    check.same("and people, among them who signed and who orders", (done.returncode, done.stderr), (0, ""))
    kept = [x for x in os.listdir(w.acts) if x.startswith("before-")]
    check.same("the lists of before are kept", len(kept), 1)
    kept = os.path.join(w.acts, kept[0], "staff.csv")
    shutil.copy(kept, w.path("kept.csv"))
    os.remove(kept)
    w.put("forged.csv", good.replace("P6001,", "P9999,"))
    shutil.copy(w.path("forged.csv"), kept)
    w.start_fails("with lists of before that were changed", "is not what line")
    shutil.copy(w.path("kept.csv"), kept)
    l.lab("server", "start")
    with l.card("counter"):
        check.same("both are taken", w.served(), w.in_force())
    check.that("and the lists of before are gone", not [x for x in os.listdir(w.acts) if x.startswith("before-")])
    back = w.put("back.csv", good)
    check.same("(back)", l.admin("import", "staff", back, "--order", w.approve("hr", back, act="cards", post="hr")).returncode, 0)
    text = w.put("back.policy", builtin)
    check.that("(taken)", w.all_taken())
    check.same("(back)", w.activate(text, w.approve("policy-a", text), w.approve("policy-b", text)).returncode, 0)


def anchors(check, w):
    """Who may sign is decided by the authorities of the cards; that nobody changes them in silence is on record."""
    path = os.path.join(w.server, "card-trust", "anchors.pem")
    with open(path, encoding="utf-8") as f:
        good = f.read()
    with open(w.path("foreign-ca/root.pem"), encoding="utf-8") as f:
        more = good + f.read()
    told = lambda: [e for e in w.admin_entries() if e.get("detail") == "the authorities of employee cards have changed"]
    w.put("anchors.pem", more)
    shutil.copy(w.path("anchors.pem"), path)
    check.that("one more authority", until(lambda: len(told()) == 1))
    check.same("with its digest", told()[0]["act"]["anchors"], hashlib.sha256(more.encode()).hexdigest())
    w.l.lab("server", "stop")
    w.put("anchors.pem", good)
    shutil.copy(w.path("anchors.pem"), path)
    w.l.lab("server", "start")
    check.that("and while no server ran", until(lambda: len(told()) == 2))
    check.same("with the one before", told()[1]["act"]["before"], hashlib.sha256(more.encode()).hexdigest())


def hand_made(check, w, staff):
    """The list itself, edited past tegata-admin."""
    l = w.l
    with open(staff, encoding="utf-8") as f:
        good = f.read()
    with open(staff, "a", encoding="utf-8") as f:
        f.write("E1098,手作り 太郎,TOHOKU,,,,boss,retail.counter,八戸営業所,,2020-04-01,\n")
    check.that("a list changed by hand is not taken", until(lambda: "changed without an order" in w.server_log()), w.server_log())
    l.lab("server", "stop")
    w.start_fails("with a list changed by hand", "changed without an order")
    with open(staff, "w", encoding="utf-8") as f:
        f.write(good)
    l.lab("server", "start")
    check.that("and with the right one it does", True)


def trial(check, w):
    """orders = off is said, and so is a setting that there is no more."""
    check.that("said at the start", "orders = off" in w.server_log(), w.server_log())
    check.that("on record", any("orders are off" in e.get("detail", "") for e in w.admin_entries()))
    conf = os.path.join(w.server, "tegata-server.conf")
    with open(conf, encoding="utf-8") as f:
        text = f.read()
    w.l.lab("server", "stop")
    for line, word in (("policy = mine.policy\n", "policy"), ("orders = maybe\n", "orders")):
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text.replace("orders = off\n", "") + line)
        w.start_fails(line.strip(), word)
    with open(conf, "w", encoding="utf-8") as f:
        f.write(text.replace("orders = off\n", "orders = required\n"))
    w.l.lab("server", "start")
    check.that("not said any more", "orders = off" not in w.server_log(), w.server_log())


def test(check):
    with lab.Lab() as l:
        w = World(check, l)
        trial(check, w)
        narrow, builtin, old = two_people(check, w)
        roll_back(check, w, narrow, builtin, old)
        wrong_approvals(check, w, narrow)
        by_hand(check, w, narrow)
        cli(check, w, narrow)
        readings(check, w)
        orders(check, w, narrow)
        while_down(check, w, narrow, builtin)
        anchors(check, w)
        people_come_and_go(check, w, narrow)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)


lab.main(test)
