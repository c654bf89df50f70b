#!/usr/bin/env python3
"""Emergency rights on the screen: the banner, its last ten minutes, and that every record closes when they end."""
import time

import desktop
import lab

ROW = {"id": "r1", "class": "other", "hidden": {"retailer": {"rule": "r", "reason": "理由です。", "next": "次です。"}},
       "fields": {"name": "佐藤　花子", "address": "青森県八戸市内丸1-1-1", "phone": "0178431111", "pole": "八戸 12-3",
                  "point": "0201234567890123456789"}}
OTHER = {**ROW, "id": "r2", "fields": {**ROW["fields"], "name": "工藤　一郎", "phone": "0178439999"}}


def look_up(d, row):
    d.keys("ctrl+f", "Escape")
    d.type(row["fields"]["phone"])
    d.keys("Return")
    d.until(lambda: "search" in d.feed("asked"), "the question")
    d.feed("answer", "", {"rows": [row], "next": None})
    d.until(lambda: "/show" in d.feed("asked"), "the record is asked for")
    d.feed("answer", "", row)
    d.until_says("本人確認 1")
    d.keys("Return", "Return")
    d.until_says("引込柱番号")


def nobody(check, d, what):
    said = d.until_says("災害時などの権限は終わりました")
    check.that(f"{what}: nothing of any customer is on the screen",
               not any(t in said for r in (ROW, OTHER) for t in r["fields"].values()), said)
    check.that(f"{what}: and that they were closed is said", "すべて閉じました" in said)
    d.keys("ctrl+p", "F4", "F5")
    check.that(f"{what}: nobody waits either", "保留中のお客さまはなく" in d.until_says("保留"))


def both_open(d):
    look_up(d, ROW)
    d.keys("ctrl+p")
    d.until_says("保留中のお客さまへ")
    look_up(d, OTHER)


def test(check):
    desktop.needed()
    with desktop.StandIn() as d:
        d.open("emergency.responder", now=int(time.time()))
        said = d.until_says("事業所：")
        check.that("without rights there is no banner, and who is connected is said", "接続中" in said
                   and "権限で表示中" not in said)
        d.grants(desktop.grant(acknowledged=False, usable=False))
        check.that("what must be done first is said", "先に災害対応の画面で決まりを読んで" in d.until_says("まだ使えません"))
        d.grants(desktop.grant(left=7200))
        said = d.until_says("1:59:")
        check.that("what, where and how long", "停電" in said and "青森県 2 市区町村" in said and "権限で表示中" in said, said)
        both_open(d)
        d.shot("emergency")
        d.grants()
        nobody(check, d, "an empty list")
        d.shot("emergency-ended")
        d.grants(desktop.grant(left=590))
        check.that("the last ten minutes in other words", "残り 10 分を切りました" in d.until_says("0:09:"))
        both_open(d)
        d.shot("emergency-last")
        d.feed("event", "grants", {"grants": "nonsense"})
        nobody(check, d, "an event that cannot be read")
        d.grants(desktop.grant(left=7200))
        both_open(d)
        d.grants(desktop.grant(left=3))
        nobody(check, d, "the clock alone")
        d.grants(desktop.grant(left=3600, flags=["drill"], kind="drill"))
        d.until_says("架空のお客さまだけ")
        d.shot("emergency-drill")


lab.main(test)
