#!/usr/bin/env python3
"""granting.py PROGRAM POLICY: two hundred live grants against one, in instructions of a decision, each as the difference of two
run lengths. A counter's look-up does not know them; a responder's stays within 5 % of a whole look-up (README.md has its figure)."""
import re
import subprocess
import sys

PROGRAM, POLICY = sys.argv[1:]
FEW, MANY = 200, 700
SHOW = 80000  # user instructions of a show, as the bench has them


def count(role, live, n):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", PROGRAM, POLICY, role, str(live), str(n)],
                          stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : ([\d,]+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(done.stderr)
    return int(found.group(1).replace(",", ""))


def each(role, live):
    return (count(role, live, MANY) - count(role, live, FEW)) / (MANY - FEW)


over = 0
for role, most in (("retail", 1), ("responder", SHOW * 5 / 100)):
    one, many = each(role, 1), each(role, 200)
    over += many - one > most
    print(f"{role:10} {one:7.0f} with one live grant, {many:7.0f} with 200   + {many - one:6.0f} <= {most:5.0f}   {'OVER' if many - one > most else 'ok'}")
sys.exit(1 if over else 0)
