#!/usr/bin/env python3
"""What an auditor can ask the journal: were the decisions the policy's, who would gain and lose, did a terminal ever matter?"""
import base64
import csv
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import time

import lab

# card, post when it has several
PEOPLE = [("counter", None), ("callcenter", None), ("contractor", None), ("dunning", None), ("nsc", None), ("two-hats", "dunning"),
          ("responder", None), ("auditor", None), ("hr", None), ("duty-nw", None), ("supervisor", None), ("policy-a", None)]
PURPOSES = ["inquiry", "application", "switching", "moving", "billing", "construction", "outage", "nonsense"]
TERMINALS = [("127.0.0.1", "NW-SET-0012"), ("127.0.0.2", "NW-SET-0012"), ("127.0.0.3", "受付1"), ("127.0.0.4", None)]


def asked(post, ids):
    """What one person asks at one terminal."""
    bodies = [("search", {"by": "kana", "query": "サ", "purpose": p, "limit": 20}) for p in PURPOSES]
    bodies += [("show", {"id": i, "purpose": p}) for i in ids for p in ("inquiry", "billing")]
    bodies += [("search", {"by": "colour", "query": "サ"}), ("show", {})]
    return [f"call /v1/customers/{path} {json.dumps(body, ensure_ascii=False)}" for path, body in bodies]


def place(source, name):
    lines = f"Tegata-Terminal: {''.join('%%%02X' % b for b in name.encode()) if not name.isascii() else name}\r\n" if name else ""
    return "terminal " + json.dumps({"source": source, "lines": lines})


def traffic(check, l, ids, people=PEOPLE):
    """Every role, every purpose, from a few terminals and addresses; the number of questions that reached the desk."""
    questions = 0
    for card, post in people:
        with l.card(card):
            lines = []
            for source, name in TERMINALS if card in ("counter", "nsc") else TERMINALS[:1]:
                lines += [place(source, name)] + asked(post, ids)
            done = l.run("tegata-probe", *(["--post", post] if post else []), "--pin-fd", "3", stdin="".join(x + "\n" for x in lines))
            answers = [json.loads(x) for x in done.stdout.splitlines()]
            check.same(f"{card}: every line is answered", len(answers), len(lines))
            check.that(f"{card}: every sign-in is taken", all(a["status"] == 200 for a, x in zip(answers, lines) if x.startswith("terminal")),
                       str([a for a, x in zip(answers, lines) if x.startswith("terminal")])[:400])
            questions += sum(x.startswith("call") for x in lines)
    return questions


