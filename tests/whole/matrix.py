#!/usr/bin/env python3
"""The matrix walked: every role, class, field and purpose of `policy matrix --csv` through the real HTTP interface, by people with
cards: shown, hidden with that rule, reason and next step (ja, en), or absent; consents, nothing found, and closed purposes too."""
import csv
import datetime
import json
import os
import re

import lab
import world

SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()  # the business day is Japan's
NEVER = ("expired", "revoked", "foreign", "left", "contract-over", "sign-only")  # cards that are refused
HOME, NETWORK = "TOHOKU", "TOHOKU-NW"


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


def cast():
    """role -> (card, company whose customers are its own): somebody who holds that post and no other."""
    with open(os.path.join(lab.TOP, "tests", "lab.d", "staff.csv"), newline="", encoding="utf-8") as f:
        posts = [r for r in csv.DictReader(f) if r["from"] <= day(0) <= (r["to"] or "9999")]
    with open(os.path.join(lab.TOP, "tests", "lab.d", "cards.txt"), encoding="utf-8") as f:
        cards = [line.split()[:2] for line in f if not line.startswith("#")]
    out = {}
    for card, person in cards:
        mine = [p for p in posts if p["person"] == person]
        if len(mine) == 1 and card not in NEVER:
            out.setdefault(mine[0]["role"], (card, mine[0]["sponsor"] or mine[0]["company"]))
    return out


def value(field, n):
    """Something in every field; no two records share anything."""
    return {"name": f"行列\u3000{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁'[n // 10]}郎", "kana": f"ギョウレツ\u3000{'アイウエオカキクケコ'[n % 10]}{'サシスセ'[n // 10]}ロウ",
            "postcode": f"031-{1000 + n}", "address": f"青森県八戸市内丸{n + 1}丁目1-1", "phone": f"0178{10 + n}{2000 + n}",
            "point": f"02{n:020d}", "customer_no": f"{700000000 + n}", "contract_start": "2015-04-01", "contract_end": "2099-03-31",
            "gen_point": f"02{n + 50:020d}", "area": "02203", "id": f"matrix{n}"}.get(field, f"{field}-{n}")


# class in the file, retailer, contract_end: what the home retailer's staff, the network's and others' see are all among them
RECORDS = [("own", HOME, "2099-03-31"), ("former", HOME, "2020-03-31"), ("own", HOME, day(-1)), ("own", HOME, day(0)),
           ("other", "R0001", "2099-03-31"), ("other", "R0002", day(-1)), ("other", NETWORK, "2099-03-31"), ("other", NETWORK, day(-1)),
           ("last-resort", NETWORK, "2099-03-31"), ("generator-own", HOME, ""), ("generator-other", "R0002", ""),
           ("generator-other", NETWORK, ""), ("vacant", "", "2020-03-31"), ("vacant", "R0003", "2020-03-31")]


def records(columns):
    out = []
    for n, (cls, retailer, end) in enumerate(RECORDS):
        row = {f: value(f, n) for f in columns}
        row.update({"class": cls, "retailer": retailer, "contract_end": end})
        if cls == "vacant":
            row.update(dict.fromkeys(("name", "kana", "phone", "customer_no"), ""))
        out.append(row)
    return out


