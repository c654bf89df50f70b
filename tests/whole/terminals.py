#!/usr/bin/env python3
"""Which terminal one sits at changes nothing: one card at 200 and more generated terminals, whole answers compared byte by byte.
terminals.py [TERMINALS [SEED [FOLDER]]]; FOLDER keeps the journal, for whoever wants to prove it again from there."""
import json
import os
import random
import re
import shutil
import sys
import time

import lab
import world

SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"

# All that may differ between two terminals' answers, and why:
#  - Date, whoami's now, X-Request-Id (lab.bare): of the answer, not of the terminal
#  - the seal of a cursor (lab.bare): drawn anew for each answer; its length is compared
#  - the access token: drawn anew for each sign-in; its length is compared
#  - the language of sentences: whoever reads may choose it (Accept-Language); rules, fields and values are compared across languages
TOKEN = re.compile(r'"access_token":"([^"]*)"')
SENTENCE = re.compile(r'"(reason|next)":"[^"]*"(?=[,}])')


def token_hidden(answer):
    body = TOKEN.sub(lambda m: f'"access_token":"{len(m.group(1))}"', answer.get("body", ""))
    return lab.bare({"status": answer["status"], "head": answer.get("head", ""), "body": body})


def without_sentences(answer):
    status, head, body = answer
    return status, re.sub(r"Content-Length: \d+", "Content-Length:", head), SENTENCE.sub(r'"\1":', body)


# ---- what terminals are made of

