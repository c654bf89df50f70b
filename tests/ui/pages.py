#!/usr/bin/env python3
"""The pages of events and inquiries over answers from files: every key of them, and a picture of every state. Arguments: the
language, the program of stand.c."""
import json
import sys

import desktop
import lab
from stand import Stand

NOW = 1795129200  # 2026-11-20 08:00
DIGEST = "5a" * 32
WORDS = {
    "ja": {"tab": "事象（Ctrl+2）", "ours": "送配電側と小売側の承認待ち", "seen": "確認した（M）", "glass": "承認なしで開始", "done": "済みました",
           "approve": "社員証で承認する（A）", "declare": "事象を届け出る", "hachinohe": "八戸市 (02203)", "read": "この決まりを読んでください",
           "usable": "いま使えます", "question": "要確認", "none": "事象はありません", "why": "承認者に連絡できないのはなぜですか"},
    "en": {"tab": "Events (Ctrl+2)", "ours": "waits for the network company and the retailer", "seen": "Seen (M)",
           "glass": "Started without any approval", "done": "Done, and on record", "approve": "Approve with your card (A)",
           "declare": "Declare an event", "hachinohe": "八戸市 (02203)", "read": "read this rule", "usable": "You can use it now",
           "question": "questioned", "none": "There is no event", "why": "Why can the approvers not be reached"},
}


def person(number, name, company, office, **more):
    return {"person": number, "name": name, "company": company, "office": office, **more}


KUDO = person("N3002", "工藤 誠", "TOHOKU-NW", "中央給電指令所", side="network", at=NOW - 600)
SASAKI = person("E1004", "佐々木 亮", "TOHOKU", "本店", side="retail", at=NOW - 300)
SAITO = person("E1005", "齋藤 翼", "TOHOKU", "青森営業所")
PLEDGE = {"ja": "この画面の情報は、停電の対応だけに使います。営業には使いません。終わったら使いません。",
          "en": "What you see here serves the work on this power cut and nothing else. No sales. Nothing after its end.", "digest": DIGEST}


def event(number, state, **more):
    text = json.dumps({"id": f"EV-20261120-{number:03}", "kind": "outage"}, separators=(",", ":"))
    base = {"id": f"EV-20261120-{number:03}", "kind": "outage", "cause": "typhoon", "role": "emergency.responder",
            "areas": "02203 02207", "seconds": 7200, "end": NOW + 40000, "state": state, "mode": None, "ended_by": None, "flags": [],
            "declared": KUDO, "approvals": [], "waits_for": [], "from": None, "until": None, "number": 1,
            "text": text if state in ("declared", "half") else None, "extension": None, "standing": None, "roster": [SAITO],
            "yours": {"on_roster": False, "acknowledged": None, "usable": False, "why": None}, "pledge": None, "views": None}
    return {**base, **more}


def live(number, **more):
    return event(number, "live", **{"mode": "full", "approvals": [KUDO, SASAKI], "from": NOW - 60, "until": NOW + 7140, **more})


def board(may, events, **more):
    return {"now": NOW, "may": may, "events": events, "rosters": [], "alarms": [], "debts": [], **more}


ROSTER = {"id": "RO-20261101-001", "name": "八戸 夜間", "role": "emergency.responder", "areas": "02203 02207", "seconds": 7200,
          "until": NOW + 8000000, "state": "valid", "text": None, "approvals": [KUDO, SASAKI], "waits_for": [], "people": [SAITO]}
ALARM = {"id": "AL-20261119-001", "event": "EV-20261119-001", "kind": "break-glass", "at": NOW - 20000,
         "text_ja": "承認者に連絡できないまま、停電対応の権限が開始されました。", "text_en": "An emergency right was started without its approvers."}


