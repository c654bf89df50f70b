#!/usr/bin/env python3
"""The oracle suite: can a role learn what it may not see? Two worlds that differ only in hidden fields and in records outside
the scope must answer every question with the same bytes; who may see the difference (the network's operator, or billing) sees it."""
import datetime
import json
import os
import random
import re
import sys

import lab
import world

SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"
HOME = "TOHOKU"
# role -> card, company, and who may see what it may not (card, purpose)
CAST = {"retail.counter": ("counter", HOME, "nsc", "inquiry"), "retail.callcenter": ("callcenter", HOME, "nsc", "inquiry"),
        "retail.dunning": ("dunning", HOME, "nsc", "inquiry"), "retail.contractor": ("contractor", HOME, "nsc", "inquiry"),
        "nw.operator": ("nsc", "TOHOKU-NW", "counter", "billing")}
BY = ("kana", "name", "phone", "point", "customer", "address", "auto")
TODAY = datetime.date.today().isoformat()


def post(path, **body):
    return f"call {path} " + json.dumps(body, ensure_ascii=False)


def beginnings(field, value):
    """The value, and what somebody would try who knows only its beginning."""
    cut = {"phone": (7, 12), "point": (6, 16), "customer_no": (4, 8), "address": (5, 9), "name": (1, 2), "kana": (2, 4)}[field]
    return list(dict.fromkeys([value, value[:cut[0]], value[:cut[1]]]))


def questions(rows, purpose):
    """Every kind of search for every searchable value of the rows, whole and begun; and each by its id."""
    out = []
    for row in rows:
        for by, field in world.CUSTOMER_BY.items():
            for value in beginnings(field, row[field]) if row[field] else []:
                out.append(post(SEARCH, by=by, query=value, purpose=purpose))
            if row[field]:
                out += [post(SEARCH, by=b, query=row[field], purpose=purpose, limit=1) for b in BY]
        if row["gen_point"]:
            out.append(post(SEARCH, by="point", query=row["gen_point"], purpose=purpose))
        for field in ("meter", "pole", "usage", "arrears", "gen_terms"):  # no kind of search: every kind is tried
            out += [post(SEARCH, by=b, query=row[field], purpose=purpose) for b in ("name", "address", "auto") if row[field]]
        out.append(post(SHOW, id=row["id"], purpose=purpose))
    return list(dict.fromkeys(out))


WALKS = [("kana", "サ", 3), ("kana", "ヅ", 7), ("name", "佐", 3), ("address", "青森県", 9), ("phone", "0", 9), ("phone", "080", 5),
         ("point", "02", 9), ("customer", "1", 9), ("kana", "カ", 100)]


def walk(ask, purpose, by, query, limit):
    """Page after page: how many there are, and what is on each."""
    out, cursor = [], None
    for _ in range(12):
        more = {"cursor": cursor} if cursor else {}
        a = ask(post(SEARCH, by=by, query=query, purpose=purpose, limit=limit, **more))
        out.append(lab.bare(a))
        m = lab.CURSOR.search(a["body"])
        if not m:
            break
        cursor = m.group(1)
    return out


def hear(l, card, asks, purpose):
    """All that a card gets out of this world."""
    with l.card(card), l.talk() as ask:
        said = {q: lab.bare(ask(q)) for q in asks}
        said.update({("walk",) + w: walk(ask, purpose, *w) for w in WALKS})
        return said


class Worlds:
    """The lab with one world or another under it. The server starts anew each time, so that nothing lingers."""

    def __init__(self, l, rows):
        self.lab, self.rows = l, rows

    def enter(self, rows):
        path = world.write(os.path.join(self.lab.dir, "world.csv"), rows)
        self.lab.lab("server", "stop")
        done = self.lab.admin("import", "customers", path)
        assert done.returncode == 0, done.stderr
        self.lab.lab("server", "start")


def sample(rows, company, matrix, who, n):
    """Some rows of every class, those the role sees and those it does not."""
    rnd, out = random.Random(11), []
    by_class = {}
    for r in rows:
        by_class.setdefault(world.seen_as(r, company, TODAY), []).append(r)
    for cls, some in by_class.items():
        full = [r for r in some if r["arrears"]] + rnd.sample(some, len(some))
        out += full[:n if matrix.shown(who, cls, "inquiry") else 2 * n]
    return out