NAMES = ("NW-SET-0012", "SALES-PC-7", "受付1", "kiosk", "10.2.3.4", "nsc-duty", "localhost", "DESKTOP-9Q2", "東北NW-八戸", "root")
AGENTS = ("tegata/0.1", "tegata/99.9 (NW)", "curl/8.5.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "-", "tegata-cli")
LINES = ("X-Forwarded-For: 10.20.30.40", "X-Forwarded-For: 127.0.0.1, 192.0.2.7", "Forwarded: for=192.0.2.43;host=nw.example;proto=https",
         "X-Real-IP: 192.0.2.1", "Via: 1.1 branch-proxy", "X-Terminal: NW-SET-0012", "X-Terminal-Type: network", "X-Company: TOHOKU-NW",
         "X-Role: nw.operator", "X-Office: NSC", "Cookie: company=TOHOKU-NW; role=nw.operator", "Origin: https://nw.example",
         "Referer: https://nw.example/menu", "From: duty@nw.example", "X-Client-Version: 0.0.1", "X-Client-Cert-Subject: CN=NW",
         "Accept: */*", "Accept: application/json;q=0.1, text/csv", "Accept-Encoding: gzip", "Cache-Control: no-cache", "Pragma: no-cache",
         "TE: trailers", "Priority: u=0", "Sec-CH-UA-Platform: \"Windows\"", "DNT: 1", "X-Timezone: Asia/Tokyo", "X-Debug: 1",
         "Upgrade-Insecure-Requests: 1", "If-None-Match: *", "Range: bytes=0-1", "Keep-Alive: timeout=60", "X-Lab: yes")
LANGUAGES = ("ja", "ja-JP,en;q=0.5", "fr", "*", "zh-CN,ja;q=0.1", "en", "en-US,ja;q=0.9")
SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
GROUPS = ("X25519", "P-256", "P-384")
SIGNATURES = ("ECDSA+SHA256", "ECDSA+SHA384", "RSA-PSS+SHA256")
ZONES = ("Asia/Tokyo", "UTC", "America/New_York", "Pacific/Apia", "Antarctica/Troll", ":nonsense", "JST-9", "")
LOCALES = ("C", "C.UTF-8", "ja_JP.UTF-8", "ja_JP.eucJP", "en_US.UTF-8", "tr_TR.UTF-8", "de_DE", "nonsense", "")
VARIABLES = ("TEGATA_COMPANY=TOHOKU-NW", "TEGATA_ROLE=nw.operator", "TEGATA_TERMINAL=NW-SET-0012", "TEGATA_SERVER=https://nw.example:1",
             "HTTPS_PROXY=http://127.0.0.1:9", "ALL_PROXY=socks5://127.0.0.1:9", "NO_PROXY=", "SSL_CERT_FILE=/nowhere", "CURL_CA_BUNDLE=/nowhere",
             "OPENSSL_CONF=/nowhere", "SSLKEYLOGFILE=keys.log", "USER=root", "LOGNAME=nw-operator", "HOME=/", "TERM=dumb", "DISPLAY=:7",
             "SSH_CONNECTION=192.0.2.9 1 192.0.2.1 22", "XDG_SESSION_TYPE=x11", "PWD=/nw", "COLUMNS=20", "NO_COLOR=1", "RES_OPTIONS=rotate",
             "MALLOC_ARENA_MAX=1", "COMPUTERNAME=NW-SET-0012", "HOSTALIASES=/nowhere", "G_MESSAGES_DEBUG=all")


def some(rnd, among, most):
    return rnd.sample(among, rnd.randint(0, most))


def header_text(name):
    return name if name.isascii() else "".join(f"%{b:02X}" for b in name.encode())


def made_by_hand(rnd, i):
    """A terminal that the probe plays: address, headers, TLS, clock."""
    name = header_text(f"{rnd.choice(NAMES)}-{i}")
    language = rnd.choice(LANGUAGES) if rnd.random() < 0.6 else None
    lines = [f"Tegata-Terminal: {name}", f"User-Agent: {rnd.choice(AGENTS)}"] + some(rnd, LINES, 6)
    lines += [f"Accept-Language: {language}"] if language else []
    rnd.shuffle(lines)
    if rnd.random() < 0.3:
        lines = [re.sub(r"^[^:]*", lambda m: rnd.choice((str.upper, str.lower))(m.group(0)), line) for line in lines]
    place = {"source": f"127.{rnd.randint(0, 255)}.{rnd.randint(0, 255)}.{rnd.randint(2, 254)}", "named": rnd.random() < 0.5,
             "ciphers": ":".join(rnd.sample(SUITES, rnd.randint(1, 3))), "groups": ":".join(rnd.sample(GROUPS, rnd.randint(1, 3))),
             "signatures": ":".join(rnd.sample(SIGNATURES, 3)), "skew": rnd.randint(-4, 4),
             "lines": "".join(line + "\r\n" for line in lines)}
    return {"name": name, "source": place["source"], "english": bool(language and language.startswith("en")), "place": place}


def made_for_client(rnd, i, l):
    """A terminal that the real client runs on: host name, environment, locale, time zone, folder, configuration file."""
    name = f"{rnd.choice([n for n in NAMES if n.isascii()]).replace('.', '-')}-{i}"
    folder = os.path.join(l.dir, "terminals", str(i))
    os.makedirs(folder)
    lines = ["server = https://localhost:8443", "ca = " + rnd.choice(("pinned.pem", os.path.join(folder, "pinned.pem"), "./pinned.pem"))]
    rnd.shuffle(lines)
    lines += some(rnd, ["# 八戸電力センター 2番窓口", "# company = TOHOKU-NW", "", "# role = nw.operator"], 4)
    shutil.copy(os.path.join(l.dir, "client", "server-ca.pem"), os.path.join(folder, "pinned.pem"))
    config = os.path.join(folder, rnd.choice(("tegata.conf", "nw.conf", "設定.conf")))
    with open(config, "w", encoding="utf-8") as f:
        f.write("".join(line.replace(" = ", rnd.choice((" = ", "=", "  =  "))) + "\n" for line in lines))
    env = [f"TZ={rnd.choice(ZONES)}", f"LC_ALL={rnd.choice(LOCALES)}", f"LANG={rnd.choice(LOCALES)}"] + some(rnd, VARIABLES, 8)
    return {"name": name, "source": "127.0.0.1", "folder": folder, "config": config, "env": env, "umask": rnd.choice(("077", "000", "022")),
            "by": rnd.choice(("option", "variable"))}


# ---- what is asked at each of them

def questions(rows, mine):
    own, former = (next(r for r in mine if r["class"] == c and world.full(r)) for c in ("own", "former"))
    other = world.alone([r for r in rows if r["class"] == "other"], mine)[0]
    out = [{"by": by, "query": own[field], "limit": 5} for by, field in world.CUSTOMER_BY.items()]
    out += [{"query": own["phone"]}, {"by": "kana", "query": "サ", "limit": 3}, {"by": "phone", "query": other["phone"]},
            {"id": own["id"], "purpose": "billing"}, {"id": former["id"]}, {"id": other["id"]}, {"by": "kana", "query": "サ", "purpose": "x"}]
    return out


def as_probe(q):
    return f"call {SHOW if 'id' in q else SEARCH} " + json.dumps(q, ensure_ascii=False)


def as_client(q):
    purpose = f" --purpose {q['purpose']}" if "purpose" in q else ""
    if "id" in q:
        return f"show{purpose} {q['id']}"
    by, limit = (f" --by {q['by']}" if "by" in q else "", f" --limit {q['limit']}" if "limit" in q else "")
    return f"search{by}{limit}{purpose} -- {lab.quoted(q['query'])}"


class Same:
    """The first answers are the measure; everybody else's must be those, byte for byte."""

    def __init__(self, check, what):
        self.check, self.what, self.first, self.any = check, what, {}, None

    def hear(self, place, answers, english=False):
        first = self.first.setdefault(english, answers)
        wrong = [i for i, (a, b) in enumerate(zip(answers, first)) if a != b]
        self.check.that(f"{self.what} at {place}", not wrong and len(answers) == len(first),
                        "" if not wrong else f"answer {wrong[0]}:\n  {answers[wrong[0]]}\n  {first[wrong[0]]}")


def by_hand(check, l, card, terminals, asks):
    same, across = Same(check, f"{card}: the same bytes"), Same(check, f"{card}: the same but for the language")
    lines = []
    for t in terminals:
        lines += ["terminal " + json.dumps(t["place"], ensure_ascii=False), "call /v1/whoami"] + [as_probe(q) for q in asks]
    with l.card(card):
        answers = l.probe(lines)
    each = len(asks) + 2
    check.same(f"{card}: every line is answered", len(answers), len(lines))
    for i, t in enumerate(terminals):
        told = answers[i * each:(i + 1) * each]
        check.same(f"{card}: {t['name']} signs in and asks", [a["status"] for a in told], [200, 200] + [200] * 9 + [200, 200, 404, 400])
        told = [token_hidden(a) for a in told]
        same.hear(t["name"], told, t["english"])
        across.hear(t["name"], [without_sentences(a) for a in told])
    check.that(f"{card}: both languages were spoken", len(same.first) == 2 and same.first[True] != same.first[False])


def by_client(check, l, card, terminals, asks):
    same = Same(check, f"{card}: the real client prints the same")
    with l.card(card):
        for t in terminals:
            script = 'hostname "$1"; cd "$2"; umask "$3"; shift 3; exec "$@"'
            config = ["--config", t["config"]] if t["by"] == "option" else []
            env = t["env"] + ([] if config else ["TEGATA_CONFIG=" + t["config"]])
            done = l.run("unshare", "--uts", "sh", "-c", script, "sh", t["name"], t["folder"], t["umask"],
                         "env", *env, "tegata-cli", *config, "--pin-fd", "3", "batch",
                         stdin="".join(x + "\n" for x in ["whoami"] + [as_client(q) for q in asks]))
            out = lab.lasting(done.stdout)
            same.hear(f"{t['name']} ({' '.join(t['env'][:3])})", [done.returncode, done.stderr] + out.splitlines())
            check.that(f"{card}: and something is printed at {t['name']}", out.count("\n") == len(asks) + 1, out[:300] + done.stderr)
            check.that(f"{card}: no keys are left at {t['name']}", not os.path.exists(os.path.join(t["folder"], "keys.log")))


def audited(check, l, terminals, asks):
    """They really differed, and the journal says how; what was decided did not."""
    entries = [e for e in l.audit(100000) if e["kind"] in ("search", "show") and e["role"] == "retail.counter"]
    seen = {(e.get("terminal"), e["peer"]) for e in entries}
    check.same("every terminal stands in the journal with its name and address", {(t["name"], t["source"]) for t in terminals} - seen, set())
    decided, per = {}, len(asks)
    check.same("each asked everything", len(entries), per * len(terminals))
    for i, e in enumerate(entries):
        facts = [e.get(k) for k in ("decision", "problem", "rules", "policy", "purpose", "rows", "query", "person", "card", "role", "company", "areas")]
        decided.setdefault(i % per, set()).add(json.dumps(facts, sort_keys=True))
    check.same("and each question was decided in one way, whoever's terminal it was", [len(d) for d in decided.values()], [1] * per)
    print(f"{len(terminals)} terminals, {len({p for _, p in seen})} addresses, {len(entries)} look-ups in the journal")


def test(check):
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 210
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"seed {seed}: terminals.py {n} {seed} makes the same terminals again", flush=True)
    rnd = random.Random(seed)
    with lab.Lab(1000, 7) as l:
        l.uncapped()
        rows = l.truth()
        asks = questions(rows, [r for r in rows if r["class"] in ("own", "former")])
        hand = [made_by_hand(rnd, i) for i in range(n - n // 4)]
        real = [made_for_client(rnd, len(hand) + i, l) for i in range(n // 4)]
        by_hand(check, l, "counter", hand, asks)
        by_client(check, l, "counter", real, asks)
        audited(check, l, hand + real, asks)
        by_hand(check, l, "callcenter", [made_by_hand(rnd, i) for i in range(20)], asks)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)
        l.lab("server", "stop")
        if len(sys.argv) > 3:
            shutil.copytree(l.lab("journal").strip(), sys.argv[3])


lab.main(test)
