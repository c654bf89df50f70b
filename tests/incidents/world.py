"""A world: one utility in the lab, with the companies, people, cards and customers that its incidents need."""
import concurrent.futures
import csv
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "whole"))
import lab  # noqa: E402  (tests/whole/lab.py)

import customers  # noqa: E402

READERS = 8
STAFF = ["person", "name", "company", "sponsor", "contract_end", "left", "post", "role", "office", "areas", "from", "to"]


def must(done, what):
    if done.returncode != 0:
        raise AssertionError(f"{what}: {done.stdout}{done.stderr}")
    return done.stdout


class World:
    """A lab that is up, with customers but without the people: see people()."""

    def __init__(self, name, short):
        self.name = name
        self.size, self.corporate = customers.size(name, short)
        self.lab = lab.Lab(1000, 11, "--readers", str(READERS))
        build = os.environ.get("TEGATA_BUILD", os.path.join(lab.TOP, "build"))
        self.vcard = os.path.join(build, "tests", "card", "tegata-vcard")
        self.ca = os.path.join(build, "tegata-ca")

    def __enter__(self):
        self.lab.__enter__()
        self.lab.lab("server", "stop")
        self.companies()
        self.customers = self.settle()
        return self

    def __exit__(self, *exc):
        self.lab.__exit__(*exc)

    def path(self, *parts):
        return os.path.join(self.lab.dir, *parts)

    def write(self, name, rows):
        with open(self.path(name), "w", newline="", encoding="utf-8") as f:
            csv.writer(f, lineterminator="\n").writerows(rows)
        return self.path(name)

    def companies(self):
        """The lab's people go with its companies; only the replay's are here."""
        for what, head in (("cards", ["card", "person", "status"]), ("staff", STAFF)):
            must(self.lab.admin("import", what, self.write("none.csv", [head])), f"no {what}")
        must(self.lab.admin("import", "companies", os.path.join(HERE, "companies", self.name + ".csv")), "companies")

    def settle(self):
        path = self.path("customers.csv")
        must(self.lab.admin("synth", "customers", str(self.size), "--seed", "11", "--out", path), "synth")
        table = customers.Customers.load(path)
        table.furnish(self.corporate)
        table.save(path)
        must(self.lab.admin("import", "customers", path), "customers")
        return table

    def people(self, people, officials=()):
        """Puts them on the staff list, a card of their own in the drawer, and starts the server."""
        staff, posts = [STAFF], {}
        for p in people:
            for post in self.posts(p):
                staff.append(post)
        staff += [o.post() for o in officials]
        must(self.lab.admin("import", "staff", self.write("staff.csv", staff)), "staff")
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            cards = list(pool.map(self.card, [*people, *officials]))
        must(self.lab.admin("import", "cards", self.write("cards.csv", [["card", "person", "status"], *cards])), "cards")
        self.lab.lab("server", "start")

    @staticmethod
    def posts(p):
        g = p.group
        head = [p.id, p.name, g.employer, g.sponsor or "", g.contract or "", ""]
        role, since, until = g.post
        out = [[*head, "now", role, p.office, "", since, until]]
        if g.ended:
            role, since, until, _ = g.ended
            out.append([*head, "before", role, p.office, "", since, until])
        return out

    def card(self, p):
        """Made, certified in 9A and 9E and laid in the drawer, as the lab's own are (tests/lab.d/make.sh)."""
        state = self.path("cards", p.id + ".json")
        card = self.tool(self.vcard, "make", state, "--alg9a", "p256", "--alg9e", "p256", "--pin", "123456", "--keys").strip()
        for slot, words in (("9A", ["--person", p.id, "--holder", p.name]), ("9E", [])):
            pub, pem = state + ".pub", state + ".pem"
            with open(pub, "w", encoding="ascii") as f:
                f.write(self.tool(self.vcard, "pub", state, slot))
            self.tool(self.ca, "--dir", self.path("ca"), "issue", "card", "--slot", slot, "--pub", pub, "--out", pem,
                      "--card", card, *words)
            self.tool(self.vcard, "import", state, slot, pem)
            os.unlink(pub)
            os.unlink(pem)
        return [card, p.id, "active"]

    @staticmethod
    def tool(*cmd):
        done = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return must(done, " ".join(os.path.basename(c) for c in cmd[:3]))

    def replay(self, people):
        """Every person with a card of their own at a reader, one session after the other: desks.py, inside the lab."""
        todo = [{"card": p.id, "sessions": [job(s) for s in p.sessions]} for p in people]
        todo.sort(key=lambda t: -sum(len(s["lines"]) for s in t["sessions"]))
        self.desks(todo, "answers")
        for p in people:
            for s in p.sessions:
                with open(self.path("answers", s.terminal + "." + p.id), encoding="utf-8") as f:
                    s.exit = int(f.readline())
                    s.answers = [json.loads(line) for line in f]

    def desks(self, todo, folder):
        with open(self.path("todo.json"), "w", encoding="utf-8") as f:
            json.dump(todo, f, ensure_ascii=False)
        must(self.lab.run(sys.executable, os.path.join(HERE, "desks.py"), str(READERS), self.path("todo.json"), self.path(folder)), "desks.py")

    def journal(self):
        must(self.lab.admin("audit", "verify"), "audit verify")
        out = must(self.lab.admin("audit", "tail", "1000000"), "audit tail")
        entries = (line.split(" ", 1)[1] for line in out.splitlines())
        return [json.loads(e) for e in entries if e.startswith('{"v"')]

    def shown(self):
        """Every record that the server ever disclosed."""
        return set(must(self.lab.admin("audit", "ids"), "audit ids").split())


def job(s):
    asks = [s.control, *s.asks]
    return {"terminal": s.terminal, "ended": s.group.ended is not None,
            "lines": [f"search --by {a.kind} --purpose {a.purpose} -- {lab.quoted(a.query)}" for a in asks]}
