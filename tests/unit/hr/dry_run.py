#!/usr/bin/env python3
"""dry_run.py TEGATA-ADMIN: who gains and who loses by an import, before it is done. What is expected is worked out here, from
the two lists day by day and from the policy's matrix."""
import csv
import datetime
import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile

ADMIN = sys.argv[1]
HEAD = "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to"
COMPANIES = ("code,name,kind,home\nHOME,自社,retail,yes\nOTHER,他社,retail,no\nNW,送配電,network,no\n"
             "CW,委託先,contractor,no\n")
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
EVER = datetime.date(9999, 12, 31)
wrong = []
done = 0


def check(what, ok, detail=""):
    global done
    done += 1
    if not ok:
        wrong.append(what)
        print(f"WRONG: {what} {detail}"[:1500])


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


class Folder:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="tegata-hr-")
        self.conf = os.path.join(self.dir, "tegata-server.conf")
        assert self.admin("init").returncode == 0
        with open(self.conf, encoding="utf-8") as f:
            text = f.read()
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(text.replace("orders = required", "orders = off"))
        self.take("companies", COMPANIES)

    def admin(self, *words):
        return subprocess.run([ADMIN, "--config", self.conf, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def put(self, text, encoding="utf-8"):
        path = os.path.join(self.dir, "in.csv")
        with open(path, "wb") as f:
            f.write(text.encode(encoding))
        return path

    def take(self, what, text):
        got = self.admin("import", what, self.put(text))
        assert got.returncode == 0, got.stderr.decode()
        return got.stdout.decode()

    def dry(self, what, text, *more, encoding="utf-8"):
        """(exit code, standard output, standard error); nothing in the folder may have changed."""
        path = self.put(text, encoding)
        before = self.state()
        got = self.admin("import", what, path, "--dry-run", *more)
        check("a dry run changes nothing", self.state() == before)
        return got.returncode, got.stdout.decode(), got.stderr.decode()

    def state(self):
        out = {}
        for top, _, names in os.walk(self.dir):
            for name in names:
                path = os.path.join(top, name)
                with open(path, "rb") as f:
                    out[path] = (hashlib.sha256(f.read()).hexdigest(), os.stat(path).st_mtime_ns, os.stat(path).st_ino)
        return out

    def end(self):
        shutil.rmtree(self.dir)


def staff(lines):
    return HEAD + "\n" + "".join(l + "\n" for l in lines)


def people(lines):
    return list(csv.DictReader(io.StringIO(staff(lines))))


def hats(lines, date):
    """{(person, post): (role, office, works for, areas, employer)} in force on that day."""
    out = {}
    for p in people(lines):
        if not p["post"]:
            continue
        last = min(datetime.date.fromisoformat(p[c]) if p[c] else EVER for c in ("left", "contract_end", "to"))
        first = datetime.date.fromisoformat(p["from"]) if p["from"] else datetime.date.min
        if first <= date <= last:
            out[p["person"], p["post"]] = (p["role"], p["office"], p["sponsor"] or p["company"], p["areas"], p["company"])
    return out


def matrix(f):
    """{role: ({class: fields shown for some purpose}, purposes, kind)} from the policy's own table."""
    out = {}
    for row in csv.DictReader(io.StringIO(f.admin("policy", "matrix", "--csv").stdout.decode())):
        shown, purposes = out.setdefault(row["role"], ({}, set()))
        if row["state"] == "shown":
            shown.setdefault(row["class"], set()).add(row["field"])
            purposes.update(row["purposes"].split())
    return out


KINDS = {"HOME": "retail", "OTHER": "retail", "NW": "nw"}


def sees(table, role, company):
    """Nothing for a role of the other kind of company, for one that is unknown, for one that needs a grant."""
    shown, purposes = table.get(role, ({}, set()))
    if role.split(".")[0] != KINDS.get(company):
        return {}, set()
    return shown, purposes


def rows_by_shift(text):
    return list(csv.DictReader(io.StringIO(text)))


def expect(f, table, was, now, said):
    rows = rows_by_shift(said)
    shifts = [r for r in rows if r["effect"] in ("loses", "gains", "changes")]
    days = [TODAY + datetime.timedelta(days=n) for n in range(0, 60)]
    for d in days:
        a, b = hats(was, d), hats(now, d)
        want = {(k, "loses" if k not in b else "gains" if k not in a else "changes") for k in a.keys() | b.keys()
                if a.get(k) != b.get(k)}
        got = {((r["person"], r["post"]), r["effect"]) for r in shifts if r["class"] == "" and r["from"] <= d.isoformat()
               and (r["to"] == "" or d.isoformat() <= r["to"])}
        check(f"who gains and loses on {d}", got == want, f"\n got {sorted(got)}\n want {sorted(want)}")
    for r in shifts:
        was_sees, was_for = sees(table, r["was_role"], r["was_company"])
        is_sees, is_for = sees(table, r["is_role"], r["is_company"])
        if r["class"] == "":
            check("purposes gained", set(r["purposes_gained"].split()) == is_for - was_for, str(r))
            check("purposes lost", set(r["purposes_lost"].split()) == was_for - is_for, str(r))
            classes = {c for c in was_sees.keys() | is_sees.keys() if was_sees.get(c) != is_sees.get(c)}
            named = {x["class"] for x in shifts if x["class"] and all(x[k] == r[k] for k in ("effect", "person", "post", "from"))}
            check("classes whose fields change", named == classes, f"{r}\n got {named}\n want {classes}")
        else:
            check("fields gained", set(r["fields_gained"].split()) == is_sees.get(r["class"], set()) - was_sees.get(r["class"], set()), str(r))
            check("fields lost", set(r["fields_lost"].split()) == was_sees.get(r["class"], set()) - is_sees.get(r["class"], set()), str(r))
    future = {p for n in range(0, 4000, 1) for p, _ in hats(now, TODAY + datetime.timedelta(days=n))} if len(people(now)) < 40 else None
    if future is not None:
        idle = {p["person"] for p in people(now)} - future
        check("people without a post", {r["person"] for r in rows if r["effect"] == "no-post"} == idle, str(idle))
    check("who is new", {r["person"] for r in rows if r["effect"] == "new"} ==
          {p["person"] for p in people(now)} - {p["person"] for p in people(was)})
    check("who is off the list", {r["person"] for r in rows if r["effect"] == "off-list"} ==
          {p["person"] for p in people(was)} - {p["person"] for p in people(now)})
    check("sorted by person", [r["person"] for r in rows] == sorted(r["person"] for r in rows))
    for person in {r["person"] for r in shifts}:
        begins = [r["from"] for r in shifts if r["person"] == person]
        check("and by day", begins == sorted(begins))


WAS = [
    "E1,一郎,HOME,,,,desk,retail.counter,八戸,,2020-04-01,",
    "E2,二郎,HOME,,,,call,retail.callcenter,CC,,2020-04-01,",
    "E3,三郎,HOME,,,,dun,retail.dunning,本店,,2020-04-01,",
    "E4,四郎,HOME,,,,a,retail.counter,本店,,2020-04-01,",
    "E4,四郎,HOME,,,,b,retail.dunning,本店,,2020-04-01,",
    "N1,五郎,NW,,,,nsc,nw.operator,NSC,,2020-04-01,",
    "W1,六子,CW,HOME,2099-03-31,,call,retail.contractor,研修室,,2020-04-01,",
    "A1,七子,HOME,,,,audit,auditor,考査室,,2020-04-01,",
    "L1,八子,HOME,,,2023-03-31,old,retail.counter,本店,,2020-04-01,2023-03-31",
    "X1,九子,HOME,,,,x,no.such,本店,,2020-04-01,",
]
NOW = [
    f"E1,一郎,HOME,,,,desk,retail.dunning,盛岡,03201,2020-04-01,{day(20)}",
    f"E3,三郎,HOME,,,,dun,retail.dunning,本店,,2020-04-01,{day(9)}",
    f"E3,三郎,HOME,,,,desk,retail.counter,本店,,{day(10)},",
    "E4,四郎,HOME,,,,a,retail.counter,本店,,2020-04-01,",
    f"N1,五郎,HOME,,,{day(30)},nsc,retail.counter,本店,,2020-04-01,",
    f"W1,六子,CW,OTHER,{day(5)},,call,retail.contractor,研修室,,2020-04-01,",
    "A1,七子,HOME,,,,,,,,,",
    "L1,八子,HOME,,,2023-03-31,old,retail.counter,本店,,2020-04-01,2023-03-31",
    "X1,九子,HOME,,,,x,nw.operator,本店,,2020-04-01,",
    f"Z1,十子,HOME,,,,new,directory.admin,人事部,,{day(3)},",
]


def told(f, table):
    f.take("staff", staff(WAS))
    code, said, err = f.dry("staff", staff(NOW), "--csv")
    check("a dry run is no failure", code == 0, err)
    expect(f, table, WAS, NOW, said)
    shuffled = NOW[:]
    random.Random(5).shuffle(shuffled)
    check("the same report for the same list in another order", f.dry("staff", staff(shuffled), "--csv")[1] == said)
    code, text, _ = f.dry("staff", staff(NOW))
    check("for people: it says that nothing was done", "何も変更していません / a dry run: nothing was changed" in text)
    check("for people: everybody whom it is about", [l.split()[0] for l in text.splitlines() if l[:1].isalpha() and l[1:2].isdigit()] ==
          sorted({r["person"] for r in rows_by_shift(said)}), text)
    for words in ("失う / loses", "得る / gains", "変わる / changes", "これから先の職務がありません / no post from today on",
                  "お客さまの情報は見られません / sees no customer data", "事業所 / office: 八戸 → 盛岡",
                  "働く先 / works for: HOME → OTHER", "自社のお客さま / own customer", "管理 / administers: - → cards",
                  "管理 / administers: audit → -"):
        check(f"for people: {words}", words in text, text)
    code, same, _ = f.dry("staff", staff(WAS), "--csv")
    check("a list that is in force already: only who has no post", {r["effect"] for r in rows_by_shift(same)} == {"no-post"}, same)
    cp932 = f.dry("staff", staff(NOW), "--csv", encoding="cp932")
    check("CP932 says the same", cp932[1] == said and "CP932" in cp932[2], cp932[2])
    sums = [l for l in text.splitlines() if l.startswith("職務を得る人")]
    check("the real import tells the sums", len(sums) == 1 and sums[0] in f.take("staff", staff(NOW)))


def random_lists(f, table):
    """Any two lists."""
    r = random.Random(20261120)
    roles = ["retail.counter", "retail.callcenter", "retail.dunning"]

    def draw():
        lines = []
        for i in range(12):
            terms = r.choice(["HOME,,,", "HOME,,,", f"OTHER,,,{day(r.randint(-5, 40))}", f"CW,HOME,{day(r.randint(-5, 40))},"])
            if r.random() < 0.2:
                continue
            posts = [p for p in "abc" if r.random() < 0.6]
            for p in posts:
                first, last = sorted((r.randint(-40, 40), r.randint(-40, 40)))
                lines.append(f"P{i:02},人{i},{terms},{p},{r.choice(roles)},{r.choice(['本店', '支店'])},{r.choice(['', '02203'])},"
                             f"{day(first) if r.random() < 0.8 else ''},{day(last) if r.random() < 0.8 else ''}")
            if not posts:
                lines.append(f"P{i:02},人{i},{terms},,,,,,")
        return lines
    was = draw()
    f.take("staff", staff(was))
    for _ in range(6):
        now = draw()
        code, said, err = f.dry("staff", staff(now), "--csv")
        check("a drawn list goes through", code == 0, err)
        expect(f, table, was, now, said)
        f.take("staff", staff(now))
        was = now


def clashes(f):
    f.take("staff", staff(WAS))
    cases = {
        "retail and network": ("retail.counter", "nw.operator", "小売と送配電"),
        "two duties": ("directory.admin", "policy.admin", "二つ以上"),
        "duty and customer data": ("auditor", "retail.dunning", "お客さまの情報"),
    }
    for what, (one, other, word) in cases.items():
        for together in (True, False):
            bad = WAS + [f"C1,兼務,HOME,,,,one,{one},本店,,2020-04-01,{day(10) if together else day(9)}",
                         f"C1,兼務,HOME,,,,other,{other},本店,,{day(10)},"]
            code, _, err = f.dry("staff", staff(bad))
            check(f"{what}: {'refused' if together else 'one after the other goes'}", code == (1 if together else 0), err)
            if together:
                check(f"{what}: by line, with the other line, and why", "staff.csv:13: role: " in err and "12 行目と / with line 12" in err
                      and word in err, err)
                got = f.admin("import", "staff", f.put(staff(bad)))
                check(f"{what}: the real import refuses too", got.returncode == 1 and "staff.csv:13: role: " in got.stderr.decode())
        reversed_lines = f.dry("staff", staff(WAS + [f"C1,兼務,HOME,,,,other,{other},本店,,,", f"C1,兼務,HOME,,,,one,{one},本店,,,"]))
        check(f"{what}: in either order", reversed_lines[0] == 1, reversed_lines[2])
    check("two people may", f.dry("staff", staff(WAS + ["C1,a,HOME,,,,one,retail.counter,本店,,,", "C2,b,NW,,,,two,nw.operator,本店,,,"]))[0] == 0)


UUID = "0000000%d-d9cb-469f-a165-70867728950e"


def lists(f):
    head = "card,person,status\n"
    f.take("cards", head + "".join(f"{UUID % i},E1,active\n" for i in (1, 2, 3)) + f"{UUID % 4},L1,active\n")
    code, said, _ = f.dry("cards", head + f"{UUID % 1},E1,active\n{UUID % 2},E1,blocked\n{UUID % 3},E3,active\n{UUID % 5},E3,active\n", "--csv")
    check("cards", [(r["effect"], r["card"][7], r["was_person"], r["is_person"]) for r in rows_by_shift(said)] ==
          [("blocked", "2", "E1", "E1"), ("handed-over", "3", "E1", "E3"), ("removed", "4", "L1", ""), ("added", "5", "", "E3")], said)
    code, said, _ = f.dry("cards", head + f"{UUID % 2},E1,blocked\n")
    check("cards for people", "止まる / blocked: E1" in said and "外れる / removed: E1" in said, said)
    code, said, err = f.dry("companies", COMPANIES.replace("OTHER,他社,retail,no", "OTHER,他社,network,no") + "NEW,新社,retail,no\n", "--csv")
    check("companies", [(r["effect"], r["code"], r["was_kind"], r["is_kind"]) for r in rows_by_shift(said)] ==
          [("added", "NEW", "", "retail"), ("changed", "OTHER", "retail", "network")], said + err)
    code, _, err = f.dry("consents", "consent,company,point,purpose,from,to\nC-1,NOBODY,0212345678901234567890,switching,2026-11-01,2026-11-02\n")
    check("a faulty consent", code == 1 and "consents.csv:2: company: " in err, err)
    code, said, err = f.dry("staff", staff(["p,n,NOBODY,,,,,,,,,"]), "--csv")
    check("a faulty list: by line, and nothing is told", code == 1 and "staff.csv:2: company: " in err and said == "", err)
    for words in (["staff"], ["staff", "x", "--csv"], ["customers", "x", "--dry-run"], ["staff", "x", "--dry-run", "--order", "y"],
                  ["staff", "x", "--dry-run", "--dry-run"], ["nobody", "x", "--dry-run"], ["staff", "x", "--order"]):
        check(f"usage: {words}", f.admin("import", *words).returncode == 2)


def main():
    f = Folder()
    try:
        table = matrix(f)
        check("the matrix shows something", any(shown for shown, _ in table.values()))
        told(f, table)
        random_lists(f, table)
        clashes(f)
        lists(f)
    finally:
        f.end()
    print(f"{done - len(wrong)} of {done} checks hold")
    sys.exit(0 if done > 500 and not wrong else 1)


main()
