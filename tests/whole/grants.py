#!/usr/bin/env python3
"""Emergency grants with real cards and a real server: a whole life from the declaration to the review, break-glass, every
approval that must not count, a server killed in the middle, and a journal that somebody has been at."""
import contextlib
import hashlib
import json
import os
import select
import shutil
import threading
import time

import lab

SECONDS = 2.0
SHOWN = {"name", "address", "phone", "point", "pole"}  # what an outage needs; DESIGN 5
READERS = {"duty-nw": 1, "duty-retail": 2, "responder": 3, "responder-b": 4, "supervisor": 5, "duty-nw-b": 6, "duty-retail-b": 7,
           "counter": 8}
PERSON = {"responder": "E1005", "responder-b": "E1010", "duty-nw": "N3002", "duty-retail": "E1004", "duty-nw-b": "N3003",
          "duty-retail-b": "E1009"}


def reader_name(n):
    """As tests/lab.d/parts.sh calls them."""
    n -= 1
    return f"Virtual PCD{'' if n < 2 else f' {8435 + n // 2 * 2}'} 00 {n % 2:02d}"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class World:
    def __init__(self, l, check):
        self.lab, self.check, self.truth = l, check, l.truth()
        areas = {}
        for row in self.truth:
            areas[row["area"]] = areas.get(row["area"], 0) + 1
        self.areas = sorted(areas, key=areas.get, reverse=True)

    @contextlib.contextmanager
    def at(self, name):
        """Signed in and staying: say("/path", {…}) gives (status, document)."""
        with self.lab.talk("--reader", reader_name(READERS[name])) as ask:
            def say(path, body=None):
                answer = ask("call " + path + (" " + json.dumps(body, ensure_ascii=False) if body is not None else ""))
                return answer["status"], json.loads(answer["body"]) if answer["body"] else {}
            yield say

    def once(self, name, path, body=None):
        with self.at(name) as say:
            return say(path, body)

    def cli(self, name, *words, **kw):
        return self.lab.run("tegata-cli", "--pin-fd", "3", "--json", "--reader", reader_name(READERS[name]), *words, **kw)

    def signed(self, card, text, act="grant", audience=lab.AUDIENCE, ago=0, prior=None, seq=0):
        """An approval by a card of the drawer, for exactly these bytes."""
        words = ["tegata-approve", "--card", os.path.join(self.lab.dir, "cards", card + ".json"), "--audience", audience, "--act", act,
                 "--digest", digest(text)]
        words += ["--ago", str(ago)] if ago else []
        words += ["--prior", prior, "--seq", str(seq)] if prior else []
        done = self.lab.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def event(self, id_, by="duty-nw"):
        status, doc = self.once(by, "/v1/grants")
        assert status == 200, doc
        return next(e for e in doc["events"] if e["id"] == id_)

    def declare(self, by="duty-nw", **more):
        now = int(time.time())
        body = {"kind": "outage", "cause": "typhoon", "areas": self.areas[0], "seconds": 3600, "end": now + 7200,
                "roster": PERSON["responder"] + " " + PERSON["responder-b"], **more}
        return self.once(by, "/v1/grants/declare", {k: v for k, v in body.items() if v is not None})

    def approve(self, name, event, **kw):
        more = event.get("extension")
        text = (more or event)["text"]
        if more:
            kw = {"prior": more["prior"], "seq": more["number"], **kw}
        return self.once(name, "/v1/grants/approve", {"event": event["id"], "approval": self.signed(name, text, **kw)})

    def live(self, **more):
        """Declared and approved by both: the event as it then stands."""
        status, e = self.declare(**more)
        assert status == 200, e
        for name in ("duty-nw", "duty-retail"):
            status, e = self.approve(name, e)
            assert status == 200, e
        return e

    def close(self, e):
        status, doc = self.once("duty-nw", "/v1/grants/close", {"event": e["id"]})
        assert status == 200, doc
        return doc

    def acknowledge(self, say, e):
        return say("/v1/grants/acknowledge", {"event": e["id"], "pledge": e["pledge"]["digest"]})

    def in_area(self, area, say=None):
        """Somebody with a name and a telephone there."""
        return next(r for r in self.truth if r["area"] == area and r["phone"] and r["name"])

    def review_all(self, e, by="supervisor"):
        with self.at(by) as say:
            status, doc = say("/v1/grants/views", {"event": e["id"]})
            seqs = [str(v["view"]) for v in doc.get("views", []) if v["state"] == "open"]
            if not seqs:
                return status, doc, 0
            status, left = say("/v1/grants/review", {"event": e["id"], "views": " ".join(seqs), "verdict": "explained"})
            return status, left, len(seqs)

    def leftovers(self):
        return self.lab.admin("grants", "leftovers")

    def numbered(self):
        """Number and entry of every look-up under a grant."""
        lines = [x.split(" ", 1) for x in self.lab.admin("audit", "tail", "2000").stdout.splitlines()]
        return [(int(n), json.loads(e)) for n, e in lines if '"grants":[' in e and '"rows":[' in e]

    def steps(self, n=2000):
        return [a for a in self.lab.audit(n) if a["kind"] == "grant"]


