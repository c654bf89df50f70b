"""The customers as a role sees them, worked out from the CSV and from the policy's matrix; and worlds that differ only in
what a role may not see. Standard library only, nothing asked of the server."""
import csv
import io
import json
import random
import unicodedata

CUSTOMER_BY = {"kana": "kana", "name": "name", "phone": "phone", "point": "point", "customer": "customer_no", "address": "address"}
ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
KINDS = {"own": "supply", "other": "supply", "former": "former", "last-resort": "last-resort", "generator-own": "generator",
         "generator-other": "generator", "vacant": "vacant"}


class Matrix:
    """`tegata-admin policy matrix --csv`: a cell for each role, class, field and purpose; and what it says besides."""

    def __init__(self, lab):
        done = lab.admin("policy", "matrix", "--csv")
        assert done.returncode == 0, done.stderr
        self.cells, self.besides = {}, {}
        for row in csv.DictReader(io.StringIO(done.stdout)):
            if row["field"] == "*":
                self.besides.setdefault((row["role"], row["state"]), []).append(row)
                continue
            for purpose in row["purposes"].split():
                key = (row["role"], row["class"], row["field"], purpose)
                assert key not in self.cells, f"two rows for {key}"
                self.cells[key] = row
        self.roles, self.classes, self.fields, self.purposes = (list(dict.fromkeys(k[i] for k in self.cells)) for i in range(4))
        assert len(self.cells) == len(self.roles) * len(self.classes) * len(self.fields) * len(self.purposes), "cells are missing"
        self.known = {}

    def shown(self, role, cls, purpose):
        """Fields of the class that the role sees for the purpose, now."""
        key = (role, cls, purpose)
        if key not in self.known:
            self.known[key] = {f for f in self.fields if self.cells[role, cls, f, purpose]["state"] == "shown"}
        return self.known[key]

    def sees(self, role):
        """The role has customer data."""
        return any(self.shown(role, c, p) for c in self.classes for p in self.purposes)

    def views(self, role):
        """One purpose for each set of fields that the role ever sees."""
        seen = {}
        for p in self.purposes:
            view = tuple((c, f) for c in self.classes for f in self.fields if f in self.shown(role, c, p))
            if view:
                seen.setdefault(view, p)
        return list(seen.values())


def seen_as(row, company, today):
    """The class of a record for staff of a company. A contract that has ended is a former one from the next day on."""
    kind, same = KINDS[row["class"]], row["retailer"] == company
    if kind == "supply" and row["contract_end"] and row["contract_end"] < today:
        kind = "former"
    if kind == "supply":
        return "own" if same else "other"
    if kind == "former":
        return "former" if same else "other"
    if kind == "generator":
        return "generator-own" if same else "generator-other"
    return kind


SMALL = str.maketrans("ァィゥェォッャュョヮヅヂヲヴ", "アイウエオツヤユヨワズジオブ", "ー ・\u3000")