def consented(check, l, rows):
    """A customer of another retailer consents: what that opened is in the journal with its basis. The questions asked."""
    other = next(r for r in rows if r["class"] == "other" and r["point"] and r["capacity"])
    day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    path = os.path.join(l.dir, "consents.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"consent,company,point,purpose,from,to\nD-1,TOHOKU,{other['point']},switching,{day},{day}\n")
    order = l.run("tegata-approve", "--card", os.path.join(l.dir, "cards", "hr.json"), "--audience", "https://localhost:8443", "--act", "cards", path)
    with open(path + ".order", "w", encoding="utf-8") as f:
        f.write(order.stdout)
    done = l.admin("import", "consents", path, "--order", path + ".order")
    check.same("the consent is imported", (done.returncode, done.stderr), (0, ""))
    asked = 0
    with l.card("counter"):
        for _ in range(20):
            answer = l.batch([f"search --by point --purpose switching --case D-1 {other['point']}"])[0]
            asked += 1
            if answer.get("rows"):
                break
            time.sleep(0.5)
    check.same("and opens another retailer's customer", [r["class"] for r in answer.get("rows", [])], ["other"])
    check.same("with its basis on record", [(e.get("basis"), e.get("consented")) for e in l.audit(5) if e["kind"] == "search"][-1:], [("D-1", str(day))])
    return asked


def replay(check, l, questions):
    done = l.admin("audit", "replay")
    check.same("replay says that all agree", done.returncode, 0)
    said = re.search(r"/ replayed: (\d+); .*/ agree: (\d+); .*/ differ: (\d+); .*/ without inputs: (\d+); .*/ without policy: (\d+)$", done.stdout, re.M)
    check.that("and how many", said is not None, done.stdout + done.stderr)
    not_asked = re.search(r"refused before the policy was asked: (\d+)$", done.stdout, re.M)
    n = [int(x) for x in said.groups()] if said else [0] * 5
    check.same("none differs, none is without inputs or policy", n[2:], [0, 0, 0])
    check.same("every question is in the journal", n[0] + int(not_asked.group(1)), questions)
    check.that("most of them are decisions", n[0] > questions * 0.8, str(n))
    print(f"{n[0]} decisions replayed, {n[2]} differ")
    check.same("--days 1 sees the same", l.admin("audit", "replay", "--days", "1").stdout.splitlines()[-1], done.stdout.splitlines()[-1])
    for bad in (["--days"], ["--days", "0"], ["--days", "x"], ["--what"]):
        check.same(f"replay {bad} is refused", l.admin("audit", "replay", *bad).returncode, 2)


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def by_hand(page, key, folder):
    """The page without our programs: the claims when openssl accepts the signature."""
    text, rest = page.split(b"-----BEGIN TEGATA PAGE SIGNATURE-----\n")
    head, payload, signature = rest.split(b"\n")[0].decode().split(".")
    raw = unb64(signature)
    ints = b""
    for half in (raw[:32], raw[32:]):
        half = half.lstrip(b"\0")
        half = (b"\0" if half[0] & 0x80 else b"") + half
        ints += b"\x02" + bytes([len(half)]) + half
    for name, data in (("sig", b"\x30" + bytes([len(ints)]) + ints), ("input", f"{head}.{payload}".encode())):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)
    done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", os.path.join(folder, "sig"),
                           os.path.join(folder, "input")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    claims = json.loads(unb64(payload))
    good = done.returncode == 0 and json.loads(unb64(head)) == {"alg": "ES256", "typ": "policy-proof+jwt", "kid": "audit"} and \
        claims["sha256"] == hashlib.sha256(text).hexdigest() and claims["bytes"] == len(text)
    return claims if good else None


def proof(check, l, rows, digest):
    audit = os.path.join(l.dir, "server", "audit")
    path = os.path.join(l.dir, "page")
    done = l.admin("policy", "proof", "--out", path)
    check.that("the proof holds", done.returncode == 0, done.stderr)
    with open(path, "rb") as f:
        page = f.read()
    text = page.decode()
    sums = {m[2]: int(m[1]) for m in re.finditer(r"^ {2,}(\d+)  .* / (.*)$", text, re.M)}
    check.same("no decision differs", sums.get("decisions that differ within their group"), 0)
    check.same("every place is on it", sums.get("terminals (claimed name and address)"), len(TERMINALS))
    check.that("groups were asked from several terminals", sums.get("groups asked from more than one terminal", 0) >= 10, str(sums))
    check.that("answers showed customers", sums.get("of those, answers that showed customers", 0) > 100, str(sums))
    check.that("terminals stand there as they called themselves", '"NW-SET-0012" 127.0.0.2' in text and "%E5%8F%97" in text)
    check.that("the conclusion is said", "Conclusion: no decision depended on the terminal." in text)
    names = {r[k] for r in rows for k in ("name", "kana")}
    check.that("and no customer", not any(n in text for n in names if len(n) > 2))
    check.that("the activation, and who signed it", re.search(
        f"P[12] {digest}\n.*matrix  [0-9a-f]{{64}}\n     施行 / activation 1  .*signed by P600[12] P600[12]\n", text) is not None, text[1500:3500])
    check.that("the policy before it came with the program", "built into the program" in text)
    check.that("whether orders are needed", "orders for imports: " in text)
    matrix = l.admin("policy", "matrix", "--csv").stdout.encode()
    check.that("the matrix's digest", hashlib.sha256(matrix).hexdigest() in text)
    good = l.run("tegata-verify", "--proof", path, audit)
    check.that("tegata-verify finds it unchanged", good.returncode == 0 and "is unchanged and rests on records 1 to " in good.stdout, good.stdout)
    claims = by_hand(page, os.path.join(audit, "checkpoint.pub.pem"), l.dir)
    check.that("so does openssl", claims is not None and claims["holds"] is True and claims["first"] == 1)
    for what, bad in (("a digit", page.replace(b" 0  ", b" 1  ", 1)), ("a byte", page[:200] + bytes([page[200] ^ 1]) + page[201:]),
                      ("a line less", page.replace(b"\n  T1 ", b"", 1)), ("the signature", page[:-60] + bytes([page[-60] ^ 1]) + page[-59:])):
        with open(path + ".bad", "wb") as f:
            f.write(bad)
        done = l.run("tegata-verify", "--proof", path + ".bad", audit)
        check.that(f"changed ({what}), and found", bad != page and done.returncode == 1 and "BROKEN: page" in done.stdout, done.stdout)
    check.same("to stdout, the same but for the time", re.sub(r"(?m)^作成.*$|^ey.*$", "", l.admin("policy", "proof").stdout),
               re.sub(r"(?m)^作成.*$|^ey.*$", "", text))
    check.same("bad words are refused", l.admin("policy", "proof", "--out").returncode, 2)