def code(answer):
    """(status, document) -> the problem's code, or the status of an answer."""
    status, doc = answer
    return doc.get("type", "").rpartition(":")[2] if status >= 400 else status


def search(say, row, by="phone", purpose="outage", **more):
    return say("/v1/customers/search", {"by": by, "query": row[{"phone": "phone", "kana": "kana", "name": "name"}[by]], "purpose": purpose, **more})


def found(answer):
    """How many rows; or why there are none."""
    status, doc = answer
    return len(doc["rows"]) if status == 200 else code(answer)


class Watch:
    """`tegata-cli grant watch`: what the stream says, with the moment that it was heard."""

    def __init__(self, w, name):
        self.run = w.lab.start("tegata-cli", "--pin-fd", "3", "--reader", reader_name(READERS[name]), "grant", "watch")

    def next(self, within):
        ready, _, _ = select.select([self.run.stdout], [], [], within)
        line = self.run.stdout.readline() if ready else ""
        return (json.loads(line)["grants"], time.time()) if line else (None, time.time())

    def close(self):
        self.run.stdin.close()
        return self.run.wait(20)


def nobody_sees(w, check, what, row, problem, name="responder"):
    """Refused with the reason, and not a byte of the customer."""
    with w.at(name) as say:
        answer = search(say, row)
        check.same(f"{what}: the look-up is refused", code(answer), problem)
        check.that(f"{what}: nothing of the customer is in the refusal", row["name"] not in json.dumps(answer[1], ensure_ascii=False))


