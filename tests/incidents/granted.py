"""Rights for an event: declared and approved as ever, used while they last, and gone by themselves before the replay begins.

Before anybody sits down at the terminals of the incident, each group with a grant has its event: declared by the network company,
approved by two companies' cards (and once more where it is extended). Everybody on the roster tries first without having
acknowledged the rule, then acknowledges it, then finds whom the event is about. Then the end comes, with nobody acting.
"""
import hashlib
import json
import os
import time

LASTS = 45      # seconds from the declaration to the end; an extension adds half of it
ROLES = {"outage": "emergency.responder", "fault": "emergency.fault", "transition": "emergency.transition"}
PURPOSE = {"outage": "outage", "fault": "inquiry", "transition": "billing"}
AUDIENCE = "https://localhost:8443"
READER = "Virtual PCD 00 00"


class Official:
    """Somebody who is there for the event only; as World.card wants it."""

    def __init__(self, id_, name, employer, role):
        self.id, self.name, self.employer, self.role, self.office = id_, name, employer, role, "本店"

    def post(self):
        return [self.id, self.name, self.employer, "", "", "", "now", self.role, self.office, "", "2016-04-01", ""]


class Event:
    def __init__(self, i, g, people):
        self.incident, self.group, self.people = i, g, people
        self.kind, self.uses, self.extended = g.grant
        self.id = self.end = self.pledge = None
        self.targets, self.answers = {}, {}

    def where(self, what):
        return f"{self.incident.name}/{self.group.name}: {what}"

    def terminal(self):
        return self.group.terminals[1] + "-EVENT"


