#!/usr/bin/env python3
"""Nothing is shown that was not written down: kill -9 under load, a full disk, and a journal that somebody touched."""
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import lab


def answers_of(out, got, stop):
    """Collects the ids of every row that reached the client."""
    for line in out:
        for row in json.loads(line).get("rows", []):
            got.add(row["id"])
        if stop.is_set():
            return


def round_of_load(l, words, seconds):
    """A batch client under load, the server killed in its middle; what the client had received by then."""
    got, stop = set(), threading.Event()
    client = l.start("tegata-cli", "--pin-fd", "3", "batch")
    reader = threading.Thread(target=answers_of, args=(client.stdout, got, stop))
    reader.start()
    end = time.monotonic() + seconds
    i = 0
    try:
        while time.monotonic() < end:
            client.stdin.write(f"search --by kana --limit 20 {words[i % len(words)]}\n")
            client.stdin.flush()
            i += 1
    except BrokenPipeError:
        pass
    l.lab("server", "kill")
    try:
        client.stdin.close()
    except BrokenPipeError:
        pass
    client.wait(30)
    stop.set()
    reader.join(30)
    return got


def kills(check, rounds):
    words = ["サ", "タ", "ス", "イ", "ア", "カ", "ワ", "ヤ"]
    with lab.Lab(5000, 7, "--caps", "100000") as l, l.card("counter"):
        total = 0
        for n in range(rounds):
            # from "while signing in" to "in full flight": the moment differs each round
            got = round_of_load(l, words, 0.25 + 0.07 * (n % 9))
            total += len(got)
            shown = set(l.admin("audit", "ids").stdout.split())
            check.that(f"round {n}: {len(got)} ids received, all in the journal", got <= shown, str(list(got - shown)[:5]))
            check.that(f"round {n}: the journal holds after the kill", l.admin("audit", "verify").returncode == 0,
                       l.admin("audit", "verify").stderr)
            l.lab("server", "start")
            check.same(f"round {n}: the journal holds after the restart", l.admin("audit", "verify").returncode, 0)
        check.that("rows were received at all", total > rounds)


def full_disk(check):
    """The journal on a small file system of its own: full, 503, nothing shown; space, and service is back."""
    with lab.Lab(2000, 7, "--audit-size", "65536", "--caps", "100000") as l, l.card("counter"):
        l.lab("server", "stop")
        audit = os.path.join(l.dir, "server", "audit")
        made = l.run("sh", "-ec", f"cp -a {audit} {audit}.was; mount -t tmpfs -o size=1m tmpfs {audit}; cp -a {audit}.was/. {audit}/")
        check.same("a small file system", made.returncode, 0)
        l.lab("server", "start")
        filled = l.run("sh", "-c", f"dd if=/dev/zero of={audit}/ballast bs=4096 2>/dev/null; true")
        check.same("filled", filled.returncode, 0)
        lines = ["search --by kana --limit 100 サ"] * 400
        answers = l.batch(lines)
        errors = [a["error"] for a in answers if "error" in a]
        check.that("answers stop when the journal cannot grow", errors and set(errors) <= {"audit-unavailable"}, str(set(errors)))
        check.that("and stay stopped", "error" in answers[-1])
        shown = set(l.admin("audit", "ids").stdout.split())
        check.that("nothing unwritten was shown", {r["id"] for a in answers for r in a.get("rows", [])} <= shown)
        l.run("rm", f"{audit}/ballast")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and l.cli("search", "--by", "kana", "サ").returncode != 0:
            time.sleep(0.5)
        check.same("service returns when space does", l.cli("search", "--by", "kana", "サ").returncode, 0)
        verify = l.admin("audit", "verify")
        check.that("the journal holds", verify.returncode == 0, verify.stderr)


def touched(check):
    """A flipped byte, a removed record, a swapped pair, a cut tail: verify names the place."""
    with lab.Lab(2000) as l:
        with l.card("counter"):
            l.batch(["search --by kana --limit 5 サ"] * 40)
        l.lab("server", "stop")
        audit = os.path.join(l.dir, "server", "audit")
        good = audit + ".good"
        shutil.copytree(audit, good)
        check.same("whole", l.admin("audit", "verify").returncode, 0)
        segment = sorted(n for n in os.listdir(good) if n.startswith("segment"))[0]
        data = open(os.path.join(good, segment), "rb").read()
        at = [i for i in range(len(data)) if data.startswith(b'{"v":1', i)]
        check.that("there are records to touch", len(at) > 20)
        a, b, c = at[5], at[6], at[7]
        swapped = data[:a] + data[b:c] + data[a:b] + data[c:]
        cases = {
            "a flipped byte": data[:a + 30] + bytes([data[a + 30] ^ 1]) + data[a + 31:],
            "a removed record": data[:a] + data[b:] + bytes(b - a),
            "a swapped pair": swapped,
            "a cut tail": data[:at[10]] + bytes(len(data) - at[10]),
            "a name changed in place": data.replace(b"E1001", b"E1002", 1),
        }
        for what, bad in cases.items():
            with open(os.path.join(audit, segment), "wb") as f:
                f.write(bad)
            verify = l.admin("audit", "verify")
            check.that(f"{what} is noticed, and where", verify.returncode == 1 and "segment" in verify.stderr, verify.stderr + verify.stdout)
            offline = l.run("tegata-verify", audit)
            check.that(f"{what}: offline too", offline.returncode == 1 and "segment" in offline.stdout, offline.stdout)
            started = subprocess.run([lab.LAB, "server", l.dir, "start"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) \
                if what == "a cut tail" else None
            if started is not None:
                check.that("the server does not start on a cut journal", started.returncode != 0, started.stdout)
        shutil.rmtree(audit)
        shutil.copytree(good, audit)
        check.same("whole again", l.admin("audit", "verify").returncode, 0)


def test(check):
    what = sys.argv[1] if len(sys.argv) > 1 else "all"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    if what in ("all", "kill"):
        kills(check, rounds)
    if what in ("all", "full"):
        full_disk(check)
    if what in ("all", "touched"):
        touched(check)


lab.main(test)