def whole_life(w, check):
    here, next_door = w.areas[0], w.areas[1]
    row, other = w.in_area(here), w.in_area(next_door)
    nobody_sees(w, check, "no event", row, "grant-none")

    status, e = w.declare()
    check.same("declared", (status, e.get("state"), e.get("waits_for")), (200, "declared", ["network", "retail"]))
    text = json.loads(e["text"])
    check.that("what is approved names area, roster and length", here in e["text"] and PERSON["responder"] in e["text"] and "3600" in e["text"], str(text))
    nobody_sees(w, check, "declared only", row, "grant-none")

    one = w.cli("duty-nw", "grant", "approve", e["id"])
    doc = json.loads(one.stdout or "{}")
    check.same("the network side approves with tegata-cli", (one.returncode, doc.get("state"), doc.get("waits_for")), (0, "half", ["retail"]))
    check.that("and was shown what it signs", here in one.stderr and digest(e["text"]) in one.stderr, one.stderr)
    nobody_sees(w, check, "one approval", row, "grant-none")

    before = int(time.time())
    two = w.cli("duty-retail", "grant", "approve", e["id"])
    e = json.loads(two.stdout or "{}")
    check.same("the other company approves", (two.returncode, e.get("state"), e.get("mode"), e.get("flags")), (0, "live", "full", []))
    check.that("the clock starts at the second approval", before <= e["from"] <= time.time() and e["until"] == e["from"] + 3600, str((before, e["from"], e["until"])))
    check.same("approved by two companies", sorted(a["company"] for a in e["approvals"]), ["TOHOKU", "TOHOKU-NW"])

    nobody_sees(w, check, "not acknowledged", row, "grant-unacknowledged")
    with w.at("responder") as say:
        check.same("another text than the rule is no acknowledgement", code(say("/v1/grants/acknowledge", {"event": e["id"], "pledge": "0" * 64})), "grant-pledge")
        status, mine = w.acknowledge(say, e)
        check.that("acknowledged", status == 200 and mine["yours"]["usable"] and mine["yours"]["acknowledged"], str(mine.get("yours")))
        check.that("the rule was there to read, in both languages", len(e["pledge"]["ja"]) > 20 and len(e["pledge"]["en"]) > 20)
        status, found = search(say, row)
        check.that("the customer in the area is found", status == 200 and len(found["rows"]) >= 1, str(found)[:300])
        check.that("with the fields of an outage and no other", all(set(r["fields"]) <= SHOWN for r in found["rows"]), str(found)[:600])
        check.same("the next municipality: nothing", (search(say, other)[0], len(search(say, other)[1].get("rows", [0]))), (200, 0))
        status, wide = say("/v1/customers/search", {"by": "address", "query": row["address"][:6], "purpose": "outage", "limit": 100})
        wide = wide["rows"] if check.same("a whole town is asked for", status, 200) else []
        known = {r["id"] for r in w.truth if r["area"] == here}
        check.that("whatever is asked, only the area answers", wide and all(r["id"] in known for r in wide), str(len(wide)))
        check.same("no other purpose", code(search(say, row, purpose="inquiry")), "purpose")
        check.same("a hidden field finds nobody", len(say("/v1/customers/search", {"by": "customer", "query": row["customer_no"], "purpose": "outage"})[1].get("rows", [])), 0)
        status, shown = say("/v1/customers/show", {"id": found["rows"][0]["id"], "purpose": "outage"})
        check.that("a record opens with the same fields", status == 200 and set(shown["fields"]) <= SHOWN, str(shown)[:300])
        status, who = say("/v1/whoami")
        check.same("whoami names the grant", [g["id"] for g in who.get("grants", [])], [e["id"]])
        check.same("who looks does not read the views", code(say("/v1/grants/views", {"event": e["id"]})), "forbidden")
        seq = max(a for a, _ in w.numbered())
        got = code(say("/v1/grants/review", {"event": e["id"], "views": str(seq), "verdict": "explained"}))
        check.that("nor reviews them", got in ("forbidden", "grant-reviewer"), got)
    looks = [a for a in w.lab.audit() if a["kind"] in ("search", "show") and a.get("grants")]
    check.that("every look-up names the grant, its area and its end", looks and all(
        a["grants"] == [e["id"]] and a["granted"]["areas"] == here and a["granted"]["until"] == e["until"] for a in looks), str(looks[:1]))
    nobody_sees(w, check, "another person's acknowledgement is not mine", row, "grant-unacknowledged", "responder-b")
    with w.at("counter") as say:
        check.same("a grant opens nothing to another role", [r["class"] for r in search(say, row, purpose="inquiry")[1]["rows"] if r["class"] not in ("own", "former")], [])
    return e, row


def ends_while_open(w, check, e):
    watch = Watch(w, "responder")
    grants, _ = watch.next(20)
    check.that("the stream begins with the grant, its area and its end", grants and grants[0]["id"] == e["id"] and grants[0]["until"] == e["until"] and
               grants[0]["areas"] == e["areas"] and grants[0]["usable"], str(grants))
    with w.at("duty-nw") as say:
        at = time.time()
        status, doc = say("/v1/grants/close", {"event": e["id"]})
    check.same("closed", (status, doc.get("state"), doc.get("ended_by")), (200, "ended", "closed"))
    grants, heard = watch.next(10)
    check.same("an open screen is told that there is nothing left", grants, [])
    check.that(f"within {SECONDS} s", heard - at <= SECONDS, f"{heard - at:.3f} s")
    watch.close()


