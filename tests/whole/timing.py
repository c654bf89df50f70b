#!/usr/bin/env python3
"""Equal time: timing.py [PROBES [KIND…]]. Nobody and another retailer's customers in random order over one connection, 20,000 of
each kind of query; Welch's t of the response times stays below 4.5 (what the practice of side channels takes for proof).

How to read it: a line for each kind has the t of all times and, because single waits for the disk are a thousand times longer
than what one looks for, of the fastest 90 % and 50 % (cut at one and the same time for both sides). "told apart" is a leak, or a
machine so busy that something else kept step with one side: run it again alone. "would show" is the smallest difference of means
that this run could have told, in parts of the mean; above 5 % the run says nothing, and neither does it when the control, an own
customer who is found, is not told apart from nobody."""
import itertools
import json
import math
import sys

import lab
import world

LIMIT = 4.5
SEARCH, SHOW = "/v1/customers/search", "/v1/customers/show"
KINDS = ("id", "kana", "phone", "point")
PARTS = (1.0, 0.9, 0.5)


def moments(times):
    mean = sum(times) / len(times)
    return mean, sum((t - mean) ** 2 for t in times) / (len(times) - 1) / len(times)


def welch(a, b):
    """Welch's t, the difference of means that would have reached the limit, the mean."""
    (ma, va), (mb, vb) = moments(a), moments(b)
    return (ma - mb) / math.sqrt(va + vb), LIMIT * math.sqrt(va + vb), (ma + mb) / 2


def compare(a, b):
    """(part, t, what would show, mean) for all times and for the fastest of both together."""
    both = sorted(a + b)
    for part in PARTS:
        most = both[int(len(both) * part) - 1]
        yield (part, *welch([t for t in a if t <= most], [t for t in b if t <= most]))


def race(ask, kind, sides, n, seed):
    path = SHOW if kind == "id" else SEARCH
    got = ask("race " + json.dumps({"path": path, "n": n, "seed": seed, "a": [world.asked(kind, r) for r in sides[0]],
                                    "b": [world.asked(kind, r) for r in sides[1]]}, ensure_ascii=False))
    assert "a" in got, got
    return got


def one_kind(check, ask, kind, groups, n):
    got = race(ask, kind, (groups["other"], groups["nobody"]), n, len(kind))
    check.that(f"{kind}: one status for both", got["a_status"] == got["b_status"] and got["a_status"] in (200, 404), str(got)[:200])
    check.same(f"{kind}: every probe was timed", len(got["a"]) + len(got["b"]), n)
    shows = []
    for part, t, least, mean in compare(got["a"], got["b"]):
        shows.append(least / mean)
        print(f"{kind}: {len(got['a'])} and {len(got['b'])} probes, fastest {100 * part:.0f} %: {mean / 1000:.0f} us, t = {t:+.2f} "
              f"(would show {100 * least / mean:.1f} %){'' if abs(t) < LIMIT else '  told apart'}", flush=True)
        check.that(f"{kind}: the times cannot be told apart ({100 * part:.0f} %)", abs(t) < LIMIT, f"t = {t:.2f}")
    check.that(f"{kind}: a difference of 5 % would have been told", min(shows) < 0.05, f"{100 * min(shows):.1f} %")
    if kind != "id":  # a record shown by its id and one refused take the same time by chance
        got = race(ask, kind, (groups["own"], groups["nobody"]), n, 1)
        t = max((t for _, t, _, _ in compare(got["a"], got["b"])), key=abs)
        print(f"{kind}: control, own customers: t = {t:+.2f}", flush=True)
        check.that(f"{kind}: own customers are told apart", abs(t) >= LIMIT, f"t = {t:.2f}")


def test(check):
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    kinds = sys.argv[2:] or KINDS
    with lab.Lab(4000, 7) as l:
        l.uncapped()
        groups = world.sides(l.truth(), 100)
        for kind, (card, *words) in zip(kinds, itertools.cycle((("counter",), ("two-hats", "--post", "counter")))):
            with l.card(card), l.talk(*words) as ask:  # even the highest cap has an end
                race(ask, kind, (groups["other"], groups["nobody"]), 400, 3)  # warm
                one_kind(check, ask, kind, groups, n)


lab.main(test)
