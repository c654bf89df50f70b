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
    check.that("four hours later than now, and as long as that takes",
               body["end"] == NOW + 7140 + 14400 and 0 <= 7140 + 14400 - body["seconds"] < 60)
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


SUBJECTS = [
    {"code": "switching", "ja": "切替のお申込み：供給地点と設備の確認", "en": "switching: supply point and equipment", "meti": 4,
     "ends": "answer", "fields": ["capacity", "pole", "meter"], "at_once": ["capacity", "meter"]},
    {"code": "construction", "ja": "工事会社からのお問い合わせ", "en": "a construction company asks", "meti": 1, "ends": "referral",
     "referral": {"ja": "一般送配電事業者のコールセンターへお問い合わせください。", "en": "Please call the network company.", "phone": "0120-175-366"}},
]
ANSWERS = [{"code": "as-recorded", "ja": "登録のとおりです。", "en": "As recorded.", "opens": True},
           {"code": "not-recorded", "ja": "お尋ねの項目は登録がありません。", "en": "The fields asked for are not recorded.", "opens": False}]
POINT = "0200001234567890123456"


def asking(number, state, asked, **more):
    return {"id": f"IQ-20261120-{number:06}", "subject": "switching", "state": state, "company": "TOHOKU", "office": "八戸営業所",
            "fields": ["capacity", "pole"], "consent": "C-1", "record": "c1", "asked": asked, "until": NOW + 86400, "taken": None,
            "answered": None, "read": None, **more}


def asks(may, mine=(), queue=(), **meter):
    return {"now": NOW, "may": may, "subjects": SUBJECTS if "ask" in may else [], "answers": ANSWERS if "answer" in may else [],
            "mine": list(mine), "queue": list(queue), "meter": {"open": len(queue), "oldest": None, "median": None, **meter}}


def row(**fields):
    return {"id": "c1", "class": "other", "fields": fields, "hidden": {}}


def service_center(check, program, language, w):
    """Oldest first; Enter takes it, a number answers it."""
    queue = [asking(2, "asked", NOW - 60), asking(1, "asked", NOW - 700)]
    with Stand(program, "nw.operator", language) as s:
        s.answers("/v1/inquiries", asks(["answer"], queue=queue, oldest=700, median=240))
        s.answers("/v1/inquiries/take", {"inquiry": asking(1, "taken", NOW - 700), "row": row(capacity="30A", pole="八戸 1-2")})
        s.answers("/v1/inquiries/answer", asking(1, "answered", NOW - 700, answered=NOW))
        s.until_says("Ctrl+2")
        s.keys("ctrl+2")
        said = s.until_says("IQ-20261120-000001")
        check.that("the oldest stands first", said.index("IQ-20261120-000001") < said.index("IQ-20261120-000002"))
        check.that("and its clock is in sight", ("11 分" if language == "ja" else "11 min") in said)
        s.keys("Return")
        s.until_says("八戸 1-2")
        s.shot("inquiry-queue")
        s.keys("alt+2")
        s.answers("/v1/inquiries", asks(["answer"], queue=queue[:1], oldest=60, median=240))
        s.keys("1")
        check.same("taken with one key, answered with another, a field taken away with a third",
                   [s.until_asked("/v1/inquiries/take"), s.until_asked("/v1/inquiries/answer")],
                   [[{"inquiry": "IQ-20261120-000001"}],
                    [{"inquiry": "IQ-20261120-000001", "answer": "as-recorded", "fields": "capacity"}]])
        s.until(lambda: "八戸 1-2" not in s.says(), "the record is gone with the answer")
        s.until(lambda: "IQ-20261120-000001" not in s.says(), "and so is the question")
        s.keys("Return")
        s.until_asked("/v1/inquiries/take", 2)
        s.until_says("八戸 1-2")
        s.keys("2")
        check.same("an answer that opens nothing names no field", s.until_asked("/v1/inquiries/answer", 2)[1],
                   {"inquiry": "IQ-20261120-000001", "answer": "not-recorded"})