def restart(w, check, e, row):
    w.lab.lab("server", "kill")
    w.lab.lab("server", "start")
    again = w.event(e["id"])
    check.same("after kill -9 the event is what it was", {k: again[k] for k in ("state", "mode", "from", "until", "approvals", "number")},
               {k: e[k] for k in ("state", "mode", "from", "until", "approvals", "number")})
    with w.at("responder") as say:
        status, found = search(say, row)
        check.that("and so is what it opens", status == 200 and found["rows"], str(found)[:300])


def review(w, check, e, row):
    """Debt of an office: until somebody else has looked at every view, the next grant is closed to it."""
    left = w.leftovers()
    check.that("what is not reviewed is left over", left.returncode == 1 and e["id"] in left.stdout, left.stdout)
    status, next_one = w.declare()
    for name in ("duty-nw-b", "duty-retail-b"):
        status, next_one = w.approve(name, next_one)
    check.same("the next event is live", next_one.get("state"), "live")
    with w.at("responder") as say:
        w.acknowledge(say, next_one)
        check.same("but the office owes a review", code(search(say, row)), "review-debt")
        debts = say("/v1/grants")[1]["debts"]
        check.that("and is told so", any(d["event"] == e["id"] and d["views"] > 0 for d in debts), str(debts))
    with w.at("responder-b") as say:
        w.acknowledge(say, next_one)
        check.same("another office does not", search(say, row)[0], 200)
    with w.at("supervisor") as say:
        status, page = say("/v1/grants/views", {"event": e["id"]})
        check.that("the reviewer sees who looked at what, and no customer", status == 200 and page["views"] and
                   all(v["person"] == PERSON["responder"] and v["ids"] for v in page["views"]) and row["name"] not in json.dumps(page, ensure_ascii=False))
        seqs = [v["view"] for v in page["views"]]
        check.same("one view questioned", say("/v1/grants/review", {"event": e["id"], "views": str(seqs[0]), "verdict": "questioned"})[1].get("open"), len(seqs) - 1)
    with w.at("responder") as say:
        check.same("one is not all", code(search(say, row)), "review-debt")
    status, left, n = w.review_all(e)
    check.same("all reviewed", (status, left.get("open"), n), (200, 0, len(seqs) - 1))
    with w.at("responder") as say:
        check.same("and the office works again", search(say, row)[0], 200)
    w.close(next_one)
    w.review_all(next_one)
    left = w.leftovers()
    check.same("leftovers read zero", (left.returncode, left.stdout[:12]), (0, "leftovers: 0"))


