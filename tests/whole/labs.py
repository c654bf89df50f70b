#!/usr/bin/env python3
"""Several labs side by side, the verbs of tests/lab, and a lab of an ordinary user."""
import json
import os
import pwd
import subprocess
import sys
import tempfile

import lab


def side_by_side(check):
    with lab.Lab(500, 1) as a, lab.Lab(500, 2) as b:
        with a.card("counter"), b.card("nsc"):
            check.same("the first lab's card", json.loads(a.cli("whoami").stdout).get("role"), "retail.counter")
            check.same("the second lab's card", json.loads(b.cli("whoami").stdout).get("role"), "nw.operator")
            a.lab("server", "kill")
            check.same("one server's end is not the other's", b.cli("whoami").returncode, 0)
            check.same("but is its own", a.cli("whoami").returncode, 6)
        with a.card("left"), a.card("counter", reader=2):
            a.lab("server", "start")
            two = a.run("tegata-cli", "--pin-fd", "3", "--json", "--reader", "Virtual PCD 00 01", "whoami")
            check.same("the second reader", json.loads(two.stdout or "{}").get("role"), "retail.counter")


def verbs(check):
    """What others rely on of tests/lab itself: where one stands, both readers, a lab that is down and up again."""

    def said(*words, **kw):
        return subprocess.run([lab.LAB, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)

    with tempfile.TemporaryDirectory(prefix="tegata-verbs-") as top:
        top = os.path.realpath(top)
        d = os.path.join(top, "lab")
        check.same("up", said("up", d, "--customers", "50", "--store", "sqlite").returncode, 0)
        try:
            with open(os.path.join(d, "pin"), encoding="ascii") as f:
                check.same("the PIN is written down", f.read(), "123456")
            check.same("the folder that one stands in stays", said("run", d, "--", "pwd", cwd=top).stdout, top + "\n")
            check.same("the exit code comes through", said("run", d, "--", "sh", "-c", "exit 7").returncode, 7)
            check.that("up twice is refused", "up already" in said("up", d).stdout)
            check.same("the option may stand first", said("card", d, "--reader", "2", "insert", "nsc").returncode, 0)
            check.that("a slot holds one card", said("card", d, "insert", "counter", "--reader", "2").returncode != 0)
            for bad in (["insert", "nobody"], ["insert", "counter", "--reader", "3"], ["insert", "counter", "--fast"], ["insert"], []):
                check.that(f"card {bad} is refused", said("card", d, *bad).returncode != 0)
            check.same("and out", said("card", d, "remove", "--reader", "2").returncode, 0)
        finally:
            check.same("down", said("down", d).returncode, 0)
        check.same("down twice", said("down", d).returncode, 0)
        check.same("the journal of a lab that is down", said("journal", d).stdout, os.path.join(d, "server", "audit") + "\n")
        check.that("nothing runs in it", said("run", d, "--", "true").returncode != 0)
        check.same("up again, anew", said("up", d, "--customers", "50").returncode, 0)
        check.same("and down", said("down", d).returncode, 0)
        check.that("a folder of somebody's is left alone", "not empty" in said("up", top).stdout)
        check.same("--store postgres is not there yet", said("up", os.path.join(top, "pg"), "--store", "postgres").returncode, 1)


def ordinary_user(check):
    """As nobody: the same commands, if this machine lets ordinary users make namespaces."""
    if os.getuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="tegata-nobody-") as folder:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        env = {**os.environ, "HOME": folder}

        def become():
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)

        def run(*words):
            return subprocess.run([lab.LAB, *words], preexec_fn=become, env=env, cwd="/", stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)

        if subprocess.run([lab.LAB, "journal", folder], preexec_fn=become, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 126:
            print("not looked at: nobody cannot reach this folder")
            return
        d = os.path.join(folder, "lab")
        up = run("up", d, "--customers", "500", "--seed", "1")
        if "user namespaces" in up.stdout:
            print("not looked at: ordinary users may not make namespaces here")
            return
        if "Permission denied" in up.stdout and not os.access(lab.TOP, os.R_OK | os.X_OK):
            print("not looked at: nobody cannot reach this folder")
            return
        check.that("an ordinary user's lab comes up", up.returncode == 0, up.stdout)
        check.same("his card goes in", run("card", d, "insert", "counter").returncode, 0)
        who = run("run", d, "--", "sh", "-c", 'tegata-cli --json --pin-fd 3 whoami 3<"$TEGATA_LAB/pin"')
        check.that("and signs in", "retail.counter" in who.stdout, who.stdout)
        check.same("it goes down", run("down", d).returncode, 0)


def test(check):
    side_by_side(check)
    verbs(check)
    ordinary_user(check)


lab.main(test)