def asker(check, program, language, w):
    said_once = "表示は一度だけ" if language == "ja" else "shown once"
    answered = asking(5, "answered", NOW - 700, answered=NOW - 100)
    with Stand(program, "retail.counter", language) as s:
        s.answers("/v1/inquiries", asks(["ask"], mine=[answered, asking(6, "asked", NOW - 60)]))
        s.answers("/v1/inquiries/read", {"inquiry": answered, "answer": ANSWERS[0], "row": row(capacity="30A")})
        s.until_says("Ctrl+2")
        s.keys("ctrl+2")
        s.until_says("IQ-20261120-000005")
        check.that("the expiry is in sight before it is opened", "2026-11-21 08:00" in s.says())
        s.shot("inquiry-inbox")
        s.keys("Return")
        check.that("the answer says that it comes once", "30A" in s.until_says(said_once))
        s.shot("inquiry-answer")
        check.same("opened by its number", s.asked("/v1/inquiries/read"), [{"inquiry": answered["id"]}])
        s.keys("Escape")
        s.until(lambda: "30A" not in s.says(), "what is not looked at is not kept")


def guided(check, program, language, w):
    """STEP1 → 2 → 3, and what ends before."""
    step3 = "（STEP3）" if language == "ja" else "(STEP3)"
    with Stand(program, "retail.counter", language) as s:
        s.answers("/v1/inquiries", asks(["ask"]))
        s.until_asked("/v1/inquiries")
        s.until_says("Ctrl+2")
        s.keys("ctrl+2", "n")
        s.until_says("STEP1")
        s.type(POINT)
        s.keys("Tab")
        s.type("yamada")
        s.keys("Return")
        check.same("nothing is asked without a consent", s.asked("/v1/inquiries/ask"), [])
        s.keys("Tab")
        s.type("C-1")
        s.shot("inquiry-form")
        s.answers("/v1/inquiries/ask", {"result": "mismatch", "tries": 2, "explain": {"ja": "契約名義不一致です。", "en": "The name does not fit."}})
        s.keys("Return")
        body = s.until_asked("/v1/inquiries/ask")[0]
        check.same("what was typed, and what STEP2 shows at once", body, {"subject": "switching", "point": POINT, "name": "yamada",
                                                                          "consent": "C-1", "fields": "capacity meter"})
        s.until_says("契約名義不一致" if language == "ja" else "does not fit")
        s.shot("inquiry-mismatch")
        s.answers("/v1/inquiries/ask", {"result": "facility", "row": row(capacity="40A"), "missing": ["meter"]})
        s.keys("Return")
        said = s.until_says("40A")
        check.that("what is missing can be asked for with one key", "Q" in said and step3 in said)
        s.shot("inquiry-facility")
        s.answers("/v1/inquiries/ask", {"result": "question", "inquiry": asking(7, "asked", NOW)})
        s.keys("q")
        check.same("STEP3 asks for that alone", s.until_asked("/v1/inquiries/ask", 3)[2],
                   {**body, "fields": "meter", "step": "question"})
        s.until(lambda: "40A" not in s.says(), "what STEP2 showed is gone")
        s.keys("n", "alt+2")
        said = s.until_says("0120-175-366")
        s.shot("inquiry-referral")
        s.keys("ctrl+a", "ctrl+c")
        check.same("nothing can be pasted", s.ask("selections"), ["", ""])


def nobody(check, program, language, w):
    """Whoever has no part in events has no page of them."""
    with Stand(program, "retail.counter", language) as s:
        s.answers("/v1/grants", board([], []))
        s.until_asked("/v1/inquiries")
        check.that("no page of events", w["tab"] not in s.says())


def test(check):
    language, program = sys.argv[1], sys.argv[2]
    desktop.needed()
    for act in (duty, narrow, responder, reviewer, service_center, asker, guided, nobody):
        act(check, program, language, WORDS[language])


lab.main(test)
