#!/usr/bin/env python3
"""Import: both encodings, all or nothing, named by line, in bounded memory. imports.py 10000000 is the long form."""
import csv
import os
import sys

import lab

LIMIT_MB = 256  # whatever the number of rows




def csv_path(l, name):
    return os.path.join(l.dir, name)


def edited(l, name, edit, encoding="utf-8", newline="\r\n"):
    """The truth with rows changed by edit(rows, header), written anew."""
    with open(csv_path(l, "truth.csv"), newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f))
    edit(rows, {n: i for i, n in enumerate(rows[0])})
    with open(csv_path(l, name), "w", newline="", encoding=encoding, errors="strict") as f:
        csv.writer(f, lineterminator=newline).writerows(rows)
    return csv_path(l, name)


def encodable(text):
    try:
        text.encode("cp932")
        return True
    except UnicodeEncodeError:
        return False


def only_cp932(rows, at):
    rows[:] = [rows[0]] + [r for r in rows[1:] if all(encodable(v) for v in r)]


def change(line, column, value):
    def edit(rows, at):
        rows[line - 1][at[column]] = value
    return edit


def second_contract(rows, at):
    own = [r for r in rows[1:] if r[at["class"]] == "own"]
    other = [r for r in rows[1:] if r[at["class"]] == "other"]
    other[-1][at["point"]] = own[0][at["point"]]


def somebody(rows, at):
    [r for r in rows[1:] if r[at["class"]] == "vacant"][0][at["name"]] = "佐藤 弘"


BAD = [  # what, line, column, value, a word of the report
    ("no class", 17, "class", "", "17"),
    ("unknown class", 18, "class", "friend", "18"),
    ("a point of 21 digits", 19, "point", "020000000000000000000", "19"),
    ("a gas number", 20, "point", "02000000000000000", "20"),
    ("an unknown retailer", 21, "retailer", "NOBODY", "21"),
    ("a date that is none", 22, "contract_start", "2023-02-30", "22"),
]


def test(check):
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    with lab.Lab(3000) as l:
        l.truth()
        first = l.admin("import", "customers", csv_path(l, "truth.csv"))
        check.that("UTF-8 comes in", first.returncode == 0 and "UTF-8" in first.stdout, first.stderr + first.stdout)
        check.that("reported by class", all(c in first.stdout for c in ("own", "former", "other", "vacant")), first.stdout)
        with l.card("counter"):
            before = l.cli("search", "--by", "kana", "サトウ").stdout
        for what, line, column, value, word in BAD:
            path = edited(l, "bad.csv", change(line, column, value))
            done = l.admin("import", "customers", path)
            check.that(f"{what}: refused, named by line", done.returncode == 1 and f":{word}" in done.stderr.replace("行", ":").replace("line ", ":"),
                       done.stderr[:600])
        for what, edit, word in (("one point supplied twice", second_contract, "duplicate point"),
                                 ("somebody at a vacant point", somebody, "vacant point has no customer")):
            done = l.admin("import", "customers", edited(l, "bad.csv", edit))
            check.that(f"{what}: refused", done.returncode == 1 and word in done.stderr, done.stderr[:600])
        l.lab("server", "reload")
        with l.card("counter"):
            check.same("and nothing was changed", strip(l.cli("search", "--by", "kana", "サトウ").stdout), strip(before))
        bom = csv_path(l, "bom.csv")
        with open(bom, "wb") as f:
            f.write(b"\xef\xbb\xbf" + open(csv_path(l, "truth.csv"), "rb").read())
        check.same("UTF-8 with BOM comes in", l.admin("import", "customers", bom).returncode, 0)
        sjis = l.admin("import", "customers", edited(l, "sjis.csv", only_cp932, "cp932"))
        check.that("CP932 comes in, and is said", sjis.returncode == 0 and "CP932" in sjis.stdout, sjis.stderr + sjis.stdout)
        memory(check, l, n)


def strip(answer):
    """Without the cursor: it is sealed anew each time."""
    return answer.split('"next"')[0]


def memory(check, l, n):
    big = csv_path(l, "big.csv")
    check.same(f"{n} rows written", l.admin("synth", "customers", str(n), "--seed", "9", "--out", big).returncode, 0)
    done = l.run("/usr/bin/env", "python3", "-c",
                 "import resource,subprocess,sys\n"
                 "c=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode\n"
                 "print(c,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024)",
                 "tegata-admin", "import", "customers", big)
    code, peak = map(int, done.stdout.split())
    print(f"{n} rows: peak {peak} MB")
    check.same("came in", code, 0)
    check.that(f"in less than {LIMIT_MB} MB", peak < LIMIT_MB, str(peak))


lab.main(test)