def wrong_approvals(w, check):
    """Everything that must not count, over raw HTTP."""
    status, e = w.declare()
    text, id_ = e["text"], e["id"]
    good = w.signed("duty-nw", text)

    def refused(what, name, jws, *codes):
        got = code(w.once(name, "/v1/grants/approve", {"event": id_, "approval": jws}))
        check.that(f"{what}: refused", got in codes, f"{got}, expected {codes}")
        check.same(f"{what}: nothing has moved", w.event(id_)["state"], state)
    state = "declared"
    head, body, sig = good.split(".")
    refused("of another text", "duty-nw", w.signed("duty-nw", text.replace("3600", "9999")), "approval-digest")
    refused("of another act", "duty-nw", w.signed("duty-nw", text, act="policy"), "approval-act")
    refused("for another server", "duty-nw", w.signed("duty-nw", text, audience="https://elsewhere:8443"), "assertion-audience")
    refused("two days old", "duty-nw", w.signed("duty-nw", text, ago=2 * 86400), "approval-time")
    refused("a changed claim", "duty-nw", ".".join([head, body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB"), sig]), "signature", "approval")
    refused("a changed signature", "duty-nw", ".".join([head, body, sig[:-4] + ("AAAA" if sig[-4:] != "AAAA" else "BBBB")]), "signature")
    refused("no signature", "duty-nw", head + "." + body + ".", "approval", "signature")
    refused("alg none", "duty-nw", "eyJhbGciOiJub25lIn0." + body + ".", "approval", "algorithm", "signature")
    refused("a foreign authority's card", "duty-nw", w.signed("foreign", text), "cert-untrusted", "approval-people")
    refused("a revoked card", "duty-nw", w.signed("revoked", text), "cert-revoked", "approval-people")
    refused("a responder's card", "duty-nw", w.signed("responder", text), "approval-people", "approval-duty", "grant-roster", "forbidden")
    refused("somebody else's, handed in", "duty-retail", good, "approval-people", "forbidden")
    refused("a person without the duty", "counter", w.signed("counter", text), "forbidden", "approval-duty")
    refused("a responder for himself", "responder", w.signed("responder", text), "forbidden", "approval-duty", "grant-roster", "not-found")
    check.same("no JWS at all", code(w.once("duty-nw", "/v1/grants/approve", {"event": id_, "approval": "yes"})), "approval")
    check.same("an event that is none", code(w.once("duty-nw", "/v1/grants/approve", {"event": "EV-19990101-001", "approval": good})), "not-found")
    check.same("the good one counts", w.once("duty-nw", "/v1/grants/approve", {"event": id_, "approval": good})[1].get("state"), "half")
    state = "half"
    refused("replayed", "duty-nw", good, "approval-used", "grant-voice")
    refused("the same person anew", "duty-nw", w.signed("duty-nw", text), "approval-used", "grant-voice")
    refused("a second of the same company", "duty-nw-b", w.signed("duty-nw-b", text), "grant-voice", "approval-people")
    status, another = w.declare()
    check.same("for another event of the same words", code(w.once("duty-nw", "/v1/grants/approve", {"event": another["id"], "approval": good})), "approval-digest")
    for x in (id_, another["id"]):
        check.same("withdrawn", w.once("duty-nw", "/v1/grants/close", {"event": x})[1].get("ended_by"), "withdrawn")
    late = w.signed("duty-retail", text)
    check.that("too late", code(w.once("duty-retail", "/v1/grants/approve", {"event": id_, "approval": late})) in ("grant-ended", "grant-state"))
    check.that("every refusal is on record", sum(1 for a in w.steps() if a.get("problem")) >= 15)
    check.that("and none of them as a step that was done", not any("act" in a for a in w.steps() if a["decision"] == "deny"))


def nobody_declares(w, check):
    for name in ("duty-retail", "responder", "counter", "supervisor"):
        check.same(f"{name} declares nothing", code(w.declare(by=name)), "forbidden")
    now = int(time.time())
    for what, more, problem in (("longer than an outage may be", {"seconds": 25 * 3600, "end": now + 90000}, "grant-length"),
                                ("over before it begins", {"end": now - 10}, "grant-length"), ("no area", {"areas": "99999x"}, "bad-member"),
                                ("a kind that is none", {"kind": "curiosity"}, "bad-member"),
                                ("a duty manager on the roster", {"roster": PERSON["duty-nw"]}, "grant-roster"),
                                ("nobody", {"roster": None}, "bad-member"), ("a name that nobody has", {"roster": "E9999"}, "person-unknown"),
                                ("a roster that was never approved", {"roster": None, "standing": "RO-20200101-001"}, "grant-standing")):
        got = code(w.declare(**more))
        check.same(f"declared with {what}", got, problem)


def by_time(w, check, row):
    """It ends by itself, with nobody acting, and the screen is told."""
    e = w.live(seconds=60)
    with w.at("responder") as say:
        w.acknowledge(say, e)
        check.same("open", search(say, row)[0], 200)
    watch = Watch(w, "responder")
    grants, _ = watch.next(20)
    check.that("the stream has its end", grants and grants[0]["until"] == e["until"], str(grants))
    grants, heard = watch.next(75)
    check.same("and says when it has come", grants, [])
    check.that(f"within {SECONDS} s of it", 0 <= heard - e["until"] <= SECONDS, f"{heard - e['until']:.3f}")
    watch.close()
    nobody_sees(w, check, "after its time", row, "grant-none")
    check.same("ended by time", [w.event(e["id"])[k] for k in ("state", "ended_by")], ["ended", "time"])
    w.review_all(e)


def overlap(w, check, row):
    """Two at once; the end of one takes nothing of the other; an extension is a new approval."""
    a, b = w.live(), w.live(areas=" ".join(sorted(w.areas[:2])), seconds=7000)
    other = w.in_area(w.areas[1])
    with w.at("responder") as say:
        for e in (a, b):
            w.acknowledge(say, e)
        check.same("both areas", [found(search(say, r)) for r in (row, other)], [1, 1])
    w.close(b)
    with w.at("responder") as say:
        check.same("the shorter one goes on, for its own area", [found(search(say, r)) for r in (row, other)], [1, 0])
    status, more = w.once("duty-nw", "/v1/grants/extend", {"event": a["id"], "seconds": 7200, "end": int(time.time()) + 9000})
    check.same("an extension waits for both, and the old end holds", (status, more["until"], more["extension"]["waits_for"]), (200, a["until"], ["network", "retail"]))
    status, half = w.approve("duty-nw", more)
    check.same("one is not enough", half.get("until"), a["until"])
    check.that("without what it follows it is no approval", code(w.once("duty-retail", "/v1/grants/approve", {
        "event": a["id"], "approval": w.signed("duty-retail", half["extension"]["text"])})) == "approval-order")
    done = w.cli("duty-retail", "grant", "approve", a["id"])
    both = json.loads(done.stdout or "{}")
    check.that("tegata-cli shows what it follows", digest(half["extension"]["text"]) in done.stderr and half["extension"]["prior"] in done.stderr, done.stderr)
    check.that("the second one moves the end", done.returncode == 0 and both["until"] > a["until"] and both["extension"] is None and both["number"] == 2, str(both)[:300])
    w.close(both)
    w.review_all(a)
    w.review_all(b)


def all_at_once(w, check):
    """Four approvers in the same moment, on connections of their own: two count, of two companies, whoever they are."""
    names = ("duty-nw", "duty-nw-b", "duty-retail", "duty-retail-b")
    for turn in range(3):
        status, e = w.declare()
        signed = {n: w.signed(n, e["text"]) for n in names}
        with contextlib.ExitStack() as desks:
            said = {n: desks.enter_context(w.at(n)) for n in names}
            together, got = threading.Barrier(len(names)), {}

            def approve(n):
                together.wait()
                got[n] = said[n]("/v1/grants/approve", {"event": e["id"], "approval": signed[n]})
            crowd = [threading.Thread(target=approve, args=(n,)) for n in names]
            for t in crowd:
                t.start()
            for t in crowd:
                t.join()
        codes = sorted(str(code(a)) for a in got.values())
        check.same(f"four at once, round {turn}: two count", codes, ["200", "200", "grant-voice", "grant-voice"])
        now = w.event(e["id"])
        check.same("the event is live, by two companies", (now["state"], now["mode"], sorted(a["company"] for a in now["approvals"])),
                   ("live", "full", ["TOHOKU", "TOHOKU-NW"]))
        w.lab.lab("server", "kill")
        w.lab.lab("server", "start")
        again = w.event(e["id"])
        check.same("and the journal has it in the same order", [again[k] for k in ("approvals", "from", "until", "state")],
                   [now[k] for k in ("approvals", "from", "until", "state")])
        w.close(again)


def standing(w, check, row):
    """03:00: on a roster that both companies have approved beforehand, with one approver or none."""
    status, r = w.once("duty-nw", "/v1/rosters/propose", {"name": "night", "areas": " ".join(sorted(w.areas[:3])), "people": PERSON["responder"],
                                                         "seconds": 7200, "until": int(time.time()) + 30 * 86400})
    check.same("proposed", (status, r.get("state")), (200, "proposed"))
    check.that("not yet approved, it starts nothing", code(w.declare(roster=None, standing=r["id"])) in ("grant-standing",))
    for name in ("duty-nw", "duty-retail"):
        status, r = w.once(name, "/v1/rosters/approve", {"roster": r["id"], "approval": w.signed(name, r["text"], act="roster")})
    check.same("valid", (status, r.get("state")), (200, "valid"))
    status, e = w.declare(roster=None, standing=r["id"], areas=w.areas[5])
    check.that("an area beyond it", code((status, e)) in ("grant-standing",))
    status, plain = w.declare()
    check.that("no start without a standing roster", code(w.once("duty-nw", "/v1/grants/start", {"event": plain["id"], "reason": w.reason})) in ("grant-standing",))
    w.close(plain)

    status, e = w.declare(roster=None, standing=r["id"])
    check.that("a reason must be one of the codes", code(w.once("duty-nw", "/v1/grants/start", {"event": e["id"], "reason": "because"})) == "bad-member")
    check.that("a responder starts nothing", code(w.once("responder", "/v1/grants/start", {"event": e["id"], "reason": w.reason})) == "grant-roster")
    status, e = w.once("duty-nw", "/v1/grants/start", {"event": e["id"], "reason": w.reason})
    check.same("break-glass: live, and flagged", (status, e.get("state"), e.get("mode"), e.get("flags")), (200, "live", "none", ["break-glass"]))
    check.that("for two hours at the most", 0 < e["until"] - e["from"] <= 7200, str(e["until"] - e["from"]))
    with w.at("responder") as say:
        w.acknowledge(say, e)
        check.same("it opens its area", search(say, row)[0], 200)
    for name in ("duty-retail", "duty-retail-b", "duty-nw-b"):
        with w.at(name) as say:
            alarms = [a for a in say("/v1/grants")[1]["alarms"] if a["event"] == e["id"]]
            check.same(f"{name} finds an alarm", [a["kind"] for a in alarms], ["break-glass"])
            if name == "duty-retail" and alarms:
                check.same("and takes note of it", say("/v1/alarms/acknowledge", {"alarm": alarms[0]["id"]}), (200, {}))
                check.same("then it is gone for this one", [a for a in say("/v1/grants")[1]["alarms"] if a["event"] == e["id"]], [])
    check.that("a counter has no alarms", w.once("counter", "/v1/grants")[1]["alarms"] == [])
    w.lab.lab("server", "kill")
    w.lab.lab("server", "start")
    check.same("flag and alarm outlive the server", ([a["event"] for a in w.once("duty-retail-b", "/v1/grants")[1]["alarms"]], w.event(e["id"])["flags"]),
               ([e["id"]], ["break-glass"]))
    w.close(e)
    w.review_all(e)

    status, e = w.declare(roster=None, standing=r["id"])
    status, e = w.approve("duty-nw", e)
    status, e = w.once("duty-nw", "/v1/grants/start", {"event": e["id"], "reason": w.reason})
    check.same("one approver: live, and flagged", (status, e.get("state"), e.get("mode"), e.get("flags")), (200, "live", "one", ["one-approver"]))
    check.that("who was skipped is told", any(a["event"] == e["id"] and a["kind"] == "one-approver" for a in w.once("duty-retail", "/v1/grants")[1]["alarms"]))
    w.close(e)
    return r


def drill(w, check, row):
    """A drill shows invented people only, never ours; and whoever has a real grant is in no drill."""
    status, refused = w.declare(kind="drill", seconds=9 * 3600, end=int(time.time()) + 9 * 3600)
    check.same("a drill is shorter than a working day", code((status, refused)), "grant-length")
    e = w.live(kind="drill")
    check.same("flagged as a drill", e["flags"], ["drill"])
    real = {(t["name"], t["phone"]) for t in w.truth}
    with w.at("responder") as say:
        w.acknowledge(say, e)
        check.same("a real customer is not found in a drill", found(search(say, row)), 0)
        status, wide = say("/v1/customers/search", {"by": "address", "query": row["address"][:6], "purpose": "outage", "limit": 100})
        rows = wide.get("rows", [])
        check.that("invented ones are, in the same town", status == 200 and len(rows) > 0, str(wide)[:200])
        check.that("none of them is of the real store", not any((r["fields"].get("name"), r["fields"].get("phone")) in real for r in rows))
        check.same("with the fields of an outage", [r for r in rows if not set(r["fields"]) <= SHOWN], [])
        if rows:
            check.same("and open", say("/v1/customers/show", {"id": rows[0]["id"], "purpose": "outage"})[0], 200)
        own = next(t for t in w.truth if t["area"] == w.areas[0])
        check.same("a real record does not open by its id", code(say("/v1/customers/show", {"id": own["id"], "purpose": "outage"})), "not-found")
        status, who = say("/v1/whoami")
        check.same("the screen can say that it is one", [g["flags"] for g in who["grants"]], [["drill"]])
        r = w.live()
        w.acknowledge(say, r)
        check.same("with a real grant beside it: the real customer", found(search(say, row)), 1)
        if rows:
            check.same("and nobody invented", code(say("/v1/customers/show", {"id": rows[0]["id"], "purpose": "outage"})), "not-found")
        w.close(r)
        check.same("which ends, and the drill goes on", found(search(say, row)), 0)
    w.close(e)
    w.review_all(r)
    check.same("a drill owes no review", w.leftovers().returncode, 0)


def tampered(w, check):
    """Whoever administers the server invents no grant: bytes of the journal hold, and steps are made of approvals."""
    w.lab.lab("server", "stop")
    folder = w.lab.lab("journal").strip()
    kept = folder + ".kept"
    shutil.copytree(folder, kept)
    segments = sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.startswith("segment-"))
    for path in segments:
        with open(path, "r+b") as f:
            data = f.read()
            at = data.find(b'"step":"acknowledge"')
            if at >= 0:
                f.seek(at + 8)
                f.write(b"approvereadg"[:11])
                break
    else:
        raise AssertionError("no step found to change")
    started = w.lab.run("sh", "-c", "timeout 20 tegata-server --config \"$TEGATA_LAB/server/tegata-server.conf\" 2>&1 | head -5")
    check.that("a journal with one changed step starts no server", "ready" not in started.stdout, started.stdout)
    check.that("leftovers say so too", w.leftovers().returncode != 0)
    shutil.rmtree(folder)
    shutil.move(kept, folder)
    w.lab.lab("server", "start")


def replayed(w, check):
    done = w.lab.admin("audit", "replay")
    check.that("every decision under a grant is made again, and is the same", done.returncode == 0, done.stdout[-600:] + done.stderr[-300:])
    done = w.lab.admin("grants", "list")
    check.that("tegata-admin grants list has them all", done.returncode == 0 and done.stdout.count("EV-") >= 8, done.stdout[-500:])


def test(check):
    with lab.Lab(2000, 7, "--readers", "8") as l, contextlib.ExitStack() as cards:
        for name, reader in READERS.items():
            cards.enter_context(l.card(name, reader))
        w = World(l, check)
        w.reason = "unreachable"
        if os.environ.get("ONLY"):
            one = globals()[os.environ["ONLY"]]
            one(*(w, check, w.in_area(w.areas[0]))[:one.__code__.co_argcount])
            return
        e, row = whole_life(w, check)
        restart(w, check, e, row)
        ends_while_open(w, check, e)
        nobody_sees(w, check, "closed", row, "grant-none")
        review(w, check, e, row)
        nobody_declares(w, check)
        wrong_approvals(w, check)
        all_at_once(w, check)
        overlap(w, check, row)
        standing(w, check, row)
        drill(w, check, row)
        by_time(w, check, row)
        replayed(w, check)
        tampered(w, check)


if __name__ == "__main__":
    lab.main(test)
