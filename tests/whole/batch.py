#!/usr/bin/env python3
"""tegata-cli batch: one line in, one JSON object out, in order, whatever the line is."""
import json
import subprocess

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


lab.main(test)
