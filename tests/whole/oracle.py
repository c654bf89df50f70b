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
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date().isoformat()  # the business day is Japan's


def line(path, **body):
    return f"call {path} " + json.dumps(body, ensure_ascii=False)


def beginnings(field, value):
    """The value, and what somebody would try who knows only its beginning."""
    cut = {"phone": (7, 12), "point": (6, 16), "customer_no": (4, 8), "address": (5, 9), "name": (1, 2), "kana": (2, 4)}[field]
    return list(dict.fromkeys([value, value[:cut[0]], value[:cut[1]]]))


def questions(rows, purpose, **more):
    """Every kind of search for every searchable value of the rows, whole and begun; and each by its id."""
    out = []

    def post(path, **said):
        return line(path, **said, **more)

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


def walk(ask, by, query, limit, **more):
    """Page after page: how many there are, and what is on each."""
    out, cursor = [], None
    for _ in range(12):
        a = ask(line(SEARCH, by=by, query=query, limit=limit, **more, **({"cursor": cursor} if cursor else {})))
        out.append(lab.bare(a))
        m = lab.CURSOR.search(a["body"])
        if not m:
            break
        cursor = m.group(1)
    return out


def hear(l, card, asked, **more):
    """All that a card gets out of this world."""
    with l.card(card), l.talk() as ask:
        said = {q: lab.bare(ask(q)) for q in questions(asked, **more)}
        said.update({("walk",) + w: walk(ask, *w, **more) for w in WALKS})
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


def sample(rows, view, n):
    """Some rows of every class, those that are seen and those that are not."""
    rnd, out = random.Random(11), [r for r in rows if view.point and r["point"] == view.point]
    by_class = {}
    for r in rows:
        by_class.setdefault(world.seen_as(r, view.company, TODAY), []).append(r)
    for some in by_class.values():
        full = [r for r in some if r["arrears"]] + rnd.sample(some, len(some))
        out += full[:n if view.shown(full[0]) else 2 * n]
    return out


def unlike(view, a, b):
    """What may not be seen in one of the worlds, and is nowhere among what may: no answer may hold it."""
    visible, hidden = set(), set()
    for r in a + b:
        shown = view.shown(r)
        visible |= {r[f] for f in shown | {"id"}} if shown else set()
        hidden |= {r[f] for f in ("phone", "point", "customer_no", "meter", "gen_point", "arrears", "id") if r[f] and f not in shown}
    return hidden - visible


def one_role(check, w, what, view, case=None):
    card, _, witness, witness_purpose = CAST[view.role]
    here, there = w.rows, world.another(w.rows, view, len(what))
    known = {r["id"]: r for r in here}
    asked = sample(here, view, 2)
    names = {r["id"] for r in asked}
    asked += [r for r in there if r["id"] in names and r != known.get(r["id"])][:8]
    asked += [r for r in there if r["id"] not in known][:4]
    mine, theirs = [], []
    for rows in (here, there):
        w.enter(rows)
        mine.append(hear(w.lab, card, asked, purpose=view.purpose, **({"case": case} if case else {})))
        theirs.append(hear(w.lab, witness, asked, purpose=witness_purpose))
    for q in mine[0]:
        same = mine[0][q] == mine[1][q]
        check.that(f"{what}: the two worlds answer alike: {str(q)[:120]}", same, "" if same else f"{mine[0][q]}\n{mine[1][q]}")
    text = "\n".join(str(a) for said in mine for a in said.values())
    words = set(re.findall(r"[A-Za-z0-9-]+", text)) | set(re.findall(r'"([^"\\]*)"', text))
    check.same(f"{what}: no hidden value is in any answer", sorted(unlike(view, here, there) & words), [])
    check.that(f"{what}: what may be seen is", all(r["id"] in words for r in asked if view.shown(r)))
    found = sum('"rows":[{' in str(a) or '"fields"' in str(a) for a in mine[0].values())
    check.that(f"{what}: much was asked ({len(mine[0])}) and found ({found})", len(mine[0]) > 300 and found > 40)
    power(check, what, theirs)


def power(check, what, theirs):
    """Negative control: the same questions tell the worlds apart for somebody who may see the difference."""
    differs = [q for q in theirs[0] if theirs[0][q] != theirs[1][q]]
    check.that(f"{what}: who may see the difference sees it ({len(differs)} of {len(theirs[0])} answers)", len(differs) > 40)
    if what.startswith("nw.operator"):
        return  # what it may not see is no kind of search, only a field
    for by in BY:
        check.that(f"{what}: in searches by {by} too", any(f'"by": "{by}"' in str(q) for q in differs))
    check.that(f"{what}: by id too", any(SHOW in str(q) for q in differs))
    check.that(f"{what}: and in the pages", any(q[0] == "walk" for q in differs))


# A policy under which visible classes hide what one can search for, so that a search by it must find nothing.
NARROW = (("fields identity contact supply-point capacity current_limit supply_method read_day", "fields name capacity supply_method read_day"),
          ("fields identity postcode address supply-point contract_end", "fields kana point contract_end"),
          ("fields contact billing contract_kind contract_start", "fields identity contact supply-point billing contract_kind contract_start"))


def narrow(check, l, w):
    text = l.admin("policy", "show").stdout
    for old, new in NARROW:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    l.activate(text)
    matrix = world.Matrix(l)
    role = "retail.contractor"
    for cls, hidden in (("own", ("kana", "address", "phone", "point", "customer_no")), ("former", ("name", "address", "phone", "customer_no"))):
        check.same(f"the narrow policy hides what can be searched for ({cls})", set(hidden) & matrix.shown(role, cls, "inquiry"), set())
    one_role(check, w, role + " under a narrow policy", world.View(matrix, role, HOME, "inquiry", TODAY))


def by_consent(check, l, w, matrix):
    """The customer's consent opens some fields of one point; the others of that very record stay as unknown as before."""
    points = [r["point"] for r in w.rows]
    row = next(r for r in w.rows if r["class"] == "other" and world.full(r) and points.count(r["point"]) == 1)
    path = os.path.join(l.dir, "consents.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"consent,company,point,purpose,from,to\nC-1,{HOME},{row['point']},switching,{TODAY},{TODAY}\n")
    done = l.admin("import", "consents", path)
    assert done.returncode == 0, done.stderr
    view = world.View(matrix, "retail.counter", HOME, "switching", TODAY, row["point"])
    check.that("the consent opens something, and not all", view.shown(row) and not {"name", "phone"} & view.shown(row))
    one_role(check, w, "retail.counter (switching, by consent)", view, "C-1")


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
                one_role(check, w, f"{role} ({purpose})", world.View(matrix, role, CAST[role][1], purpose, TODAY))
        if not sys.argv[1:]:
            by_consent(check, l, w, matrix)
            narrow(check, l, w)


lab.main(test)
