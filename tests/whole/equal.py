#!/usr/bin/env python3
"""Equal work: the server under callgrind answers for nobody and for another retailer's customers with the same calls to the
database and the same number of instructions, within 1 %, for every kind of query. For an own customer it does more."""
import os
import re
import shutil

import lab
import world

SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"
MARK = "call /.well-known/oauth-authorization-server"  # callgrind writes down and starts anew when its handler is entered
ASKS = 120
ROUNDS = 3  # the least counts: a pulse of the server's own falls into one or the other
WITHIN = 0.01
KINDS = ["id"] + list(world.CUSTOMER_BY)


def question(kind, row):
    return f"call {SHOW if kind == 'id' else SEARCH} {world.asked(kind, row)}"


class Counted:
    """A dump of callgrind: instructions, those of the database, and how often each function of SQLite was called from outside."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        self.instructions = int(re.search(r"^(?:summary|totals): (\d+)", text, re.M).group(1))
        names, self.calls, self.database = {}, {}, 0
        caller, callee, inside = "", "", False
        for line in text.splitlines():
            m = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?$", line)
            if m:
                name = names.setdefault(m.group(2), m.group(3))
                caller, callee = (caller, name) if m.group(1) else (name, callee)
            elif line.startswith("calls="):
                inside = callee.startswith("sqlite3") and caller.startswith("tg_")
                if inside:
                    self.calls[callee] = self.calls.get(callee, 0) + int(line[6:].split()[0])
            elif inside:  # the line behind: where, and what the calls cost
                self.database += int(line.split()[1])
                inside = False


class Scale:
    """The lab's server under callgrind, asked by a session that has no stream, so that nothing but the questions is counted."""

    def __init__(self, l):
        self.lab, self.dumps = l, 0
        self.out = os.path.join(l.dir, "log", "callgrind")
        l.lab("server", "stop")
        audit = os.path.join(l.dir, "server", "audit")
        shutil.rmtree(audit)  # the index works behind the answers: a folder in its place keeps it from starting
        os.makedirs(os.path.join(audit, "index.db"), mode=0o700)
        conf = os.path.join(l.dir, "server", "tegata-server.conf")
        with open(conf, encoding="utf-8") as f:
            text = re.sub(r"(?m)^loops = .*$", "loops = 1", f.read())
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text)
        os.environ["TEGATA_SERVER_WRAP"] = f"valgrind --tool=callgrind --dump-before=tg_desk_metadata --callgrind-out-file={self.out}"
        try:
            l.lab("server", "start")
        finally:
            del os.environ["TEGATA_SERVER_WRAP"]

    def mark(self, ask):
        assert ask(MARK)["status"] == 200
        self.dumps += 1
        return f"{self.out}.{self.dumps}"

    def weigh(self, ask, lines):
        """The questions' cost; their answers."""
        assert ask("terminal {}")["status"] == 200
        ask(lines[0])
        self.mark(ask)
        answers = {lab.bare(ask(line)) for line in lines}
        return Counted(self.mark(ask)), answers


def weigh_all(check, scale, groups):
    with scale.lab.card("counter"), scale.lab.talk() as ask:
        for kind in KINDS:  # what is made once is made now
            for rows in groups.values():
                for row in rows[:20]:
                    ask(question(kind, row))
        for kind in KINDS:
            cost, told = {}, {}
            for name in [n for _ in range(ROUNDS) for n in groups]:
                c, told[name] = scale.weigh(ask, [question(kind, r) for r in groups[name]])
                cost[name] = c if name not in cost or c.instructions < cost[name].instructions else cost[name]
            judge(check, kind, cost, told)


def judge(check, kind, cost, told):
    n = {name: c.instructions / ASKS for name, c in cost.items()}
    db = {name: c.database / ASKS for name, c in cost.items()}
    off, off_own = (abs(n[who] - n["nobody"]) / n["nobody"] for who in ("other", "own"))
    print(f"{kind}: nobody {n['nobody']:.0f} ({db['nobody']:.0f} in the database), another retailer's {n['other']:.0f} ({db['other']:.0f}, "
          f"{100 * off:.2f} %), own {n['own']:.0f} ({db['own']:.0f}) instructions")
    check.that(f"{kind}: one answer for all of both", told["nobody"] == told["other"] and len(told["other"]) == 1, str(told)[:400])
    check.that(f"{kind}: the same work within 1 %", off <= WITHIN, f"{100 * off:.2f} %")
    check.that(f"{kind}: in the database too", abs(db["other"] - db["nobody"]) / db["nobody"] <= WITHIN)
    check.that(f"{kind}: the database was asked", cost["other"].calls.get("sqlite3_step", 0) >= ASKS and db["other"] > 1000)
    check.same(f"{kind}: the same calls to the database", cost["other"].calls, cost["nobody"].calls)
    check.that(f"{kind}: an own customer is seen in the count", max(off_own, abs(db["own"] - db["nobody"]) / n["nobody"]) > WITHIN)
    check.that(f"{kind}: and in the calls", cost["own"].calls != cost["nobody"].calls)


def test(check):
    with lab.Lab(4000, 7) as l:
        l.uncapped()
        groups = world.sides(l.truth(), ASKS)
        check.same("there are enough to ask for", {name: len(g) for name, g in groups.items()}, dict.fromkeys(groups, ASKS))
        weigh_all(check, Scale(l), groups)
        l.lab("server", "stop")


lab.main(test)
