#!/usr/bin/env python3
"""Who finds whom: 100,000 customers; the counter her own by every form, another retailer's like nobody's; the NSC both."""
import bisect
import json
import re
import sys
import unicodedata

import lab
import world

HALF = {}
for code in range(0xFF61, 0xFFA0):
    HALF[unicodedata.normalize("NFKC", chr(code))] = chr(code)
for base in "カキクケコサシスセソタチツテトハヒフヘホウ":
    voiced = unicodedata.normalize("NFC", base + "\u3099")
    if len(voiced) == 1:
        HALF[voiced] = HALF[base] + "ﾞ"
for base in "ハヒフヘホ":
    HALF[unicodedata.normalize("NFC", base + "\u309A")] = HALF[base] + "ﾟ"


def half(text):
    return "".join(HALF.get(c, c) for c in text)


def hira(text):
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def phone_forms(stored):
    d = re.sub(r"\D", "", stored)
    a, b, c = (d[:3], d[3:7], d[7:]) if len(d) == 11 else (d[:4], d[4:6], d[6:])
    return [d, f"{a}-{b}-{c}", f"+81 {a[1:]} {b} {c}", f"({a}){b}-{c}", wide(f"{a}-{b}-{c}"), f"{a} {b} {c}"]


def point_forms(d):
    return [d, "-".join([d[:2]] + [d[i:i + 4] for i in range(2, 22, 4)]), wide(d)]


def forms(row):
    """(by, query) that must all find this row."""
    kana = row["kana"]
    out = [("kana", q) for q in (kana, half(kana), hira(kana), kana.replace(" ", ""), kana.replace("ケ", "ヶ"))]
    out += [("phone", q) for q in phone_forms(row["phone"])]
    out += [("point", q) for q in point_forms(row["point"])]
    out += [("customer", row["customer_no"]), ("name", row["name"])]
    address = row["address"]
    out += [("address", q) for q in (address, wide(address), address.replace("ヶ", "ケ"), address.replace("ケ", "ヶ"))]
    return out


def full(row):
    return all(row[k] for k in ("name", "kana", "phone", "point", "customer_no", "address"))


def pick(rows, cls, n, wanted=lambda r: True):
    return [r for r in rows if r["class"] == cls and full(r) and wanted(r)][:n]


def found_all(check, l, rows, what):
    """Each form finds the row; a common name may need further pages."""
    asks = [(r, by, q) for r in rows for by, q in forms(r)]
    answers = l.batch([f"search --by {by} --limit 100 -- {lab.quoted(q)}" for _, by, q in asks])
    more = []
    for (row, by, q), a in zip(asks, answers):
        if "rows" in a and row["id"] not in [r["id"] for r in a["rows"]] and a["next"]:
            more.append((row, by, q, a["next"]))
            continue
        check.that(f"{what} finds by {by} {q!r}", "rows" in a and row["id"] in [r["id"] for r in a["rows"]], str(a)[:300])
    for row, by, q, cursor in more:
        for _ in range(200):
            a = l.batch([f"search --by {by} --limit 100 --cursor {cursor} -- {lab.quoted(q)}"])[0]
            if row["id"] in [r["id"] for r in a["rows"]] or not a["next"]:
                break
            cursor = a["next"]
        check.that(f"{what} finds by {by} {q!r} on a later page", row["id"] in [r["id"] for r in a["rows"]])
    return answers


def bare(head):
    """A head without what must differ: the date and the request id."""
    return re.sub(r"(?mi)^(Date|X-Request-Id): [^\r]*", r"\1:", head)


def neutral(check, l, rows):
    """Persons whose reading and name nobody of ours shares, not even loosely: a company is found by its parts too."""
    mine = [r for r in rows if r["class"] in ("own", "former")]
    own_kana = sorted({world.loosely(r["kana"]) for r in mine})
    own_names = {"".join(r["name"].split()) for r in mine}

    def alone(r):
        k = world.loosely(r["kana"])
        at = bisect.bisect_left(own_kana, k)
        return "\u3000" in r["name"] and "".join(r["name"].split()) not in own_names and \
            not (at < len(own_kana) and own_kana[at].startswith(k))

    other = pick(rows, "other", 5, alone)
    check.that("there are other retailers' customers to ask for", len(other) == 5)
    absent = {"kana": "ヌヌヌ ポポポ", "phone": "0999-99-9999", "point": "0299999999999999999999", "customer": "ZZ99999999",
              "name": "無無無 零零零", "address": "八戸市無い町99番地99"}
    lines, kinds = [], []
    for r in other:
        for by, q in forms(r):
            if by == "address":
                continue  # two customers of two retailers may live at one address; asked for below
            kinds.append(by)
            lines.append("call /v1/customers/search " + json.dumps({"by": by, "query": q}))
            lines.append("call /v1/customers/search " + json.dumps({"by": by, "query": absent[by]}))
    for r in other:
        kinds.append("id")
        lines.append("call /v1/customers/show " + json.dumps({"id": r["id"]}))
        lines.append("call /v1/customers/show " + json.dumps({"id": "c" + "z" * (len(r["id"]) - 1)}))
    answers = l.probe(lines)
    check.same("every question was answered", len(answers), len(lines))
    for i, by in enumerate(kinds):
        a, b = answers[2 * i], answers[2 * i + 1]
        check.that(f"another retailer's and nobody's are one body ({by})", a["body"] == b["body"] and a["body"] != "", str((a, b)))
        check.that(f"and one head ({by})", bare(a["head"]) == bare(b["head"]) and a["status"] == b["status"], str((a["head"], b["head"])))
        if by != "id":
            said = json.loads(a["body"])
            check.same("which holds nobody", (said["rows"], said["next"]), ([], None))
            check.that("and refers the caller", said["nothing"]["rule"] == "not-ours" and said["nothing"]["next"], a["body"])


def test(check):
    with lab.Lab(int(sys.argv[1]) if len(sys.argv) > 1 else 100000, 7, "--caps", "100000") as l:
        rows = l.truth()
        own = pick(rows, "own", 3) + pick(rows, "own", 2, lambda r: "ヶ" in r["address"]) + \
            pick(rows, "own", 1, lambda r: "ケ" in r["kana"])
        check.that("there are own customers to look for, with ヶ and ケ too", len(own) == 6)
        with l.card("counter"):
            answers = found_all(check, l, own, "the counter")
            seen = [r for a in answers for r in a.get("rows", [])]
            check.that("the counter sees own and former only", {r["class"] for r in seen} <= {"own", "former"} and seen)
            truth = {r["id"]: r for r in rows}
            check.that("and only rows that are", all(truth[r["id"]]["class"] in ("own", "former") for r in seen))
            neutral(check, l, rows)
        with l.card("nsc"):
            found_all(check, l, own[:2], "the NSC")
            found_all(check, l, pick(rows, "other", 2), "the NSC (another retailer's)")
            found_all(check, l, pick(rows, "last-resort", 1), "the NSC (last resort)")
        for name in ("auditor", "hr", "duty-nw", "duty-retail", "responder"):
            with l.card(name):
                a = l.batch([f"search --by phone {own[0]['phone']}", f"show {own[0]['id']}", "whoami"])
                why = "grant-none" if name == "responder" else "forbidden"
                check.same(f"{name} gets no search", a[0].get("error"), why)
                check.same(f"{name} gets no record", a[1].get("error"), why)
                check.that(f"{name} is signed in all the same", "role" in a[2], str(a[2]))
        shown = set(l.admin("audit", "ids").stdout.split())
        check.that("every row that was seen is on record", {r["id"] for r in seen} <= shown)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)


lab.main(test)