class Walk:
    """One person at the server, in both languages."""

    def __init__(self, check, l, matrix, role, who):
        self.check, self.lab, self.matrix, self.role = check, l, matrix, role
        self.card, self.company = who
        self.cells = set()

    def ask(self, path, **body):
        """(status, document) in Japanese, and in English."""
        text = json.dumps(body, ensure_ascii=False)
        out = []
        for language in ("ja", "en"):
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {{token}}\r\nAccept-Language: {language}\r\n" \
                   f"Content-Type: application/json\r\nContent-Length: {len(text.encode())}\r\n\r\n"
            a = self.speak("bytes " + json.dumps({"text": head + text}, ensure_ascii=False))
            out.append((a["status"], json.loads(a["body"])))
        return out

    def that(self, what, ok, detail=""):
        self.check.that(f"{self.role}: {what}", ok, detail)

    def same(self, what, got, want):
        self.check.same(f"{self.role}: {what}", got, want)

    def refused(self, what, answers, status, problem):
        for got, doc in answers:
            self.same(f"{what} is refused", (got, doc.get("type")), (status, "urn:tegata:problem:" + problem))

    def by_grant(self):
        """An emergency role: nothing but a grant opens it, and here nobody has declared an event."""
        return any(c["state"] == "grant" for (role, *_), c in self.matrix.cells.items() if role == self.role)

    def why(self, what, got, cell):
        """What stands at a hidden field, in both languages, is the matrix's sentence."""
        for (_, said), (reason, nxt) in zip(got, (("reason", "next"), ("reason_en", "next_en"))):
            self.same(what, (said.get("rule"), said.get("reason"), said.get("next")), (cell["rule"], cell[reason], cell[nxt]))

    def record(self, row, purpose, case=None):
        """One record by its id, for one purpose: each field as its cell says. True when anything was seen of it."""
        cls = world.seen_as(row, self.company, day(0))
        cells = {f: self.matrix.cells[self.role, cls, f, purpose] for f in self.matrix.fields}
        opened = ("shown", "consent") if case else ("shown",)
        what = f"{row['id']} ({cls}) for {purpose}{' by consent' if case else ''}"
        shown = {f for f, c in cells.items() if c["state"] in opened}
        answers = self.ask(SHOW, id=row["id"], purpose=purpose, **({"case": case} if case else {}))
        self.cells |= {(cls, f, purpose) for f in cells}
        if not self.matrix.sees(self.role):
            self.refused(what, answers, 403, "grant-none" if self.by_grant() else "forbidden")
            return False
        if any(c["state"] == "closed" for c in cells.values()):
            self.that(f"{what}: closed is closed for every field", {c["state"] for c in cells.values()} <= {"closed", "hidden"})
            self.refused(what, answers, 400, "purpose")
            return False
        if not shown:
            self.refused(what, answers, 404, "not-found")
            return False
        self.look(what, row, cells, shown, answers, case)
        return True

    def look(self, what, row, cells, shown, answers, case):
        for status, doc in answers:
            self.same(f"{what} is there", (status, doc.get("class")), (200, cells["name"]["class"]))
            self.same(f"{what}: fields", doc.get("fields"), {f: row[f] for f in shown if row[f]})
            there = {f for f, c in cells.items() if c["rule"] != "class-has-not"}
            self.same(f"{what}: hidden", set(doc.get("hidden", {})), there - shown)
        for f in sorted(set(answers[0][1].get("hidden", {})) & set(answers[1][1].get("hidden", {})) & set(cells)):
            cell = self.matrix.besides[self.role, "terms"][0] if case else cells[f]
            self.why(f"{what}: why {f} is hidden", [(s, d["hidden"][f]) for s, d in answers], cell)

    def searches(self, row, purpose):
        """A record is found by a field that is shown, and by no other."""
        cls = world.seen_as(row, self.company, day(0))
        shown = self.matrix.shown(self.role, cls, purpose)
        for by, field in world.CUSTOMER_BY.items():
            if row[field]:
                answers = self.ask(SEARCH, by=by, query=row[field], purpose=purpose)
                for status, doc in answers:
                    self.same(f"{row['id']} ({cls}) by {by} for {purpose}", (status, row["id"] in [r["id"] for r in doc.get("rows", [])]),
                              (200, field in shown))
                if field not in shown and not answers[0][1]["rows"]:
                    every = self.matrix.besides[self.role, "nothing"]
                    said = [r for r in every if purpose in r["purposes"].split()] or [r for r in every if r["purposes"] == ""]
                    self.same(f"one sentence for nothing, {purpose}", len(said), 1)
                    self.why(f"{row['id']} by {by} for {purpose}: nothing", [(s, d["nothing"]) for s, d in answers], said[0])

    def by_consent(self, rows):
        """A consent opens its own point to its own company for its own purpose, today."""
        point = next(r for r in rows if world.seen_as(r, self.company, day(0)) == "other" and r["contract_end"] > day(0) and r["retailer"] != NETWORK)
        terms = self.matrix.besides.get((self.role, "terms"), [])
        self.that("at most one consent statement", len(terms) <= 1)
        for purpose in self.matrix.purposes:
            open_now = any(self.matrix.cells[self.role, "other", f, purpose]["state"] == "consent" for f in self.matrix.fields)
            self.same(f"consent cells are of the statement's purposes ({purpose})", open_now, bool(terms) and purpose in terms[0]["purposes"].split())
            for ref in ("good", "elsewhere", "over", "to-come", "not-ours", "other-purpose", "none-of-that-name"):
                if ref == "good" and open_now:
                    self.that("a consent opens its point", self.record(point, purpose, ref))
                elif self.matrix.sees(self.role) and self.matrix.cells[self.role, "own", "name", purpose]["state"] != "closed":
                    got = self.ask(SHOW, id=point["id"], purpose=purpose, case=ref)
                    if self.matrix.shown(self.role, "other", purpose):
                        self.same(f"case {ref} changes nothing for {purpose}", got, self.ask(SHOW, id=point["id"], purpose=purpose))
                    else:
                        self.refused(f"{purpose} by consent {ref}", got, 404, "not-found")
            if open_now:
                for r in rows:
                    if r is not point and world.seen_as(r, self.company, day(0)) == "other":
                        self.refused(f"a consent opens its point only: {r['id']}", self.ask(SHOW, id=r["id"], purpose=purpose, case="good"), 404, "not-found")
                for status, doc in self.ask(SEARCH, by="point", query=point["point"], purpose=purpose, case="good"):
                    self.same("and finds it by its number", [r["id"] for r in doc["rows"]], [point["id"]])
                for status, doc in self.ask(SEARCH, by="phone", query=point["phone"], purpose=purpose, case="good"):
                    self.same("but not by what stays hidden", doc["rows"], [])

    def all(self, rows):
        with self.lab.card(self.card), self.lab.talk() as self.speak:
            seen = [self.record(row, purpose) for row in rows for purpose in self.matrix.purposes]
            self.same("who has customer data sees some, who has none sees none", any(seen), self.matrix.sees(self.role))
            if self.matrix.sees(self.role):
                for purpose in self.matrix.views(self.role):
                    for row in rows:
                        self.searches(row, purpose)
            self.by_consent(rows)
        self.same("every cell of the role was walked", len(self.cells),
                  len(self.matrix.classes) * len(self.matrix.fields) * len(self.matrix.purposes))


    def over_the_cap(self, rows):
        """Over the cap there is one answer, in the cap's own words, whomever one asks for."""
        caps = self.matrix.besides.get((self.role, "cap"), [])
        self.same("a cap for who may ever see customers", len(caps), 1 if self.matrix.sees(self.role) or self.granted() else 0)
        if not self.matrix.sees(self.role):
            return
        cap = caps[0]
        with self.lab.card(self.card), self.lab.talk() as self.speak:
            told = [self.ask(SHOW, id=i) for i in [r["id"] for r in rows] + ["nobody"]]
            told += [self.ask(SEARCH, by=by, query=rows[n][f]) for n in (0, 4) for by, f in world.CUSTOMER_BY.items()]
        for answers in told:
            for status, doc in answers:
                doc.pop("retry_after")
                self.same("over the cap", (status, doc), (429, {
                    "type": "urn:tegata:problem:volume-cap", "title": f"{cap['reason_en']} {cap['next_en']}",
                    "title_ja": cap["reason"] + cap["next"], "status": 429, "rule": cap["rule"]}))

    def granted(self):
        return any(c["state"] == "grant" for k, c in self.matrix.cells.items() if k[0] == self.role)


