#!/usr/bin/env python3
"""Inquiries with real cards: the three steps, the one reading across kills of the server, guessing, and what the journal holds of it."""
import csv
import datetime
import hashlib
import json
import os
import time

import lab

LIST, ASK, TAKE, ANSWER, READ = ("/v1/inquiries", "/v1/inquiries/ask", "/v1/inquiries/take", "/v1/inquiries/answer", "/v1/inquiries/read")
NOBODY = "0299999999999999999999"


def consents(check, l, points):
    """One consent a point, on the order of the personnel office."""
    day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    gone = day - datetime.timedelta(days=3)
    path = os.path.join(l.dir, "consents.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("consent,company,point,purpose,from,to\n")
        for i, point in enumerate(points):
            f.write(f"C-{i},TOHOKU,{point},switching,{day},{day}\n")
        f.write(f"C-over,TOHOKU,{points[0]},switching,{gone},{gone}\nC-theirs,R0001,{points[0]},switching,{day},{day}\n")
    order = l.run("tegata-approve", "--card", os.path.join(l.dir, "cards", "hr.json"), "--audience", lab.AUDIENCE, "--act", "cards", path)
    with open(path + ".order", "w", encoding="utf-8") as f:
        f.write(order.stdout)
    done = l.admin("import", "consents", path, "--order", path + ".order")
    check.same("the consents are imported", (done.returncode, done.stderr), (0, ""))
    l.lab("server", "stop")
    l.lab("server", "start")


def body(**members):
    return json.dumps(members, ensure_ascii=False)


def question(row, n, **more):
    return body(subject="switching", point=row["point"], name=row["name"], consent=f"C-{n}", **more)


def call(ask, path, text=None):
    """(status, document, all that came)"""
    a = ask(f"call {path} {text}" if text is not None else f"call {path}")
    return a["status"], json.loads(a["body"]), a


def steps(check, l, rows, own):
    """STEP1, STEP2 and STEP3 from the command line, each read by a person."""
    row = rows[0]
    with l.card("counter"):
        subjects = json.loads(l.cli("inquiry", "subjects").stdout)["subjects"]
        check.same("types 2, 5 and 6 have no path", sorted(s["meti"] for s in subjects if s["ends"] == "none"), [2, 5, 6])
        check.that("1 and 3 end with a telephone number", all(s["referral"]["phone"] == "0120-000-175" for s in subjects if s["meti"] in (1, 3)))
        words = ["--point", own["point"], "--name", "だれか", "--consent", "C-0"]
        check.same("STEP1: one's own", json.loads(l.cli("inquiry", "ask", "switching", *words).stdout), {"result": "own", "record": own["id"]})
        words = ["--point", row["point"], "--name", row["kana"], "--consent", "C-0"]
        got = json.loads(l.cli("inquiry", "ask", "switching", *words, "--fields", "capacity current_limit").stdout)
        want = {f: row[f] for f in ("capacity", "current_limit") if row[f]}
        check.same("STEP2: just what was asked", (got["result"], got["row"]["fields"], got["row"]["hidden"]), ("facility", want, {}))
        text = l.run("tegata-cli", "--pin-fd", "3", "--lang", "ja", "inquiry", "ask", "remaining-contract").stdout
        check.that("a referral is read out", "0120-000-175" in text and "お客さまから" in text, text)
        done = l.cli("inquiry", "ask", "former-supply")
        check.same("arrears of former customers: no path", (done.returncode, json.loads(done.stdout)["error"]), (5, "inquiry-subject"))
        asked = json.loads(l.cli("inquiry", "ask", "switching", *words, "--fields", "meter night_equipment").stdout)
        check.same("STEP3: into the queue", asked["result"], "question")
        iq = asked["inquiry"]["id"]
    with l.card("nsc"):
        queue = json.loads(l.cli("inquiry", "queue").stdout)["queue"]
        check.same("the queue has it", [q["id"] for q in queue], [iq])
        check.that("and names nobody", all("person" not in q for q in queue))
        taken = json.loads(l.cli("inquiry", "take", iq).stdout)
        check.that("who answers sees what is asked, and the point", set(taken["row"]["fields"]) <= {"meter", "night_equipment", "point"}, taken)
        done = l.cli("inquiry", "answer", iq, "--answer", "as-recorded", "--fields", "meter name")
        check.same("not more than was asked", json.loads(done.stdout)["error"], "inquiry-fields")
        check.same("answered", json.loads(l.cli("inquiry", "answer", iq, "--answer", "as-recorded").stdout)["state"], "answered")
    with l.card("moved"):
        theirs, none = l.cli("inquiry", "read", iq), l.cli("inquiry", "read", "IQ-20200101-000001")
        check.same("a colleague finds no such inquiry", (theirs.returncode, theirs.stdout), (none.returncode, none.stdout))
        check.same("which is not found", json.loads(theirs.stdout)["error"], "not-found")
    with l.card("counter"):
        got = json.loads(l.cli("inquiry", "read", iq).stdout)
        check.same("read", got["row"]["fields"], {f: row[f] for f in ("meter", "night_equipment") if row[f]})
        again = l.cli("inquiry", "read", iq)
        check.same("once", (again.returncode, json.loads(again.stdout)["error"]), (5, "inquiry-over"))


def leaks(check, l, rows):
    """Another name, another's point, no such point: the same bytes; whatever is wrong with a consent: the same bytes."""
    with l.card("two-hats"), l.talk("--post", "counter") as ask:
        wrong = [body(subject="switching", point=rows[1]["point"], name="だれでも ない", consent="C-1"),
                 body(subject="switching", point=rows[2]["point"], name=rows[1]["name"], consent="C-2"),
                 body(subject="switching", point=NOBODY, name=rows[1]["name"], consent=f"C-{len(rows)}")]
        got = [lab.bare(call(ask, ASK, text)[2]) for text in wrong]
        check.same("a mismatch", json.loads(got[0][2])["result"], "mismatch")
        check.that("absent, hidden and misnamed are the same bytes", got[0] == got[1] == got[2], got)
        bad = [body(subject="switching", point=p, name=rows[1]["name"], consent=c)
               for p, c in ((rows[0]["point"], "C-over"), (rows[0]["point"], "C-theirs"), (rows[0]["point"], "C-1"), (NOBODY, "C-1"),
                            (NOBODY, "C-nothing"), (rows[0]["point"], "C-nothing"))]
        got = [lab.bare(call(ask, ASK, text)[2]) for text in bad]
        check.same("no consent", (got[0][0], json.loads(got[0][2])["type"].rsplit(":", 1)[1]), (403, "inquiry-consent"))
        check.same("the same bytes, whatever is wrong with it", len(set(got)), 1)
        tries = [call(ask, ASK, body(subject="switching", point=rows[3]["point"], name=f"推測 {i}", consent="C-3"))[0] for i in range(5)]
        check.same("three names for a point", tries, [200, 200, 200, 429, 429])
        check.same("then not even the right one", call(ask, ASK, question(rows[3], 3))[0], 429)


def killed(check, l, rows):
    """The server dies while an answer is read: nobody reads it twice, and what the journal has is not shown again."""
    shown = twice = spent = 0
    for round in range(8):
        with l.card("counter"):
            iq = l.batch([f"inquiry ask switching --point {rows[4]['point']} --name {lab.quoted(rows[4]['name'])} --consent C-4 --fields meter"])[0]["inquiry"]["id"]
        with l.card("nsc"):
            l.batch([f"inquiry take {iq}", f"inquiry answer {iq} --answer as-recorded"])
        with l.card("counter"):
            client = l.start("tegata-cli", "--pin-fd", "3", "batch")
            client.stdin.write("whoami\n")
            client.stdin.flush()
            client.stdout.readline()
            client.stdin.write(f"inquiry read {iq}\n")
            client.stdin.flush()
            time.sleep(0.0005 * round)
            l.lab("server", "kill")
            out, _ = client.communicate(timeout=30)
            l.lab("server", "start")
            first = any('"row"' in x for x in out.splitlines())
            on_record = any(e.get("act", {}).get("inquiry") == iq and e["act"]["do"] == "read" for e in l.audit(200) if e["decision"] == "allow")
            second = l.batch([f"inquiry read {iq}"])[0]
            shown += first
            spent += on_record
            twice += ("row" in second) and (first or on_record)
            check.that("what was shown is on record", on_record or not first)
    check.same("nobody reads twice", twice, 0)
    check.that("some were read before the end", spent > 0, (shown, spent))


def bulk_file(l, name, rows, first):
    """As a mass switch brings it: most rows right, some not, one of one's own; what each must come to."""
    path, want = os.path.join(l.dir, name), []
    with open(path, "w", encoding="utf-8") as f:
        f.write("point,consent,name\n")
        for i, r in enumerate(rows):
            name, consent, outcome = r["name"], f"C-{first + i}", "answered"
            if i % 50 == 7:
                name, outcome = "まちがい 一郎", "mismatch"
            elif i % 50 == 17:
                consent, outcome = "C-nothing", "consent"
            elif r["class"] == "own":
                outcome = "own"
            elif i % 3 == 0:
                name = r["kana"]
            want.append(outcome)
            f.write(f"{r['point']},{consent},{lab_csv(name)}\n")
    return path, want


def lab_csv(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"') else text


def bulk(check, l, rows, first):
    """A file, with both sides killed in the middle; every row as it must be, each shown once, or its piece twice."""
    path, want = bulk_file(l, "switch.csv", rows, first)
    bad = path + ".bad"
    with open(path, encoding="utf-8") as f, open(bad, "w", encoding="utf-8") as g:
        g.write(f.read() + f"{rows[0]['point']},C-1,二度目\n123,C-1,短い\n")
    with l.card("counter"):
        done = l.cli("--lang", "en", "inquiry", "bulk", "check", bad)
        check.that("a bad file is told line by line", done.returncode == 2 and "second time" in done.stderr and "22 digits" in done.stderr, done.stderr)
        done = l.cli("inquiry", "bulk", "check", path)
        check.same("checked", json.loads(done.stdout)["rows"], len(rows))
        check.same("nothing is sent unless its number is said", l.cli("inquiry", "bulk", "send", path, "--confirm", str(len(rows) - 1)).returncode, 2)
        result = path + ".result.csv"
        # a disk that takes 20 KiB and no more: the client dies while it writes down a piece that the server has answered
        dies = ["sh", "-c", 'ulimit -f 40; exec tegata-cli --pin-fd 3 --json inquiry bulk send "$0" --confirm "$1"', path, str(len(rows))]
        check.that("the client dies in the middle", l.run(*dies).returncode not in (0, 2))
        l.lab("server", "kill")
        l.lab("server", "start")
        before = os.path.getsize(result)
        check.same("with a torn line", open(result, "rb").read()[-1:] != b"\n", True)
        check.same("it is not begun twice", l.cli("inquiry", "bulk", "send", path, "--confirm", str(len(rows))).returncode, 2)
        done = l.cli("inquiry", "bulk", "resume", path)
        check.same("gone on with", (done.returncode, done.stderr), (0, ""))
        manifest = json.loads(done.stdout)
        check.that("and it had been in the middle", 0 < before < os.path.getsize(result), (before, os.path.getsize(result)))
        with open(result, newline="", encoding="utf-8") as f:
            got = list(csv.DictReader(f))
        check.same("each row once, in its order", [r["point"] for r in got], [r["point"] for r in rows])
        check.same("each as it must be", [r["outcome"] for r in got], want)
        fields = ("postcode", "address", "capacity", "current_limit", "supply_method", "read_day")
        wrong = [(g, r) for g, r, w in zip(got, rows, want) if any(g[f] != (r[f] if w == "answered" else "") for f in fields)]
        check.same("the facility of who consented, and of nobody else", wrong[:1], [])
        check.that("and no more", all(g["meter"] == g["night_equipment"] == "" for g in got))
        check.same("the manifest counts them", {k: v for k, v in manifest["outcomes"].items() if v}, {w: want.count(w) for w in set(want)})
        check.same("by class", manifest["classes"], {"other": want.count("answered")})
        check.same("and names the result", manifest["result_sha256"], hashlib.sha256(open(result, "rb").read()).hexdigest())
        check.same("which can be seen later", json.loads(l.cli("inquiry", "bulk", "result", path).stdout), manifest)
        with open(result, "a", encoding="utf-8") as f:
            f.write("more\n")
        check.same("unless it was changed", l.cli("inquiry", "bulk", "result", path).returncode, 5)
    with l.card("two-hats"):
        stolen = l.cli("--post", "counter", "inquiry", "bulk", "resume", path)
        check.same("a job is its beginner's", json.loads(stolen.stdout)["error"], "not-found")
    acts = [e for e in l.audit(2000) if e.get("act", {}).get("do") == "bulk-rows" and e["decision"] == "allow"]
    ids = [r["id"] for e in acts for r in e.get("rows", []) if not e["act"].get("again")]
    check.same("every record that was shown is on record", ids, [r["id"] for r, w in zip(rows, want) if w == "answered"])
    check.that("with its consent", all(len(e["act"].get("consents", "").split()) == len(e.get("rows", [])) for e in acts))
    check.that("one piece was told twice, and no other", sum(bool(e["act"].get("again")) for e in acts) == 1)


def on_record(check, l, rows):
    entries = [e for e in l.audit(2000) if e["kind"] == "inquiry"]
    done = {e["act"]["do"] for e in entries if e["decision"] == "allow"}
    check.same("every step is on record", done, {"own", "seen", "referred", "asked", "taken", "answered", "read", "tried", "bulk-begun", "bulk-rows", "bulk-ended"})
    check.that("by both sides", {e["person"] for e in entries} >= {"E1001", "N3001"})
    text = "\n".join(json.dumps(e, ensure_ascii=False) for e in entries)
    values = [r[f] for r in rows for f in ("name", "kana", "point", "address", "phone", "meter") if r[f]] + ["だれでも", "推測", NOBODY]
    check.same("and nothing of what was typed or shown", [v for v in values if v in text], [])
    check.that("each refusal says why", all(e.get("problem") for e in entries if e["decision"] == "deny"))
    done = l.admin("audit", "verify")
    check.same("the journal holds", done.returncode, 0)
    done = l.admin("audit", "replay")
    check.that("and its decisions can be made again", done.returncode == 0, (done.stdout + done.stderr)[-400:])


def test(check):
    with lab.Lab(customers=3000) as l:
        rows = l.truth()
        other = [r for r in rows if r["class"] == "other" and r["point"] and r["name"] and r["kana"] and r["meter"] and r["capacity"]][:6]
        own = next(r for r in rows if r["class"] == "own" and r["point"])
        many = [r for r in rows if r["class"] == "other" and r["point"] and r["name"] and r["kana"] and r not in other][:430] + [own]
        consents(check, l, [r["point"] for r in other] + [NOBODY] + [r["point"] for r in many])
        steps(check, l, other, own)
        leaks(check, l, other)
        killed(check, l, other)
        bulk(check, l, many, len(other) + 1)
        on_record(check, l, other + many)


if __name__ == "__main__":
    lab.main(test)