class Granted:
    """All events of a world."""

    def __init__(self, made):
        self.made, self.events, self.officials = made, [], []
        for i in made.incidents:
            for g in i.groups:
                if g.grant != "none":
                    self.events.append(Event(i, g, made.members(i, g)))
        if self.events:
            company = self.events[0].group.employer
            self.nw = Official("Y0001", "当直 一", company + "-NW", "nw.duty")
            self.retail = Official("Y0002", "当直 二", company, "retail.duty")
            self.reviewer = Official("Y0003", "上長 三", company, "retail.supervisor")
            self.officials = [self.nw, self.retail, self.reviewer]
        for e in self.events:
            for p in e.people:
                e.targets[p.id] = [self.target(e) for _ in range(e.uses + 1)]

    def target(self, e):
        return self.made.table.take("other-person", "phone") if e.kind == "outage" else self.made.next_own()

    def lawful(self):
        """Ids of records that were open for an event."""
        return {t["id"] for e in self.events for ts in e.targets.values() for t in ts}

    # -------------------------------------------------------------- the event

    def begin(self, world, check):
        if not self.events:
            return
        for e in self.events:
            e.end = int(time.time()) + LASTS
        with world.lab.card(self.nw.id), world.lab.talk("--reader", READER) as ask:
            for e in self.events:
                doc = say(ask, "/v1/grants/declare", {
                    "kind": e.kind, "cause": e.incident.name, "role": ROLES[e.kind], "seconds": 3600, "end": e.end,
                    "areas": " ".join(sorted({t["area"] for ts in e.targets.values() for t in ts})), "roster": " ".join(p.id for p in e.people)})
                e.id, e.pledge = doc["id"], doc["pledge"]["digest"]
                check.that(e.where("the rule is there to read, in both languages"), len(doc["pledge"]["ja"]) > 20 < len(doc["pledge"]["en"]))
            self.approve(world, ask, self.nw)
        with world.lab.card(self.retail.id), world.lab.talk("--reader", READER) as ask:
            for e in self.approve(world, ask, self.retail):
                check.that("approved by both companies: " + e["id"], e["state"] == "live" and e["mode"] == "full", str(e)[:300])
        self.extend(world, check)

    def extend(self, world, check):
        more = [e for e in self.events if e.extended]
        if not more:
            return
        with world.lab.card(self.nw.id), world.lab.talk("--reader", READER) as ask:
            for e in more:
                e.end += LASTS // 2
                say(ask, "/v1/grants/extend", {"event": e.id, "seconds": 3600, "end": e.end})
            self.approve(world, ask, self.nw)
        with world.lab.card(self.retail.id), world.lab.talk("--reader", READER) as ask:
            for doc in self.approve(world, ask, self.retail):
                check.that("more time by two approvals: " + doc["id"], doc["number"] == 2 and doc["until"] in [e.end for e in more], str(doc)[:300])

    @staticmethod
    def approve(world, ask, who):
        """Whatever waits for this side."""
        done = []
        for doc in say(ask, "/v1/grants")["events"]:
            plea = doc["extension"] or doc
            if doc["state"] == "ended" or not plea["text"]:
                continue
            words = ["--prior", plea["prior"], "--seq", str(plea["number"])] if doc["extension"] else []
            digest = hashlib.sha256(plea["text"].encode()).hexdigest()
            jws = world.lab.run("tegata-approve", "--card", world.path("cards", who.id + ".json"), "--audience", AUDIENCE, "--act", "grant",
                                "--digest", digest, *words)
            assert jws.returncode == 0, jws.stderr
            done.append(say(ask, "/v1/grants/approve", {"event": doc["id"], "approval": jws.stdout.strip()}))
        return done

    # -------------------------------------------------------------- while it lasts, and its end

    def job(self, e, p):
        kind = "phone" if e.kind == "outage" else "point"
        lines = [f"search --by {kind} --purpose {PURPOSE[e.kind]} -- '{t[kind]}'" for t in e.targets[p.id]]
        lines.insert(1, f"grant acknowledge {e.id} --pledge {e.pledge}")
        return {"card": p.id, "sessions": [{"terminal": e.terminal(), "ended": False, "lines": lines}]}

    def use(self, world, check):
        if not self.events:
            return
        world.desks([self.job(e, p) for e in self.events for p in e.people], "events")
        for e in self.events:
            check.that(e.where("used while it lasts"), time.time() < e.end, "it took too long here: LASTS is too short")
            for p in e.people:
                with open(world.path("events", e.terminal() + "." + p.id), encoding="utf-8") as f:
                    _, first, known, *found = [json.loads(line) for line in f]
                check.same(e.where(f"{p.id}: nothing before the rule is acknowledged"), first.get("error"), "grant-unacknowledged")
                check.that(e.where(f"{p.id}: acknowledges it"), bool((known.get("yours") or {}).get("acknowledged")), str(known)[:300])
                check.same(e.where(f"{p.id}: finds whom the event is about"), [[r["id"] for r in a.get("rows", [])] for a in found],
                           [[t["id"]] for t in e.targets[p.id][1:]])
        time.sleep(max(0.0, max(e.end for e in self.events) - time.time()))

    # -------------------------------------------------------------- afterwards

    def after(self, world, check, journal):
        """It ended by itself, nothing was seen behind its end, everybody had acknowledged; reviewed, the leftovers are none."""
        if not self.events:
            return
        with world.lab.card(self.reviewer.id), world.lab.talk("--reader", READER) as ask:
            for e in self.events:
                views = say(ask, "/v1/grants/views", {"event": e.id})["views"]
                check.same(e.where("every view is there to be reviewed"), len(views), e.uses * len(e.people))
                say(ask, "/v1/grants/review", {"event": e.id, "views": " ".join(str(v["view"]) for v in views), "verdict": "explained"})
        with world.lab.card(self.nw.id), world.lab.talk("--reader", READER) as ask:
            events = {doc["id"]: doc for doc in say(ask, "/v1/grants")["events"]}
        for e in self.events:
            doc = events[e.id]
            check.same(e.where("it ended by itself"), (doc["state"], doc["ended_by"], doc["until"]), ("ended", "time", e.end))
            steps = [json.loads(a["act"]) if isinstance(a["act"], str) else a["act"] for a in journal if a["kind"] == "grant" and "act" in a]
            known = [s["by"]["person"] for s in steps if s["step"] == "acknowledge" and s["id"] == e.id]
            check.same(e.where("everybody with the right has acknowledged the rule, on record"), sorted(known), sorted(p.id for p in e.people))
            used = [a for a in journal if e.id in (a.get("grants") or []) and a.get("rows")]
            late = [a for a in used if a["time"] >= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(e.end))]
            check.same(e.where("leftover use"), (len(used), len(late)), (e.uses * len(e.people), 0))
            print(f"  {e.where(e.kind)}: {len(used)} look-ups while it lasted{', extended once' if e.extended else ''}; leftover use {len(late)}")
        left = world.lab.admin("grants", "leftovers")
        check.that("leftovers read zero", left.returncode == 0 and left.stdout.startswith("leftovers: 0"), left.stdout + left.stderr)


def say(ask, path, body=None):
    answer = ask("call " + path + (" " + json.dumps(body, ensure_ascii=False) if body is not None else ""))
    assert answer["status"] == 200, answer["body"]
    return json.loads(answer["body"])
