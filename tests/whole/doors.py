#!/usr/bin/env python3
"""Side doors: cursors, methods, headers, paths, broken bodies, ids, other posts. Whatever is tried, asking for another
retailer's customer and asking for nobody give the same bytes; the network's operator is told the difference."""
import json
import os
import re

import lab
import world

SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"
RETAIL = ("counter", "callcenter", "dunning", "contractor", "two-hats")
HATS = {"two-hats": ("--post", "counter")}
NOBODIES = ("auditor", "hr", "duty-nw", "duty-retail", "responder", "supervisor", "policy-a", "data")


def text(**body):
    return json.dumps(body, ensure_ascii=False)


def call(path, **body):
    return f"call {path} " + text(**body)


def raw(method, path, body="", lines="", length=None, media="application/json", answers=1):
    """A request as bytes, over a connection of its own; length says something else than the truth."""
    size = len(body.encode()) if length is None else length
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {{token}}\r\n{lines}"
    if body or length is not None:
        head += f"Content-Type: {media}\r\nContent-Length: {size}\r\n"
    return "bytes " + json.dumps({"text": head + "\r\n" + body, "answers": answers}, ensure_ascii=False)


def searches(by, value):
    """What may be asked for a value, rightly and wrongly: (what, line, whether somebody who may see it learns from it)."""
    field = {"customer_no": "customer"}.get(by, by)
    yield f"search by {field}", call(SEARCH, by=field, query=value), True
    yield f"search by {field}, one row", call(SEARCH, by=field, query=value, limit=1), True
    yield f"search by {field}, whatever it is", call(SEARCH, query=value), True
    for p in ("inquiry", "application", "switching", "moving", "billing", "construction", "outage", "curiosity"):
        yield f"{field} for {p}", call(SEARCH, by=field, query=value, purpose=p), False
    for wrong in ("kana", "name", "phone", "point", "customer", "address"):
        yield f"{field} asked as {wrong}", call(SEARCH, by=wrong, query=value), False
    for more in ({"limit": 0}, {"limit": 101}, {"case": "K-1"}, {"case": "佐藤様"}, {"cursor": "AAAA"}, {"sort": "usage"},
                 {"fields": ["phone"]}, {"filter": {"phone": value}}, {"count": True}, {"offset": 1}, {"where": "1=1"},
                 {"role": "nw.operator"}, {"company": "R0001"}, {"class": "other"}):
        yield f"{field} with {more}", call(SEARCH, by=field, query=value, **more), False
    for around in ("{}%", "%{}%", "{}*", "{}_", "{}' OR '1'='1", "{}\" OR \"\"=\"", "{};--", "{}\\u0000", " {} ", "{}\ufeff", "({})"):
        yield f"{field} as {around}", call(SEARCH, by=field, query=around.format(value)), False