CHANGES = [("supply-point capacity current_limit", "supply-point current_limit"),  # the contractor loses a field
           ("fields identity postcode address supply-point contract_end",
            "fields identity postcode address phone supply-point contract_end"),  # and gains one of former customers
           ("    purposes inquiry billing\n", "    purposes billing\n"),  # dunning loses a purpose
           ("fields name address phone point pole", "fields name address point pole")]  # nobody is under a grant


def what_if(check, l):
    """The audit under a policy that is not in force: what each person of the lab did is known, so is what must come out."""
    new = os.path.join(l.dir, "new.policy")
    with open(os.path.join(lab.TOP, "server", "policy", "default.policy"), encoding="utf-8") as f:
        text = f.read()
    with open(new, "w", encoding="utf-8") as f:
        f.write(text)
    same = l.admin("policy", "what-if", new)
    check.that("the policy in force changes nothing", same.returncode == 0 and re.search(
        r"^what-if: .* otherwise: 0 of [1-9].* unused cells changed: 0; .*changes to roles: 0; .*not compared: 0 without inputs, 0 without policy$", same.stdout, re.M), same.stdout + same.stderr)
    for was, now in CHANGES:
        check.that(f"the policy still says {was!r}", was in text)
        text = text.replace(was, now)
    with open(new, "w", encoding="utf-8") as f:
        f.write(text)
    done = l.admin("policy", "what-if", new, "--csv")
    check.that("exit 0 also when there are changes", done.returncode == 0, done.stderr)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    fields = {(r["role"], r["person"], r["about"]): r for r in rows if r["what"] == "fields"}
    own, former = fields.get(("retail.contractor", "W2001", "own"), {}), fields.get(("retail.contractor", "W2001", "former"), {})
    check.same("the contractor loses the capacity, which was shown", [own.get(k) for k in ("gained", "lost", "shown")], ["", "capacity", "capacity"])
    check.same("and gains a telephone number", [former.get(k) for k in ("gained", "lost")], ["phone", ""])
    check.that("in answers that were given", int(own.get("answers", 0)) >= 5 and int(own.get("records", 0)) >= 5, str(own))
    dunners = {r["person"] for r in rows if r["what"] == "refused" and r["about"] == "inquiry"}
    check.same("both who collect debts lose a purpose", dunners, {"E1003", "E1007"})
    check.same("nobody else is touched", {r["person"] for r in rows if r["person"]}, dunners | {"W2001"})
    unused = [r for r in rows if r["what"] == "unused"]
    check.that("the responder's telephone numbers change unused", any(
        r["role"] == "emergency.responder" and r["about"] == "other" and r["lost"] == "phone" for r in unused), str(unused)[:500])
    check.that("no used cell is called unused", not any(r["role"] == "retail.contractor" and "capacity" in r["lost"].split() for r in unused), str(unused)[:500])
    check.that("a summary is the last line", rows[-1]["what"] == "summary" and "/ decisions that come out otherwise: " in rows[-1]["text"])
    check.same("the same again", l.admin("policy", "what-if", new, "--csv").stdout, done.stdout)
    read = l.admin("policy", "what-if", new, "--days", "1").stdout
    check.that("for people", "失う項目 / loses: capacity" in read and read.splitlines()[-1].startswith("what-if: "), read[-600:])
    with open(new, "a", encoding="utf-8") as f:
        f.write("\nshow nonsense\n")
    bad = l.admin("policy", "what-if", new)
    check.that("a policy that does not compile is named by line", bad.returncode == 1 and re.search(r"new\.policy:\d+:\d+: ", bad.stderr), bad.stderr)
    for words in ([], ["--csv"], [new, "--days", "x"], [new, new]):
        check.same(f"what-if {words[1:]} is refused", l.admin("policy", "what-if", *words).returncode, 2)


