#!/usr/bin/env python3
"""tegata-cli batch: one line in, one JSON object out, in order, whatever the line is."""
import json
import os
import re
import subprocess
import time

import lab

BAD = {  # line: error; None: any answer but an error
    b"": "usage", b"   ": "usage", b"frobnicate": "usage", b"search": "usage", b"search --by": "usage", b"search --by iris x": "usage",
    b"search 'open": "form", b"search --limit 0 x": "usage", b"search --limit 101 x": "usage", b"search --fields all x": "usage",
    b"search \xff\xfe": "usage", b"x" * 5000: "limit", b"search " + b"y" * 3000: "bad-member", b"batch": "usage", b"show": "usage",
    b"show a b": "usage", b"show nobody": "not-found", b"who\0ami": "form", b"\0": "form", b"#": "usage", b'{"a":1}': "usage",
    b"whoami now": "usage", b"search --purpose fun x": "purpose", b"search --by phone 12": "query",
    b"search --by point 12345678901234567": "query-gas", b"search --cursor AAAA --by kana x": "cursor",
    b"\twhoami \r": None, b"search --by name \xe4\xbd\x90\xe8\x97\xa4 \xe5\xbc\x98": None,
    b'search --by name "\xe4\xbd\x90\xe8\x97\xa4 \xe5\xbc\x98"': None,
}


def batch(l, data):
    with lab.pin_pipe("123456"):
        return subprocess.run([lab.LAB, "run", l.dir, "--", "tegata-cli", "--pin-fd", "3", "batch"], input=data,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(3,))


def test(check):
    with lab.Lab(500) as l, l.card("counter"):
        lines = [x for line in BAD for x in (line, b"whoami")]
        done = batch(l, b"\n".join(lines))  # the last one without its line end
        out = done.stdout.split(b"\n")
        check.same("an answer for each line, and nothing after them", (len(out), out[-1]), (len(lines) + 1, b""))
        answers = [json.loads(o) for o in out[:-1]]
        for i, (line, error) in enumerate(BAD.items()):
            check.same(f"{line[:40]!r}", answers[2 * i].get("error"), error)
            check.same("and the next line is whole", answers[2 * i + 1].get("role"), "retail.counter")
        check.same("bad lines are no end", done.returncode, 0)
        plain, quoted = answers[-4], answers[-2]
        check.that("a name with a blank needs no quotes", plain == quoted and "rows" in plain, str((plain, quoted)))
        nothing = batch(l, b"")
        check.same("no lines, no answers", (nothing.returncode, nothing.stdout), (0, b""))
        languages(check, l)
        server_gone(check, l)


def languages(check, l):
    """What a program reads is the same bytes on every terminal; only --lang changes it."""
    words = [b"whoami", b"search --by name x --limit 0", "search --by kana --limit 3 サ".encode(), b"search --case a;b x"]
    terminals = [{"LANG": "ja_JP.UTF-8"}, {"LANG": "en_US.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": "en_GB.UTF-8", "TZ": "America/New_York"},
                 {"LANG": "", "LC_ALL": "", "TERM": "dumb", "COLUMNS": "20"}]

    def same_bytes(terminal, *options):
        env = {**os.environ, **terminal}
        with lab.pin_pipe("123456"):
            done = subprocess.run([lab.LAB, "run", l.dir, "--", "tegata-cli", *options, "--pin-fd", "3", "batch"], env=env,
                                  input=b"\n".join(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(3,))
        one = l.run("tegata-cli", *options, "--pin-fd", "3", "--json", "search", "--by", "kana", "--limit", "3", "サ", env=terminal)
        bad = l.run("tegata-cli", *options, "--pin-fd", "3", "--json", "search", "--by", "phone", "12", env=terminal)
        text = done.stdout.decode() + one.stdout + bad.stdout
        return re.sub(r'"next":"[^"]*"|"now":[0-9]+', "", text)  # a page's cursor is a new one each time, and time passes

    got = [same_bytes(t) for t in terminals]
    check.that("there is something to compare", "rows" in got[0] and "検索の言葉" in got[0], got[0][:500])
    for terminal, text in zip(terminals[1:], got[1:]):
        check.same(f"the same bytes with {terminal}", text, got[0])
    english = same_bytes(terminals[0], "--lang", "en")
    check.that("--lang en is English", "cannot be searched" in english and english != got[0], english[:500])
    check.that("and a bad member is named", '"member":"case"' in got[0], got[0])


def server_gone(check, l):
    """The server dies under a held session: unreachable, exit 6; when it is back and says so: session-ended, exit 5."""
    for back, error, code in ((False, "unreachable", 6), (True, "session-ended", 5)):
        held = l.start("tegata-cli", "--pin-fd", "3", "batch")
        held.stdin.write("whoami\n")
        held.stdin.flush()
        check.that("signed in", "role" in held.stdout.readline())
        l.lab("server", "kill")
        if back:
            l.lab("server", "start")
        time.sleep(1.0)
        for _ in range(2):
            held.stdin.write("whoami\n")
            held.stdin.flush()
            check.same("server gone" + (" and back" if back else ""), json.loads(held.stdout.readline()).get("error"), error)
        held.stdin.close()
        check.same("exit", held.wait(20), code)
        if not back:
            l.lab("server", "start")


lab.main(test)
