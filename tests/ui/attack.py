#!/usr/bin/env python3
"""Another program of the same person, without capabilities, tries to look into gate and desk while a customer is on the screen, and
to make them leave a core. Beside them stands a process like any other, on which the same attempts must succeed."""
import json
import os

import desktop
import lab

INSERT, PIN, OFFICE = "社員証を差し込んでください", "PIN を入れてください", "事業所："
ORDINARY = "setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs"


def attempts(d, pid):
    out = d.ask("run", [*ORDINARY.split(), "/usr/bin/python3", os.path.join(desktop.HERE, "attacker.py"), str(pid)])
    return json.loads(out)


def refused(check, d, name, pid):
    for way, came_to in attempts(d, pid).items():
        check.that(f"{name}: {way}", came_to in ("EPERM", "EACCES", "ENOSYS" if way == "gcore" else "EPERM"), came_to)


def control(check, d):
    """The attempts are real ones: here they succeed."""
    pid = d.ask("start", [*ORDINARY.split(), "sleep", "120"])
    got = attempts(d, pid)
    for way, came_to in got.items():
        check.that(f"beside: {way}", came_to == "ok" or (way == "gcore" and came_to == "ENOSYS"), came_to)
    dumped = d.ask("end", [pid, "SIGABRT"])
    check.same("beside: it dies of the signal", dumped[0], 6)
    return dumped[1]


def test(check):
    desktop.needed()
    with lab.Lab(500, 4) as l, desktop.Desktop(l, "ja", TEGATA_UI_WRAP=ORDINARY) as d:
        d.until_says(INSERT)
        dumps = control(check, d)
        with d.lab.card("counter"):
            d.until_says(PIN)
            d.keys(*"123456")
            refused(check, d, "gate with a PIN", d.ask("gate"))
            d.keys("Return")
            d.until_says(OFFICE)
            desk, gate = d.ask("desk"), d.ask("gate")
            for name, pid in (("gate", gate), ("desk", desk)):
                refused(check, d, name, pid)
                status = d.ask("read", f"/proc/{pid}/status")
                check.that(f"{name}: without any capability itself", "CapPrm:\t0000000000000000" in status)
                check.that(f"{name}: nobody traces it", "TracerPid:\t0" in status)
            check.that("it has gone on all the while", d.ask("alive", desk) and OFFICE in d.says())
            check.same("a gate that aborts dies and leaves no core", d.ask("end", [gate, "SIGABRT"]), [6, False])
            d.until(lambda: not d.ask("alive", desk), "the desk is gone with it", 3)
        print("a core of the process beside was " + ("written" if dumps else "not written either: this machine writes none"))


lab.main(test)