def approving(check, s, w):
    """One key besides the PIN, which is the gate's business."""
    waits = event(2, "declared", waits_for=["network", "retail"])
    s.answers("/v1/grants", board(["declare", "approve"], [live(1), waits], rosters=[ROSTER], alarms=[ALARM]))
    s.approves("a.b.c")
    said = s.until_says(w["ours"])
    check.that("the page comes by itself when something waits", w["approve"] in said)
    check.that("an alarm is in sight until it is acknowledged", w["seen"] in said)
    s.shot("grants-duty")
    s.answers("/v1/grants/approve", event(2, "half", waits_for=["retail"], approvals=[KUDO]))
    s.keys("a")
    body = s.until_asked("/v1/grants/approve")[0]
    check.same("what waited is what was approved", [s.asked("sign"), body],
               [[json.loads(waits["text"])], {"event": waits["id"], "approval": "a.b.c"}])
    s.until_says(w["done"])
    s.answers("/v1/alarms/acknowledge", {})
    s.answers("/v1/grants", board(["declare", "approve"], [live(1), event(2, "half", waits_for=["retail"], approvals=[KUDO])],
                                  rosters=[ROSTER]))
    s.keys("m")
    check.same("the alarm by one key", s.until_asked("/v1/alarms/acknowledge"), [{"alarm": ALARM["id"]}])
    s.until(lambda: w["seen"] not in s.says(), "the alarm is gone")
    check.that("what no longer waits for this side has no key for it", w["approve"] not in s.says())
    s.keys("a")
    check.same("and nothing more is signed", len(s.asked("sign")), 1)


def ending(check, s, w):
    s.answers("/v1/grants/extend", live(1))
    s.answers("/v1/grants/close", event(1, "ended", ended_by="closed"))
    s.keys("Home", "e")
    s.until_says("Enter")
    s.shot("grants-extend")
    s.keys("Return")
    body = s.until_asked("/v1/grants/extend")[0]
    check.that("four hours, and no later than that", body["seconds"] == 14400 and abs(body["end"] - NOW - 14400) < 60)
    s.until_says(w["done"])
    s.keys("c")
    check.same("one key ends it", s.until_asked("/v1/grants/close"), [{"event": "EV-20261120-001"}])


def declaring(check, s, w):
    s.answers("/v1/grants/declare", event(3, "declared", waits_for=["network", "retail"]))
    s.until_says(w["done"])
    s.keys("n")
    s.until_says("Alt+4")
    s.keys("ctrl+Return")
    check.same("nothing is declared that is not filled in", s.asked("/v1/grants/declare"), [])
    s.type("typhoon")
    s.keys("Tab")
    s.type("hachi")
    check.that("a municipality is found in romaji", w["hachinohe"] in s.until_says(w["hachinohe"]))
    s.keys("Return")
    s.type("02207")
    s.keys("Return")
    s.until_says("三沢市 (02207)")
    s.shot("grants-declare")
    s.keys("ctrl+Return")
    body = s.until_asked("/v1/grants/declare")[0]
    check.that("the end comes after the time", body.pop("end") >= NOW + body["seconds"])
    check.same("what was filled in", body, {"kind": "outage", "cause": "typhoon", "areas": "02203 02207", "seconds": 21600,
                                            "standing": ROSTER["id"]})


def starting(check, s, w):
    """At 03:00, nobody answers."""
    alone = event(4, "declared", waits_for=["network", "retail"], standing=ROSTER["id"], approvals=[])
    s.answers("/v1/grants", board(["declare", "approve"], [alone]))
    s.answers("/v1/grants/start", live(4, mode="none", flags=["break-glass"], standing=ROSTER["id"]))
    s.event("grants", {"grants": []})
    s.until_says("EV-20261120-004")
    s.keys("s")
    s.until_says(w["why"])
    s.shot("grants-start")
    s.answers("/v1/grants", board(["declare", "approve"], [live(4, mode="none", flags=["break-glass"], approvals=[])]))
    s.keys("1")
    check.same("with a reason", [set(b) for b in s.until_asked("/v1/grants/start")], [{"event", "reason"}])
    check.that("it is marked for everybody to see", w["glass"] in s.until_says(w["glass"]))
    s.shot("grants-break-glass")