def activated(check, l, ids):
    """Another policy is in force for a while: old decisions are still judged by the old one."""
    new = os.path.join(l.dir, "next.policy")
    with open(os.path.join(lab.TOP, "server", "policy", "default.policy"), encoding="utf-8") as f:
        text = f.read()
    for was, now in CHANGES:
        text = text.replace(was, now)
    with open(new, "w", encoding="utf-8") as f:
        f.write(text)
    said = subprocess.run([lab.LAB, "policy", l.dir, new], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check.that("the policy is activated and taken", said.returncode == 0, said.stdout + l.admin("policy", "list").stdout)
    questions = traffic(check, l, ids, [p for p in PEOPLE if p[0] in ("contractor", "dunning")])
    return questions, hashlib.sha256(text.encode()).hexdigest()


def kept(check, l, digest):
    """A policy whose text is gone, or is another one: said, counted, and not a success."""
    path = os.path.join(l.dir, "server", "acts", digest + ".policy")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    os.rename(path, path + ".away")
    gone = l.admin("audit", "replay")
    check.that("a policy whose text is gone is named", gone.returncode == 1 and re.search(
        f"policy missing: {digest}: .*no policy with this digest is kept: [1-9]", gone.stdout), gone.stdout[-900:])
    check.that("the others are judged all the same", re.search(r"/ replayed: [1-9]\d*; .*/ differ: 0; .*/ without policy: [1-9]", gone.stdout) is not None,
               gone.stdout[-300:])
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("supply-point current_limit", "supply-point capacity current_limit"))
    other = l.admin("audit", "replay")
    check.that("another text under the digest is found out", other.returncode == 1 and "the policy that is kept has another digest" in other.stdout,
               other.stdout[-900:])
    os.rename(path + ".away", path)


def touched(check, l):
    """A journal that does not hold is said, and nothing is made of it."""
    audit = os.path.join(l.dir, "server", "audit")
    shutil.copytree(audit, audit + ".good")
    segment = os.path.join(audit, "segment-0000000001")
    with open(segment, "rb") as f:
        data = f.read()
    at = data.index(b'"class":"own"')
    with open(segment, "wb") as f:
        f.write(data[:at] + b'"class":"oth"' + data[at + 13:])
    for words in (["audit", "replay"], ["policy", "proof"], ["policy", "what-if", os.path.join(lab.TOP, "server", "policy", "default.policy")]):
        done = l.admin(*words)
        check.that(f"{' '.join(words)} on a touched journal", done.returncode == 1 and "segment-0000000001" in done.stderr and
                   done.stdout == "", done.stdout[:300] + done.stderr)
    shutil.rmtree(audit)
    os.rename(audit + ".good", audit)


def test(check):
    with lab.Lab(2000) as l:
        rows = l.truth()
        ids = [next(r["id"] for r in rows if r["class"] == c) for c in ("own", "former", "other", "generator-own", "vacant")]
        questions = traffic(check, l, ids) + consented(check, l, rows)
        replay(check, l, questions)
        what_if(check, l)
        more, digest = activated(check, l, ids)
        l.lab("server", "stop")
        replay(check, l, questions + more)
        proof(check, l, rows, digest)
        kept(check, l, digest)
        touched(check, l)


lab.main(test)
