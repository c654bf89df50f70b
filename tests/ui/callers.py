#!/usr/bin/env python3
"""Who calls: the check-list, its failure, a caller who waits while another is spoken with, and what callers are told."""
import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
FIRST, SECOND, WAITS = "本人確認 1", "本人確認 2", "保留中のお客さまへ"


def people(rows):
    """Three customers of ours whose telephones and names are nobody else's."""
    phones, names = [r["phone"] for r in rows], [r["name"] for r in rows]
    return [r for r in rows if r["class"] == "own" and r["phone"] and phones.count(r["phone"]) == 1
            and names.count(r["name"]) == 1 and r["customer_no"] and r["address"]][:3]


def opens(d, who):
    """His record, up to the first question: a number that only one customer has opens at once."""
    d.keys("ctrl+f", "Escape")
    d.type(who["phone"])
    d.keys("Return")
    d.until_says(FIRST)


def confirms(d):
    d.keys("Return")
    d.until_says(SECOND)
    d.keys("Return")


def no_longer(d, words, seconds=10):
    d.until(lambda: words not in d.says(), f"'{words}' gone", seconds)


def failed(check, d, who):
    opens(d, who)
    d.keys("F8")
    said = d.until_says("本人と確認できませんでした")
    check.that("a failed check leaves the referral", "あらためてお電話" in said and "一般送配電事業者" in said)
    check.that("and nothing of the customer, the results neither",
               not any(who[f] in said for f in ("name", "kana", "address", "phone", "customer_no")), said)
    d.shot("check-failed")
    d.keys("F4", "F6", "Return", "F5")
    check.that("no key opens it after all", who["customer_no"] not in d.says() and who["address"] not in d.says())
    d.keys("Escape")
    no_longer(d, "本人と確認できませんでした")


def something_else(check, d, who):
    opens(d, who)
    d.keys("F4", "F5")  # neither reading aloud nor a referral before the list is done
    check.that("the list cannot be walked around", FIRST in d.says() and who["customer_no"] not in d.says())
    d.keys("Return")
    said = d.until_says(SECOND)
    check.that("the second question begins with the telephone", "電話" in said)
    d.keys("F6", "F6")
    d.until_says(who["customer_no"])
    d.shot("check-other")
    d.keys("Return")
    check.that("the retailer by name", "東北電力（TOHOKU）" in d.until_says("契約種別"))
    d.keys("F5")
    check.that("what is hidden can be read out", "コールセンターをご案内してください" in d.until_says("お客さまへのご案内"))
    d.shot("referral")
    d.keys("F5")
    d.until_says("契約種別")


def parked(check, d, one, two):
    """one's record is open."""
    d.keys("ctrl+p")
    said = d.until_says(WAITS)
    check.that("who waits is not on the screen", not any(one[f] in said for f in ("name", "address", "phone")), said)
    d.shot("parked")
    opens(d, two)
    confirms(d)
    said = d.until_says("契約種別")
    check.that("the other record", two["customer_no"] in said and one["customer_no"] not in said)
    d.shot("parked-record")
    d.keys("ctrl+p")
    d.until_says(one["customer_no"])
    check.that("back, without being asked again, and the other one's is away", two["customer_no"] not in d.says())
    d.keys("Escape")
    d.until_says(WAITS)
    d.keys("ctrl+p")
    d.until_says(two["customer_no"])
    no_longer(d, WAITS)


def wiped(check, d, one, two):
    """two's record is open, one's is parked once more; then the lock key, and the card."""
    d.keys("ctrl+p")
    d.until_says(WAITS)
    opens(d, one)
    desk = d.ask("desk")
    d.keys("ctrl+l")
    d.until(lambda: not d.ask("alive", desk), "the desk is gone", 2)
    d.until_says(PIN)
    texts = [p[f] for p in (one, two) for f in ("name", "address", "phone", "customer_no")]
    check.same("neither is left in the gate", d.ask("scan", ["gate", texts]), 0)
    d.pin()
    said = d.until_says(OFFICE)
    check.that("and nobody waits afterwards", WAITS not in said)
    check.same("neither is left in the next desk", d.ask("scan", ["desk", texts]), 0)


def sees(check, d):
    """What the post may see, in the policy's words."""
    check.that("the company by name", "東北電力" in d.says())
    d.keys("F7")
    said = d.until_says("自社のお客さま: お名前、ご連絡先、供給地点、設備（一部）")
    check.that("former customers too, others not", "以前の自社のお客さま" in said and "他社のお客さま" not in said)
    d.shot("sight")
    d.keys("F7")


def nothing(check, d, rows):
    other = next(r for r in rows if r["class"] == "other" and r["phone"])
    d.type(other["phone"])
    d.keys("Return")
    d.until_says("自社契約なし")
    d.keys("F5")
    said = d.until_says("お客さまへのご案内")
    check.that("the sentence to read out", "一般送配電事業者のコールセンター" in said)
    check.that("the network company and its number, as it is said", "東北電力ネットワーク" in said
               and all(f"label | {part} |" in said for part in ("0120", "000", "175")), said)
    d.shot("referral-nothing")
    d.keys("Escape")
    no_longer(d, "お客さまへのご案内")


def test(check):
    desktop.needed()
    with lab.Lab(2000, 4) as l, desktop.Desktop(l, "ja") as d:
        rows = l.truth()
        one, two, three = people(rows)
        d.until_says(INSERT)
        with l.card("counter"):
            d.until_says(PIN)
            d.pin()
            d.until_says(OFFICE)
            sees(check, d)
            nothing(check, d, rows)
            failed(check, d, three)
            something_else(check, d, one)
            parked(check, d, one, two)
            wiped(check, d, one, two)
            desk = d.ask("desk")
        d.until(lambda: not d.ask("alive", desk), "the desk is gone with the card", 5)


lab.main(test)