def consents(l, rows):
    """References and what is wrong with each."""
    point = next(r for r in rows if r["class"] == "other" and r["retailer"] == "R0001")["point"]
    lines = [("good", HOME, point, "switching", day(0), day(30)), ("elsewhere", HOME, rows[0]["point"], "switching", day(0), day(30)),
             ("over", HOME, point, "switching", day(-20), day(-1)), ("to-come", HOME, point, "switching", day(1), day(20)),
             ("not-ours", "R0003", point, "switching", day(0), day(30)), ("other-purpose", HOME, point, "moving", day(0), day(30))]
    path = os.path.join(l.dir, "consents.csv")
    with open(path, "w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([("consent", "company", "point", "purpose", "from", "to")] + lines)
    done = l.admin("import", "consents", path)
    assert done.returncode == 0, done.stderr


def test(check):
    with lab.Lab(50, 7) as l:
        l.uncapped()
        matrix, people = world.Matrix(l), cast()
        rows = records(list(l.truth()[0]))
        done = l.admin("import", "customers", world.write(os.path.join(l.dir, "matrix.csv"), rows))
        check.same("the records come in", (done.returncode, done.stderr), (0, ""))
        consents(l, rows)
        l.lab("server", "stop")
        l.lab("server", "start")
        check.same("every role of the policy has somebody", sorted(set(matrix.roles) - set(people)), [])
        check.same("as has every post in force", sorted(set(people) - set(matrix.roles)), [])
        for company in (HOME, NETWORK):
            seen = {world.seen_as(r, company, day(0)) for r in rows}
            check.same(f"there is a record of every class as {company} sees it", sorted(set(matrix.classes) - seen), [])
        for role in matrix.roles:
            Walk(check, l, matrix, role, people[role]).all(rows)
        l.activate(re.sub(r"(?m)^( +looks +)\d+( in hour)$", r"\g<1>6\2", l.admin("policy", "show").stdout))  # all have made more
        lowered = world.Matrix(l)
        for role in matrix.roles:
            Walk(check, l, lowered, role, people[role]).over_the_cap(rows)
            for cap in lowered.besides.get((role, "cap"), []):
                check.that(f"{role}: the cap's row says how many, and who lifts it", re.match(r"looks 6 in hour release-by \S+", cap["note"]), cap["note"])
        print(f"{len(matrix.cells)} cells: {len(matrix.roles)} roles, {len(matrix.classes)} classes, {len(matrix.fields)} fields, "
              f"{len(matrix.purposes)} purposes")


lab.main(test)