def unlike(matrix, who, a, b):
    """What stands in only one of the worlds, and nowhere among what the role may see: no answer may hold it."""
    role, company, purpose = who
    visible = {r[f] for rows in (a, b) for r in rows
               for f in matrix.shown(role, world.seen_as(r, company, TODAY), purpose) | {"id"} if
               matrix.shown(role, world.seen_as(r, company, TODAY), purpose)}
    hidden = set()
    for rows in (a, b):
        for r in rows:
            shown = matrix.shown(role, world.seen_as(r, company, TODAY), purpose)
            hidden |= {r[f] for f in ("phone", "point", "customer_no", "meter", "gen_point", "arrears") if r[f] and f not in shown}
            hidden |= set() if shown else {r["id"]}
    return hidden - visible


def one_role(check, w, matrix, role, purpose):
    card, company, witness, witness_purpose = CAST[role]
    here = w.rows
    there = world.another(here, matrix, (role, company, purpose, TODAY), len(role) + len(purpose))
    known = {r["id"]: r for r in here}
    asked = sample(here, company, matrix, role, 2)
    names = {r["id"] for r in asked}
    asked += [r for r in there if r["id"] in names and r != known.get(r["id"])][:8]
    asked += [r for r in there if r["id"] not in known][:4]
    asks = questions(asked, purpose)
    told = {}
    for name, rows in (("here", here), ("there", there)):
        w.enter(rows)
        told[name] = (hear(w.lab, card, asks, purpose), hear(w.lab, witness, questions(asked, witness_purpose), witness_purpose))
    mine, theirs = (told["here"][0], told["there"][0]), (told["here"][1], told["there"][1])
    what = f"{role} ({purpose})"
    for q in mine[0]:
        same = mine[0][q] == mine[1][q]
        check.that(f"{what}: the two worlds answer alike: {str(q)[:120]}", same, "" if same else f"{mine[0][q]}\n{mine[1][q]}")
    text = "\n".join(str(a) for said in mine for a in said.values())
    words = set(re.findall(r"[A-Za-z0-9-]+", text)) | set(re.findall(r'"([^"\\]*)"', text))
    check.that(f"{what}: its own are in the answers", any(r["id"] in words for r in here))
    check.same(f"{what}: no hidden value is in any answer", sorted(unlike(matrix, (role, company, purpose), here, there) & words), [])
    check.that(f"{what}: and much was asked ({len(mine[0])})", len(mine[0]) > 300)
    found = sum('"rows":[{' in str(a) or '"fields"' in str(a) for a in mine[0].values())
    check.that(f"{what}: and much was found ({found})", found > 60)
    power(check, what, theirs)


def power(check, what, theirs):
    """Negative control: the same questions tell the worlds apart for somebody who may see the difference."""
    differs = [q for q in theirs[0] if theirs[0][q] != theirs[1][q]]
    check.that(f"{what}: who may see the difference sees it ({len(differs)} of {len(theirs[0])} answers)", len(differs) > 40)
    if "nw.operator" in what:
        return  # what it may not see is no kind of search, only a field
    for by in BY:
        check.that(f"{what}: in searches by {by} too", any(f'"by": "{by}"' in str(q) for q in differs))
    check.that(f"{what}: by id too", any(SHOW in str(q) for q in differs))
    check.that(f"{what}: and in the pages", any(q[0] == "walk" for q in differs))


def test(check):
    with lab.Lab(900, 7) as l:
        l.uncapped()
        matrix = world.Matrix(l)
        rows = l.truth()
        rows += world.switched(rows, 6)
        w = Worlds(l, rows)
        roles = [r for r in matrix.roles if matrix.sees(r)]
        check.same("every role with customer data is in the cast", sorted(roles), sorted(CAST))
        for role in sys.argv[1:] or roles:
            for purpose in matrix.views(role):
                one_role(check, w, matrix, role, purpose)


lab.main(test)
