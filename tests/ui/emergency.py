#!/usr/bin/env python3
"""Emergency rights on a real server's word: declared and approved by two companies, used on the screen, ended by the duty manager
with a record open."""
import desktop
import grants
import lab

PIN, OFFICE = "PIN を入れてください", "事業所："
grants.READERS = {"responder": 1, "duty-nw": 2, "duty-retail": 3}


def approved(l, w):
    with l.card("duty-nw", 2), l.card("duty-retail", 3):
        e = w.live()
    with l.card("responder", 1), w.at("responder") as say:
        status, mine = w.acknowledge(say, e)
        assert status == 200, mine
    return e


def opens(d, row):
    d.type(row["phone"])
    d.keys("Return")
    d.until_says("本人確認 1")
    d.keys("Return")
    d.until_says("本人確認 2")
    d.keys("Return")
    return d.until_says("引込柱番号")


def test(check):
    desktop.needed()
    with lab.Lab(2000, 7, "--readers", "4") as l:
        w = grants.World(l, check)
        e = approved(l, w)
        phones = [r["phone"] for r in w.truth]
        row = next(r for r in w.truth if r["area"] == w.areas[0] and r["phone"] and r["name"] and phones.count(r["phone"]) == 1)
        with desktop.Desktop(l, "ja") as d:
            with l.card("responder", 1):
                d.until_says(PIN)
                d.pin()
                d.until_says(OFFICE)
                said = d.until_says("権限で表示中")
                check.that("the banner names the event, its places and its time", e["id"] in said and w.areas[0] in said and "0:5" in said, said)
                d.keys("ctrl+1")
                said = opens(d, row)
                check.that("the customer in the area", row["address"] in said or row["name"] in said)
                d.shot("emergency-real")
                with l.card("duty-nw", 2):
                    w.close(e)
                said = d.until_says("権限は終わりました", 5)
                check.that("the open record is gone with the right", row["name"] not in said and row["address"] not in said, said)
                desk = d.ask("desk")
            d.until(lambda: not d.ask("alive", desk), "the desk is gone with the card", 5)


lab.main(test)
