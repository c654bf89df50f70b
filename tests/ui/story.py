#!/usr/bin/env python3
"""tests/demo without a display: DIR LANGUAGE OWN OTHER. The desktop in the lab that is up in DIR, on a screen that nobody sees;
leaves six pictures."""
import sys

import desktop

WORDS = {"ja": ("社員証を差し込んでください", "PIN を入れてください", "事業所：", "本人確認", "非表示"),
         "en": ("Insert your employee card", "Enter the PIN", "Office:", "Is it the customer?", "Hidden")}


def story(d, words, own, other):
    insert, pin, office, who, hidden = words
    d.until_says(insert)
    d.shot("demo-1-locked")
    with d.lab.card("counter"):
        d.until_says(pin)
        d.shot("demo-2-pin")
        d.pin()
        d.until_says(office)
        d.type(other.replace("-", ""))
        d.keys("Return")
        d.until_says("→")
        d.shot("demo-3-other")
        d.keys("Escape")
        d.type(own.replace("-", ""))
        d.keys("Return")
        d.until_says(who + " 1")
        d.shot("demo-4-is-it-the-customer")
        d.keys("Return")
        d.until_says(who + " 2")
        d.keys("Return")
        d.until_says(hidden)
        d.shot("demo-5-own")
    d.until_says(insert)
    d.shot("demo-6-pulled-out")


def main(folder, language, own, other):
    desktop.needed()
    with desktop.Desktop(desktop.Standing(folder), language) as d:
        story(d, WORDS[language], own, other)


main(*sys.argv[1:])
