"""What each verb of a scenario does: real cards, the real server, and what the answer comes to in one word."""
import collections
import contextlib
import csv
import glob
import hashlib
import json
import os
import select
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "whole"))
import lab  # noqa: E402  (tests/whole/lab.py)

import scenario  # noqa: E402

SHOWN = {"name", "address", "phone", "point", "pole"}  # what an outage needs, and nothing else
PERSON = {"responder": "E1005", "responder-b": "E1010", "duty-nw": "N3002", "duty-retail": "E1004", "duty-nw-b": "N3003",
          "duty-retail-b": "E1009", "supervisor": "E1008", "counter": "E1001"}
FIRST_PORT = 8435
HEARD = 2.0  # seconds in which an open screen must know


def reader(name):
    """As tests/lab.d/parts.sh calls them."""
    n = scenario.CARDS.index(name)
    return f"Virtual PCD{'' if n < 2 else f' {FIRST_PORT + n // 2 * 2}'} 00 {n % 2:02d}"


def options(words):
    """"area 1 end +20" as a dictionary."""
    if len(words) % 2:
        raise scenario.Fault(f"a value is missing: {' '.join(words)}")
    return dict(zip(words[::2], words[1::2]))


class World:
    """The lab, all its cards at readers of their own, and who is signed in."""

    def __init__(self, l, cards):
        self.lab, self.truth = l, l.truth()
        self.held, self.watching = {}, {}
        for n, name in enumerate(scenario.CARDS, 1):
            cards.enter_context(l.card(name, n))
        count = {}
        for r in self.truth:
            count[r["area"]] = count.get(r["area"], 0) + 1
        self.areas = sorted(count, key=lambda a: (-count[a], a))
        families = collections.Counter(r["name"][:2] for r in self.truth if r["name"])
        self.families = [f for f, _ in families.most_common(12)]
        with open(os.path.join(lab.TOP, "tests", "lab.d", "staff.csv"), encoding="utf-8") as f:
            self.staff = f.read()

    def say(self, name, path, body=None):
        """Signed in, and staying so from one step to the next."""
        self.unwatch(name)
        if name not in self.held:
            stack = contextlib.ExitStack()
            self.held[name] = stack, stack.enter_context(self.lab.talk("--reader", reader(name)))
        answer = self.held[name][1]("call " + path + (" " + json.dumps(body, ensure_ascii=False) if body is not None else ""))
        return answer["status"], json.loads(answer["body"]) if answer["body"] else {}

    def leave(self, name):
        if name in self.held:
            with contextlib.suppress(OSError):
                self.held.pop(name)[0].close()

    def unwatch(self, name):
        if name in self.watching:
            held = self.watching.pop(name)
            held.stdin.close()
            held.wait(20)

    def everybody_out(self):
        for name in list(self.watching):
            self.unwatch(name)
        for name in list(self.held):
            self.leave(name)

    def import_staff(self, text):
        path = os.path.join(self.lab.dir, "scenario-staff.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        done = self.lab.admin("import", "staff", path)
        assert done.returncode == 0, done.stderr
        time.sleep(HEARD)

    def signed(self, card, text, more=(), ago=0, act="grant"):
        words = ["tegata-approve", "--card", os.path.join(self.lab.dir, "cards", card + ".json"), "--audience", lab.AUDIENCE, "--act",
                 act, "--digest", hashlib.sha256(text.encode()).hexdigest(), *more]
        done = self.lab.run(*words, *(["--ago", str(ago)] if ago else []))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, wrap=None):
        """The server, if need be behind something that changes its clock; why it does not start, if it does not."""
        env = {**os.environ, **({"TEGATA_SERVER_WRAP": wrap} if wrap else {})}
        with subprocess.Popen([lab.LAB, "server", self.lab.dir, "start"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env) as run:
            while run.poll() is None:
                with open(os.path.join(self.lab.dir, "log", "server"), encoding="utf-8", errors="replace") as f:
                    if wrap and "audit: clock" in f.read():
                        run.kill()  # it waits for a server that has given up
                        return "clock"
                time.sleep(0.05)
            assert run.returncode == 0, run.stdout.read()
        return "done"


def people_of(more):
    return " ".join(PERSON[n] for n in more.get("roster", "responder").split(","))


def problem(answer):
    """(status, document) -> the problem's code, or None."""
    status, doc = answer
    return (doc.get("type", "").rpartition(":")[2] or str(status)) if status >= 400 else None


def mixed(data):
    """One character in the middle changed for another one."""
    at = len(data) // 2
    return data[:at] + ("B" if data[at] == "A" else "A") + data[at + 1:]


class Run:
    """One scenario in a world; do(step) gives the outcome in words."""

    def __init__(self, world, check, s):
        self.w, self.check, self.s = world, check, s
        self.events, self.rosters, self.last, self.moment, self.shifted = {}, {}, {}, {}, False

    def do(self, step):
        kind = step.who if step.who in scenario.VERBS else "person"
        return getattr(self, f"{kind}_{step.verb.replace('-', '_')}")(step.who, step.words)

    def event(self, letter):
        """As it stands now, asked by a duty manager."""
        status, doc = self.w.say("duty-nw", "/v1/grants")
        assert status == 200, doc
        return next(e for e in doc["events"] if e["id"] == self.events[letter])

    def stepped(self, letter, answer):
        """A step's answer is the event: its state, and what ended it."""
        status, doc = answer
        if status >= 400:
            return problem(answer)
        self.events.setdefault(letter, doc["id"])
        return f"ended {doc['ended_by']}" if doc["state"] == "ended" else doc["state"]

    # -------------------------------------------------------------- people

    def areas_of(self, more):
        return " ".join(sorted(self.w.areas[int(n) - 1] for n in more.get("area", "1").split(",")))

    def person_declare(self, who, words):
        letter, more = words[0], options(words[1:])
        now = int(time.time())
        body = {"kind": more.get("kind", "outage"), "cause": "typhoon",
                "areas": self.areas_of(more),
                "seconds": int(more.get("seconds", "3600")), "end": now + int(more.get("end", "+7200")),
                **({"standing": self.rosters[more["standing"]]} if "standing" in more else {"roster": people_of(more)})}
        return self.stepped(letter, self.w.say(who, "/v1/grants/declare", body))

    def person_propose(self, who, words):
        """A standing roster, for a night when nobody can be reached."""
        more = options(words[1:])
        answer = self.w.say(who, "/v1/rosters/propose", {
            "name": "night", "areas": self.areas_of(more), "people": people_of(more), "seconds": int(more.get("seconds", "3600")),
            "until": int(time.time()) + int(more.get("end", "+86400"))})
        self.rosters[words[0]] = answer[1].get("id")
        return problem(answer) or answer[1]["state"]

    def person_approve_roster(self, who, words):
        status, doc = self.w.say("duty-nw", "/v1/grants")
        text = next(r["text"] for r in doc["rosters"] if r["id"] == self.rosters[words[0]])
        answer = self.w.say(who, "/v1/rosters/approve", {"roster": self.rosters[words[0]], "approval": self.w.signed(who, text or "", act="roster")})
        return problem(answer) or answer[1]["state"]

    def person_start(self, who, words):
        """Without both approvals: with one, or with none; the flags are part of the outcome."""
        outcome = self.stepped(words[0], self.w.say(who, "/v1/grants/start", {"event": self.events[words[0]], "reason": "unreachable"}))
        return outcome if outcome != "live" else " ".join(["live", *self.event(words[0])["flags"]])

    def person_alarms(self, who, words):
        """What somebody who was not asked finds, and takes note of."""
        status, doc = self.w.say(who, "/v1/grants")
        mine = [a for a in doc.get("alarms", []) if a["event"] == self.events[words[0]]]
        for a in mine:
            self.check.that(f"{self.s.name}: the alarm says so in both languages", a["text_ja"] and a["text_en"], str(a))
            self.w.say(who, "/v1/alarms/acknowledge", {"alarm": a["id"]})
        return " ".join(a["kind"] for a in mine) or "none"

    def approval(self, who, letter, more):
        """A JWS by a card; how it is wrong, if it is to be."""
        e = self.event(more["of"] if "of" in more else letter)
        plea = e["extension"] or e
        seq = ["--prior", plea["prior"], "--seq", str(plea["number"])] if e["extension"] else []
        text = plea["text"] or self.last[letter, "text"]
        self.last[letter, "text"] = text
        jws = self.w.signed(more.get("by", who), text, seq, int(more.get("ago", "0")))
        head, body, sig = jws.split(".")
        if "altered" in more:
            return ".".join([head, mixed(body), sig])
        return ".".join([head, body, mixed(sig)]) if "forged" in more else jws

    def person_approve(self, who, words):
        letter, more = words[0], words[1:]
        more = {more[0]: ""} if len(more) == 1 else options(more)
        jws = self.last[who, letter] if "again" in more else self.approval(who, letter, more)
        self.last[who, more.get("of", letter)] = jws
        before = int(time.time())
        outcome = self.stepped(letter, self.w.say(who, "/v1/grants/approve", {"event": self.events[letter], "approval": jws}))
        if outcome == "live":
            self.moment[letter] = before, time.time()
        return outcome

    def person_extend(self, who, words):
        more = options(words[1:])
        return self.stepped(words[0], self.w.say(who, "/v1/grants/extend", {
            "event": self.events[words[0]], "seconds": int(more["seconds"]), "end": int(time.time()) + int(more["end"])}))

    def person_close(self, who, words):
        self.moment["act"] = time.time()
        return self.stepped(words[0], self.w.say(who, "/v1/grants/close", {"event": self.events[words[0]]}))

    def person_acknowledge(self, who, words):
        """What is acknowledged is what was shown: the rule in two languages, and its digest."""
        status, doc = self.w.say(who, "/v1/grants")
        mine = [e for e in doc.get("events", []) if e["id"] == self.events[words[0]]]
        pledge = mine[0]["pledge"] if mine and mine[0]["pledge"] else {"ja": "", "en": "", "digest": "0" * 64}
        self.check.that(f"{self.s.name}: {who} has the rule to read", not mine or len(pledge["ja"]) > 20 and len(pledge["en"]) > 20, str(pledge))
        return self.stepped(words[0], self.w.say(who, "/v1/grants/acknowledge", {"event": self.events[words[0]], "pledge": pledge["digest"]}))

    def target(self, area):
        """Another retailer's customer there: on no other day would a responder's company see it."""
        code = self.w.areas[int(area) - 1]
        return next(r for r in self.w.truth if r["area"] == code and r["class"] == "other" and r["phone"] and r["name"] and r["customer_no"])

    def opened(self, who, area, rows, target):
        """Found says: the right record, nothing outside the areas that are open, and exactly the fields of an outage."""
        known = {r["id"]: r["area"] for r in self.w.truth}
        open_areas = {a for e in self.events for a in self.event(e)["areas"].split()}
        self.check.that(f"{self.s.name}: {who} finds the customer that was meant", target["id"] in [r["id"] for r in rows], str(rows)[:300])
        self.check.that(f"{self.s.name}: {who} sees declared municipalities only", {known.get(r["id"]) for r in rows} <= open_areas, str(rows)[:300])
        for r in rows:
            self.check.that(f"{self.s.name}: {who} sees the fields of an outage only", set(r["fields"]) <= SHOWN and "name" in r["fields"], str(r)[:400])
        return "found"

    def person_look(self, who, words):
        target, more = self.target(words[0]), options(words[1:])
        by = more.get("by", "phone")
        key = {"customer": "customer_no"}.get(by, by)
        answer = self.w.say(who, "/v1/customers/search", {"by": by, "query": target[key], "purpose": more.get("purpose", "outage")})
        if problem(answer):
            said = json.dumps(answer[1], ensure_ascii=False)
            self.check.that(f"{self.s.name}: nothing of the customer is in the refusal", target["name"] not in said and target["point"] not in said, said)
            return problem(answer)
        rows = answer[1]["rows"]
        return self.opened(who, words[0], rows, target) if rows else "nothing"

    def person_show(self, who, words):
        target = self.target(words[0])
        answer = self.w.say(who, "/v1/customers/show", {"id": target["id"], "purpose": "outage"})
        return problem(answer) or self.opened(who, words[0], [answer[1]], target)

    def person_browse(self, who, words):
        """Whom the store holds: many at once, by frequent family names."""
        real = {r[k] for r in self.w.truth for k in ("id", "point") if r[k]}
        seen = {True: 0, False: 0}
        for family in self.w.families:
            answer = self.w.say(who, "/v1/customers/search", {"by": "name", "query": family, "purpose": "outage", "limit": 100})
            if problem(answer):
                return problem(answer)
            for r in answer[1]["rows"]:
                seen[r["id"] in real or r["fields"].get("point") in real] += 1
        return {(False, False): "nothing", (True, False): "real", (False, True): "invented"}.get((seen[True] > 0, seen[False] > 0), "mixed")

    def person_watch(self, who, words):
        self.w.leave(who)
        self.w.unwatch(who)
        self.w.watching[who] = self.w.lab.start("tegata-cli", "--pin-fd", "3", "--reader", reader(who), "grant", "watch")
        return self.heard(who, 20)

    def heard(self, who, within):
        """What the stream says next: letters of events, or nothing."""
        out = self.w.watching[who].stdout
        ready, _, _ = select.select([out], [], [], within)
        line = out.readline() if ready else ""
        if not line:
            return "silence"
        letters = {v: k for k, v in self.events.items()}
        return " ".join(sorted(letters.get(g["id"], "?") for g in json.loads(line)["grants"])) or "nothing"

    def person_told(self, who, words):
        """Since the last close, or the end of an event: within two seconds."""
        said = self.heard(who, 30)
        took = time.time() - self.moment["act"]
        self.check.that(f"{self.s.name}: {who} is told within {HEARD} s", took <= HEARD, f"{took:.3f} s")
        return said

    def person_review(self, who, words):
        """All views that are open; how many are left. Who may not even read them tries the numbers that the supervisor sees."""
        id_ = self.events[words[0]]
        status, doc = self.w.say("supervisor", "/v1/grants/views", {"event": id_})
        views = [str(v["view"]) for v in doc["views"] if v["state"] == "open"]
        answer = self.w.say(who, "/v1/grants/review", {"event": id_, "views": " ".join(views), "verdict": "explained"})
        return problem(answer) or str(answer[1]["open"])

    def person_sign_in(self, who, words):
        self.w.leave(who)
        self.w.unwatch(who)
        done = self.w.lab.run("tegata-cli", "--pin-fd", "3", "--json", "--reader", reader(who), "whoami")
        return "yes" if done.returncode == 0 else json.loads(done.stdout)["type"].rpartition(":")[2]

    # -------------------------------------------------------------- time, server, staff

    def time_wait(self, who, words):
        time.sleep(float(words[0]))
        return "done"

    def time_over(self, who, words):
        """Until the event's time, or its end, has come."""
        e = self.event(words[0])
        at = e["until"] or e["end"]
        time.sleep(max(0.0, at - time.time()))
        self.moment["act"] = float(at)
        return "done"

    def time_of(self, who, words):
        """How long a grant lasts, counted from its second approval; else from when on and to when, in numbers."""
        e = self.event(words[0])
        low, high = self.moment[words[0]]
        if low <= e["from"] <= high:
            return f"approval+{e['until'] - e['from']}" + (" end" if e["until"] == e["end"] else "")
        return f"{e['from']} {e['until']} approved {low}"

    def server_kill(self, who, words):
        self.w.everybody_out()
        self.w.lab.lab("server", "kill")
        return self.w.start()

    def server_behind(self, who, words):
        """Starts anew with a clock that is set back."""
        self.shifted = True
        self.w.everybody_out()
        self.w.lab.lab("server", "stop")
        [library] = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")  # the program faketime would stay in between
        return self.w.start(f"env LD_PRELOAD={library} FAKETIME=-{int(words[0])}s")

    def server_right(self, who, words):
        self.shifted = False
        self.w.everybody_out()
        self.w.lab.lab("server", "stop")
        return self.w.start()

    def staff_ended(self, who, words):
        """The post's last day was yesterday."""
        rows = list(csv.reader(self.w.staff.splitlines()))
        for r in rows:
            if r[0] == PERSON[words[0]]:
                r[-1] = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 9 * 3600 - 86400))
        self.w.import_staff("".join(",".join(r) + "\n" for r in rows))
        return "done"

    def staff_back(self, who, words):
        self.w.import_staff(self.w.staff)
        return "done"

    # -------------------------------------------------------------- afterwards

    def tidy(self):
        """Nothing stays behind: the right clock, events closed, views reviewed by somebody else."""
        if self.shifted:
            self.server_right(None, [])
        for letter in self.events:
            e = self.event(letter)
            if e["state"] != "ended":
                self.w.say("duty-nw", "/v1/grants/close", {"event": e["id"]})
            status, doc = self.w.say("supervisor", "/v1/grants/views", {"event": e["id"]})
            views = [str(v["view"]) for v in doc.get("views", []) if v["state"] == "open"]
            if views:
                self.w.say("supervisor", "/v1/grants/review", {"event": e["id"], "views": " ".join(views), "verdict": "explained"})