def loosely(kana):
    """A reading without what people leave out: marks, long vowels, small letters."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", kana).translate(SMALL))
    return "".join(c for c in plain if c not in "\u3099\u309A")


def full(row):
    return all(row[f] for f in CUSTOMER_BY.values())


def alone(rows, mine):
    """Those of rows, persons with every value filled in, of whom nothing leads to one of mine: not even the loose reading."""
    readings, places = {loosely(r["kana"]) for r in mine}, {r["address"] for r in mine}
    names = {"".join(r["name"].split()) for r in mine}
    taken = {r[f] for r in mine for f in ("phone", "point", "customer_no")}
    return [r for r in rows if full(r) and "\u3000" in r["name"] and not begins("".join(r["name"].split()), names)
            and not any(r[f] in taken for f in ("phone", "point", "customer_no"))
            and not begins(loosely(r["kana"]), readings) and not begins(r["address"], places)]


def begins(beginning, texts):
    return any(t.startswith(beginning) for t in texts)


def nobody(like, rows, seed):
    """Somebody who is not there, with values of the same lengths and beginnings: what asking for `like` is held against."""
    other, readings, names = Other(rows, seed), {loosely(r["kana"]) for r in rows}, {"".join(r["name"].split()) for r in rows}
    for _ in range(2000):
        name, kana = other.namesake(like)
        if len(name) == len(like["name"]) and len(kana) == len(like["kana"]) and \
                not begins(loosely(kana), readings) and not begins("".join(name.split()), names):
            break
    else:
        return None
    def tail(field, n, of="0123456789"):
        return like[field][:-n] + "".join(other.rnd.choice(of) for _ in range(n))

    row = dict(like, name=name, kana=kana, phone=tail("phone", 4), point=tail("point", 6), customer_no=tail("customer_no", 4),
               id=tail("id", 6, ID_LETTERS),
               address="".join(other.rnd.choice("123456789") if c in "123456789" else c for c in like["address"]))
    taken = any(row[f] == r[f] or r[f].startswith(row[f]) for r in rows for f in ("id", "phone", "point", "customer_no", "address"))
    return None if taken else row


def asked(kind, row):
    """The body of a question for somebody by one kind of value; "id" is shown, everything else searched for."""
    said = {"id": row["id"]} if kind == "id" else {"by": kind, "query": row[CUSTOMER_BY[kind]]}
    return json.dumps(said, ensure_ascii=False)


def sides(rows, n):
    """n customers of other retailers, for each of them somebody who is not there, and n of ours."""
    mine = [r for r in rows if r["class"] in ("own", "former")]
    others = alone([r for r in rows if r["class"] == "other"], mine)
    pairs = [(r, x) for r, x in ((r, nobody(r, rows, i)) for i, r in enumerate(others))
             if x and not any(c in r["kana"] + x["kana"] for c in "ヅヂ")][:n]  # those are looked for under two keys
    return {"nobody": [x for _, x in pairs], "other": [r for r, _ in pairs],
            "own": [r for r in rows if r["class"] == "own" and full(r)][:n]}


def made_id(rnd, n):
    return "c" + "".join(rnd.choice(ID_LETTERS) for _ in range(n - 1))


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return path


def digits(rnd, n, head=""):
    return head + "".join(rnd.choice("0123456789") for _ in range(n - len(head)))


class Other:
    """Values that a field could as well have: of somebody else, or new."""

    def __init__(self, rows, seed):
        self.rows, self.rnd = rows, random.Random(seed)
        self.pools = {f: [r[f] for r in rows if r[f]] for f in rows[0]}
        self.persons = [r for r in rows if "\u3000" in r["name"] and "\u3000" in r["kana"]]

    def value(self, field, old):
        rnd = self.rnd
        if field == "point" or field == "gen_point":
            return digits(rnd, 22, "02")
        if field == "phone":
            return "080-" + digits(rnd, 4) + "-" + digits(rnd, 4)
        if field == "customer_no":
            return digits(rnd, 9, "1")
        if field == "meter":
            return "S31-" + digits(rnd, 7)
        if field == "arrears":
            return digits(rnd, 5, "9") + "円（4か月）"
        for _ in range(50):
            new = rnd.choice(self.pools[field]) if self.pools[field] else ""
            if new != old:
                return new
        return old

    def change(self, row, fields):
        for f in fields:
            if row[f] and f not in ("retailer", "contract_end", "contract_start"):
                row[f] = self.value(f, row[f])
        if "kana" in fields and "name" in fields and row["name"]:
            row["name"], row["kana"] = self.person()
        return row

    def person(self):
        r, s = self.rnd.choice(self.persons), self.rnd.choice(self.persons)
        return (r["name"].split("\u3000")[0] + "\u3000" + s["name"].split("\u3000")[1],
                r["kana"].split("\u3000")[0] + "\u3000" + s["kana"].split("\u3000")[1])

    def namesake(self, like):
        """The same surname, another given name."""
        s = self.rnd.choice(self.persons)
        return tuple(like[f].split("\u3000")[0] + "\u3000" + s[f].split("\u3000")[1] for f in ("name", "kana"))

    def made(self, like):
        """A new record of the class of another."""
        row = self.change(dict(like), [f for f in like if f not in ("id", "class", "area", "retailer")])
        row["id"] = made_id(self.rnd, 21)
        return row


def switched(rows, n):
    """Former customers who are another retailer's by now, under the same name at the same point: what one may wish to know."""
    out, rnd = [], random.Random(5)
    for r in [r for r in rows if r["class"] == "former"][:n]:
        new = dict(r, **{"class": "other", "retailer": "R0001", "contract_start": "2024-04-01", "contract_end": "", "arrears": "",
                         "contract_status": "供給中", "id": "csw" + digits(rnd, 18)})
        out.append(new)
    return out


class View:
    """What one may see: a role at a company, for a purpose, today, and maybe by a customer's consent about one supply point."""

    def __init__(self, matrix, role, company, purpose, today, point=None):
        self.matrix, self.role, self.company, self.purpose, self.today, self.point = matrix, role, company, purpose, today, point

    def shown(self, row):
        cls = seen_as(row, self.company, self.today)
        shown = self.matrix.shown(self.role, cls, self.purpose)
        if self.point and row["point"] == self.point:
            shown = shown | {f for f in self.matrix.fields if self.matrix.cells[self.role, cls, f, self.purpose]["state"] == "consent"}
        return shown


def another(rows, view, seed):
    """A world in which nothing differs that may be seen."""
    other, out = Other(rows, seed), []
    for i, old in enumerate(rows):
        row, shown = dict(old), view.shown(old)
        if shown:
            out.append(other.change(row, [f for f in view.matrix.fields if f not in shown]))
        elif i % 3 == 0:
            continue  # gone
        elif i % 3 == 1:
            out.append(other.change(row, view.matrix.fields))
        else:
            out += [row, other.made(row)]
    return out