def by_hand(what, path, body):
    """The same question through every other opening of the protocol."""
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post"):
        yield f"{what}: {method}", raw(method, path, body), False
    yield f"{what}: HEAD", raw("HEAD", path, body, "Connection: close\r\n"), False
    for line in ("Accept-Language: en", "Accept: text/csv", "Range: bytes=0-10", "If-None-Match: *", "Prefer: count=exact",
                 "X-HTTP-Method-Override: GET", "X-Role: nw.operator", "X-Forwarded-User: N3001", "X-Original-URL: /v1/whoami",
                 "Accept-Encoding: gzip, br", "Cookie: role=nw.operator", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"):
        yield f"{what}: {line}", raw("POST", path, body, line + "\r\n"), True
    for line in ("Expect: 100-continue", "Transfer-Encoding: chunked", "Content-Length: 3", "Authorization: Bearer x"):
        yield f"{what}: {line}", raw("POST", path, body, line + "\r\n"), False
    yield f"{what}: something behind the body", raw("POST", path, body + "{}\r\n\r\n", length=len(body.encode()), answers=2), False
    yield f"{what}: another request behind it", raw("POST", path, body + "GET /v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n",
                                                    length=len(body.encode()), answers=2), False
    yield f"{what}: cut short", raw("POST", path, body, length=len(body.encode()) - 1), False
    yield f"{what}: as a form", raw("POST", path, body, media="application/x-www-form-urlencoded"), False
    yield f"{what}: twice in one object", raw("POST", path, body[:-1] + "," + body[1:]), False
    yield f"{what}: in a list", raw("POST", path, f"[{body}]"), False
    yield f"{what}: other letters for letters", raw("POST", path, re.sub(r'"(id|query)"', r'"\\u00\g<1>"', body)), False


def paths(what, value):
    quoted = "".join(f"%{b:02X}" for b in value.encode())
    for at in ("/v1/customers/{}", "/v1/customers/show/{}", "/v1/customers/show?id={}", "/v1/customers/search?query={}",
               "/v1/customers?phone={}", "/v1/customers/search/../show?id={}", "//v1/customers/show?id={}", "/v2/customers/{}",
               "/v1/customers/{}/usage", "/v1/reports?id={}", "/v1/audit?record={}", "/v1/customers/show;id={}"):
        yield f"{what} in the path {at}", raw("GET", at.format(quoted)), False
        yield f"{what} in the path {at}, POST", raw("POST", at.format(quoted), text(id=value)), False


def shows(value):
    yield "show", call(SHOW, id=value), True
    for p in ("application", "billing", "outage", "curiosity"):
        yield f"show for {p}", call(SHOW, id=value, purpose=p), False
    for changed in (value.upper(), value[:-1], value + "a", " " + value, value + "%", value[:-1] + "_", value[:-1] + "*",
                    value + "' OR '1'='1", value + "\u200b"):
        yield f"show of something like it ({changed.replace(value, '…')[-8:]})", call(SHOW, id=changed), False
    for more in ({"fields": "phone"}, {"class": "other"}, {"limit": 2}, {"query": value}, {"case": "佐藤様"}):
        yield f"show with {more}", call(SHOW, id=value, **more), False


def attempts(row):
    """All that is tried to learn of one customer."""
    for by in world.CUSTOMER_BY.values():
        yield from searches(by, row[by])
    yield from shows(row["id"])
    yield from by_hand("show by hand", SHOW, text(id=row["id"]))
    yield from by_hand("search by hand", SEARCH, text(by="phone", query=row["phone"]))
    for field in ("id", "phone", "point", "customer_no"):
        yield from paths(field, row[field])


def same_bytes(check, l, card, pairs):
    """Another retailer's customer and nobody: every attempt, one after the other, over one session."""
    with l.card(card), l.talk(*HATS.get(card, ())) as ask:
        for real, absent in pairs:
            for (what, line, _), (_, twin, _) in zip(attempts(real), attempts(absent)):
                a, b = lab.bare(ask(line)), lab.bare(ask(twin))
                check.that(f"{card}: {what} ({real['class']}): as for nobody", a == b and a[0] != 0, "" if a == b and a[0] else f"{a}\n{b}")


def control(check, l, pairs):
    """The operator may see them: the very same attempts tell somebody from nobody."""
    with l.card("nsc"), l.talk() as ask:
        for real, absent in pairs:
            for (what, line, tells), (_, twin, _) in zip(attempts(real), attempts(absent)):
                if tells:
                    a, b = lab.bare(ask(line)), lab.bare(ask(twin))
                    check.that(f"nsc: {what} ({real['class']}) tells", a[2] != b[2] and a[0] == 200, f"{a}\n{b}")


def first_page(ask, limit=3, **body):
    return lab.CURSOR.search(ask(call(SEARCH, limit=limit, **body))["body"]).group(1)


def altered(cursor):
    yield "cut short", cursor[:-4]
    yield "longer", cursor + "AAAA"
    for at in (0, len(cursor) // 2, len(cursor) - 2):
        yield f"changed at {at}", cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1:]
    yield "empty seal", "A" * len(cursor)
    yield "of other letters", cursor.replace(cursor[5], "+")


def cursors(check, l):
    """A cursor opens the next page of its own question in its own scope, and says nothing anywhere else."""
    same = {"by": "kana", "query": "サ"}
    with l.card("nsc"), l.talk() as ask:
        theirs = first_page(ask, **same)
        check.that("the operator's cursor is good for the operator", '"rows":[{' in ask(call(SEARCH, cursor=theirs, **same))["body"])
    with l.card("two-hats"):
        with l.talk("--post", "dunning") as ask:
            hat = first_page(ask, **same)
        with l.talk("--post", "counter") as ask:
            refused = lab.bare(ask(call(SEARCH, cursor=hat, **same)))
            check.that("a cursor of the other hat is refused", refused[0] == 400 and "problem:cursor" in refused[2], str(refused))
    with l.card("counter"):
        with l.talk() as ask:
            mine = first_page(ask, **same)
            paid = first_page(ask, purpose="billing", **same)
            second = lab.bare(ask(call(SEARCH, cursor=mine, **same)))
            check.that("one's own opens the second page", '"rows":[{' in second[2])
            bad = [("the operator's", theirs, same), ("the other hat's", hat, same), ("of another purpose", paid, same),
                   ("of another question", mine, {"by": "kana", "query": "カ"}), ("of another kind", mine, {"by": "name", "query": "サ"}),
                   ("of a longer question", mine, {"by": "kana", "query": "サト"}), ("of a guess", mine, {"query": "サ"})]
            bad += [(what, c, same) for what, c in altered(mine)]
            told = {what: lab.bare(ask(call(SEARCH, cursor=c, **q))) for what, c, q in bad}
            for what, got in told.items():
                check.that(f"a cursor {what} is refused, all in the same words", got == refused, f"{got}\n{refused}")
        with l.talk() as ask:
            check.same("in a new session of the same post: the same page", lab.bare(ask(call(SEARCH, cursor=mine, **same))), second)


def no_data(check, l, pairs, own):
    """Roles without customer data: whatever record, the same refusal."""
    for card in NOBODIES:
        with l.card(card), l.talk() as ask:
            told = {lab.bare(ask(line)) for r in (own, *pairs[0]) for line in (call(SHOW, id=r["id"]), call(SHOW, id="cx"))}
            told |= {lab.bare(ask(call(SEARCH, by="phone", query=r["phone"]))) for r in (own, *pairs[0])}
            check.that(f"{card}: one refusal for every record", len(told) == 1 and next(iter(told))[0] == 403, str(told))


def elsewhere(check, l, rows, pairs):
    """Customer data are nowhere but in the answers of search and show."""
    with open(os.path.join(lab.TOP, "server", "openapi.yaml"), encoding="utf-8") as f:
        known = re.findall(r"(?m)^  (/\S+):\n    (get|post):", f.read())
    asked = rows[:150] + [r for pair in pairs for r in pair]
    values = {r[f] for r in asked for f in ("id", "phone", "point", "customer_no", "address", "meter") if r[f]} | \
        {r["name"] for r in asked if "\u3000" in r["name"]}
    said = []
    for card in ("counter", "nsc", "auditor"):
        with l.card(card), l.talk() as ask:
            for path, method in known:
                if path not in (SEARCH, SHOW, "/v1/session/events"):
                    for r in pairs[0]:
                        said.append(ask(raw(method.upper(), path, text(id=r["id"], query=r["phone"]) if method == "post" else ""))["body"])
            said.append(ask(raw("GET", "/v1/whoami"))["body"])
    check.that("every other path was asked", len(said) > 20)
    heard = "\n".join(said)
    check.same("no other path says anything of a customer", [v for v in values if v in heard], [])
    with open(os.path.join(l.dir, "log", "server"), encoding="utf-8", errors="replace") as f:
        log = f.read()
    check.same("nor does the server's log", [v for v in values if v in log], [])
    journal = l.admin("audit", "tail", "100000").stdout
    check.that("the journal holds all of this", journal.count('"problem":"not-found"') > 50)
    values -= {r["id"] for r in asked}  # of what was shown the ids are written down
    check.same("nor, but for ids, does the journal", [v for v in values if v in journal], [])
    hidden = {r["id"] for pair in pairs for r in pair}
    retail = [line for line in journal.splitlines() if '"role":"retail.' in line]
    check.same("of retail's entries not one names a record that retail may not see", [v for v in hidden if any(v in x for x in retail)], [])


def test(check):
    with lab.Lab(1500, 7) as l:
        l.uncapped()
        rows = l.truth()
        mine = [r for r in rows if r["class"] in ("own", "former")]
        pairs = []
        for cls in ("other", "last-resort", "generator-own"):
            found = [(r, world.nobody(r, rows, 3)) for r in world.alone([r for r in rows if r["class"] == cls], mine)[:5]]
            if cls == "last-resort" and not found:  # most are companies; a person will do as well
                like = next(r for r in world.alone([r for r in rows if r["class"] == "other"], mine))
                rows.append(dict(like, **{"class": cls, "retailer": "TOHOKU-NW", "id": "clastresort0000000000",
                                          "point": "0212345678901234567890", "phone": "080-0000-1111", "customer_no": "100000001",
                                          "name": "雫石\u3000いおり", "kana": "シズクイシ\u3000イオリ"}))
                found = [(rows[-1], world.nobody(rows[-1], rows, 3))]
            found = [(a, b) for a, b in found if b]
            check.that(f"there is somebody to ask for ({cls})", found)
            pairs += found[:1]
        done = l.admin("import", "customers", world.write(os.path.join(l.dir, "doors.csv"), rows))
        check.same("the customers come in", done.returncode, 0)
        l.lab("server", "stop")
        l.lab("server", "start")
        control(check, l, pairs)
        for card in RETAIL:
            same_bytes(check, l, card, pairs)
        cursors(check, l)
        no_data(check, l, pairs, mine[0])
        elsewhere(check, l, rows, pairs)
        check.same("the journal holds", l.admin("audit", "verify").returncode, 0)


lab.main(test)
