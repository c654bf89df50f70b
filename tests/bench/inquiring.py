#!/usr/bin/env python3
"""inquiring.py PROGRAM: a thousand open inquiries against none, in instructions, each as the difference of two run lengths. A look-up
does not know them, and what it leaves for the meter is far below 5 % of it; a whole round through the room costs less than one show
(README.md has its figure)."""
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
FEW, MANY = 200, 700
SHOW = 80000  # user instructions of a show, as the bench has them


def count(what, open_, n):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", PROGRAM, what, str(open_), str(n)],
                          stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : ([\d,]+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(done.stderr)
    return int(found.group(1).replace(",", ""))


def each(what, open_):
    return (count(what, open_, MANY) - count(what, open_, FEW)) / (MANY - FEW)


over = 0


def hold(what, got, most):
    global over
    over += got > most
    print(f"{what:58} {got:8.0f} <= {most:6.0f}   {'OVER' if got > most else 'ok'}")


none, thousand = each("look", 0), each("look", 1000)
hold("a look-up: what it leaves for the meter", none, SHOW * 5 / 100)
hold("a look-up: what a thousand open inquiries add", thousand - none, 1)
hold("asked, taken, answered, read, with a thousand open", each("round", 1000), SHOW)
sys.exit(1 if over else 0)
