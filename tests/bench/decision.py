#!/usr/bin/env python3
"""decision.py PROGRAM POLICY: the work of a decision, counted, not timed: instructions and allocations, each as the difference
of two run lengths, so that reading the policy cancels out. README.md has the figures."""
import re
import subprocess
import sys

PROGRAM, POLICY = sys.argv[1:]
FEW, MANY = 500, 2500
# role, class of the row, most instructions of a decision with one row: the mask, and the reason of each hidden field
BOUNDS = (("retail.counter", "own", 1050), ("retail.contractor", "former", 1750), ("nw.operator", "other", 1250))


def count(tool, what, role, kind, n):
    done = subprocess.run(["valgrind", *tool, PROGRAM, POLICY, role, kind, str(n)], stderr=subprocess.PIPE, text=True)
    found = re.search(what + r" ([\d,]+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(done.stderr)
    return int(found.group(1).replace(",", ""))


def each(tool, what, role, kind):
    return (count(tool, what, role, kind, MANY) - count(tool, what, role, kind, FEW)) / (MANY - FEW)


over = 0
for role, kind, most in BOUNDS:
    n = each(["--tool=callgrind", "--callgrind-out-file=/dev/null"], "Collected :", role, kind)
    over += n > most
    print(f"{role:18} {kind:8} {n:5.0f} instructions   <= {most:5}   {'OVER' if n > most else 'ok'}")
n = each(["--tool=memcheck"], "total heap usage:", *BOUNDS[0][:2])
over += n != 1
print(f"{BOUNDS[0][0]:27} {n:5g} allocations    =      1   {'ok' if n == 1 else 'OVER'}")
sys.exit(1 if over else 0)
