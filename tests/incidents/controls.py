#!/usr/bin/env python3
"""The replay can fail: somebody who may see is seen to see, a record that is missing is missed, a wrong file is refused."""
import json
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
import granted  # noqa: E402
import incident  # noqa: E402
import replay  # noqa: E402
import world  # noqa: E402

lab = world.lab
HERE = os.path.dirname(os.path.abspath(__file__))
WRONG_FILES = [  # what is put in place of what, and what is said
    ("title ", "titel ", "unknown here: titel"),
    ("  people    2", "  people    two", "not a number: two"),
    ("  people    2", "  people    2\n  people    3", "given twice"),
    ("  grant     none", "  grant     always", "not one of none outage fault transition: always"),
    ("  grant     none", "  grant     fault", "grant none, or KIND N [extended]"),
    ("  grant     none", "  grant     fault two", "not a number: two"),
    ("  grant     none\n", "", "people, terminal, grant and ask are needed"),
    ("switching nothing", "switching nothing else", "5 words are needed"),
    ("point other ", "smell other ", "not one of point"),
    (" retail\n", " green\n", "not one of nw"),
    ("2016-04-01 2023-01-31", "2023-01-31 2016-04-01", "ends before it begins"),
    ("2016-04-01 -", "2024-04-01 -", "nobody holds this post in the period"),
    ("  old       0\n", "", "old is missing"),
    ("incident  retail-terminal", "incident  another", "the file is called otherwise"),
    ("  control   found\n", "", "control, or sign-in refused"),
]


def one(name):
    return incident.read(os.path.join(HERE, "control", name + ".incident"))


def strict(check):
    with open(os.path.join(HERE, "control", "retail-terminal.incident"), encoding="utf-8") as f:
        good = f.read()
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "retail-terminal.incident")
        for was, now, said in WRONG_FILES:
            check.that(f"{was!r} stands in the file", was in good)
            with open(path, "w", encoding="utf-8") as f:
                f.write(good.replace(was, now, 1))
            try:
                incident.read(path)
                check.that(f"{now!r} is refused", False)
            except incident.Fault as e:
                check.that(f"{now!r} is refused in words", said in str(e), str(e))
                check.that("and by file and line", re.match(r"retail-terminal\.incident:(\d+|end): ", str(e)), str(e))


class Quiet(lab.Checks):
    """What the replay finds wrong, for somebody who wants it to."""

    def that(self, what, ok, detail=""):
        self.done += 1
        if not ok:
            self.wrong.append(what)
        return ok

    def of(self, name):
        return [w for w in self.wrong if w.startswith(name + ":")]


def forgetful(entries):
    """A journal without one look-up of the incident retail-terminal and without the acknowledgement of the event's rule, and with a
    look-up under the event that came too late."""
    used = [e for e in entries if e.get("grants") and e.get("rows")][-1]
    entries = [*entries, {**used, "terminal": "CONTROL-BEHIND", "time": "2099-01-01T00:00:00.000000Z"}]
    entries = [e for e in entries if not (e["kind"] == "grant" and '"acknowledge"' in json.dumps(e.get("act")))]
    lost = [e for e in entries if e["kind"] == "search" and e.get("terminal", "").startswith("CONTROL-RETAIL")][-1]
    return [e for e in entries if e is not lost]


def test(check):
    strict(check)
    found = Quiet()
    granted.LASTS = 25  # for one person
    incidents = [one("nw-operator"), one("retail-terminal"), one("wrong-figure"), one("late-use")]
    t = replay.replay_world("chugoku", incidents, False, found, forgetful)
    check.same("who may see is seen to see, in the answers", t["nw-operator"].answers, 12)
    check.same("and in the journal", t["nw-operator"].journal, 12)
    check.that("which is wrong, twice", {"nw-operator: records of others in the answers",
                                         "nw-operator: records of others in the journal"} <= set(found.of("nw-operator")))
    check.same("the old rule discloses nothing at a retail-set terminal", (t["retail-terminal"].old, t["retail-terminal"].old_exit),
               (0, 0))
    check.same("a look-up that is not on record is missed", (t["retail-terminal"].tries, t["retail-terminal"].on_record), (8, 7))
    wrong = found.of("retail-terminal")
    check.that("by person, and in the sum", len(wrong) == 2 and "every attempt is on record" in wrong[0], str(wrong))
    check.same("a figure that the look-ups do not give is wrong", found.of("wrong-figure"),
               ["wrong-figure: records under the old rule"])
    check.same("use behind the end, and an acknowledgement that is not on record, are wrong", found.of("late-use/holder"),
               ["late-use/holder: everybody with the right has acknowledged the rule, on record", "late-use/holder: leftover use"])
    check.same("a terminal-based system fails it all the same", t["wrong-figure"].old_exit, 1)


lab.main(test)