def duty(check, program, language, w):
    with Stand(program, "nw.duty", language) as s:
        approving(check, s, w)
        ending(check, s, w)
        declaring(check, s, w)
        starting(check, s, w)
        check.that("nothing of an event in a window's properties", not any("EV-2026" in x or "八戸" in x for x in s.ask("windows")))


def narrow(check, program, language, w):
    """A telephone's width: nothing is wider than the window, and everything can still be reached."""
    with Stand(program, "nw.duty", language, (400, 760)) as s:
        s.answers("/v1/grants", board(["declare", "approve"], [event(2, "declared", waits_for=["network", "retail"]), live(1)]))
        s.approves("a.b.c")
        s.answers("/v1/grants/approve", event(2, "half"))
        s.until_says("EV-20261120-002")
        s.shot("grants-narrow-list")
        sizes = s.ask("sizes")
        check.that("it fits a narrow screen", all(width <= 420 for width, height in sizes if height not in (900, 1)), sizes)
        s.keys("Return")
        s.until_says(w["approve"])
        s.shot("grants-narrow")
        s.keys("a")
        check.same("approved with two keys", len(s.until_asked("/v1/grants/approve")), 1)


def responder(check, program, language, w):
    mine = {"on_roster": True, "acknowledged": None, "usable": False, "why": "grant-unacknowledged"}
    with Stand(program, "emergency.responder", language) as s:
        s.answers("/v1/grants", board(["respond"], [live(1, yours=mine, pledge=PLEDGE)]))
        said = s.until_says(w["read"])
        check.that("the rule itself is there", PLEDGE[language] in said)
        s.keys("a", "c", "e", "s", "n", "ctrl+Return")
        check.that("nobody offers a responder more than that", w["approve"] not in said)
        s.shot("grants-pledge")
        s.answers("/v1/grants", board(["respond"], [live(1, pledge=PLEDGE, yours={**mine, "acknowledged": NOW, "usable": True,
                                                                                  "why": None})]))
        s.answers("/v1/grants/acknowledge", live(1))
        s.keys("k")
        check.same("and no other key did anything", [s.asked(f"/v1/grants/{p}") for p in ("close", "extend", "start", "declare")], [[]] * 4)
        check.same("acknowledged with one key", s.until_asked("/v1/grants/acknowledge"), [{"event": "EV-20261120-001", "pledge": DIGEST}])
        s.until_says(w["usable"])
        s.shot("grants-responder")


def view(number, state="open"):
    return {"view": number, "at": NOW - 100, "person": "E1005", "name": "齋藤 翼", "office": "青森営業所", "kind": "show", "rows": 1,
            "ids": ["c000123"], "state": state}


def reviewer(check, program, language, w):
    over = event(1, "ended", ended_by="time", views={"total": 3, "open": 2})
    with Stand(program, "retail.supervisor", language) as s:
        s.answers("/v1/grants", board(["review"], [over], debts=[{"office": "青森営業所", "event": over["id"], "views": 2}]))
        s.answers("/v1/grants/views", {"views": [view(7), view(8), view(5, "explained")], "next": None})
        s.answers("/v1/grants/review", {"open": 1})
        s.until_says("EV-20261120-001")
        s.shot("grants-debt")
        s.keys("r")
        s.until_says("c000123")
        s.shot("grants-review")
        s.keys("q")
        s.until_asked("/v1/grants/views", 2)
        s.until_says("c000123")
        s.keys("shift+e")
        check.same("one questioned, the rest explained: three keys", s.until_asked("/v1/grants/review", 2),
                   [{"event": over["id"], "views": "7", "verdict": "questioned"},
                    {"event": over["id"], "views": "7 8", "verdict": "explained"}])


def nobody(check, program, language, w):
    """Whoever has no part in events has no page of them."""
    with Stand(program, "retail.counter", language) as s:
        s.answers("/v1/grants", board([], []))
        s.until_asked("/v1/grants")
        check.that("no page of events", w["tab"] not in s.says())


def test(check):
    language, program = sys.argv[1], sys.argv[2]
    desktop.needed()
    for act in (duty, narrow, responder, reviewer, nobody):
        act(check, program, language, WORDS[language])


lab.main(test)
