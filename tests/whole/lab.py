"""The lab as an object, and a way to say what was expected. Standard library only."""
import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LAB = os.path.join(TOP, "tests", "lab")
AUDIENCE = "https://localhost:8443"
SKIPPED = 77
NOW = re.compile(r'"now":\d+')
CURSOR = re.compile(r'\],"next":"([^"]+)"')  # the page's; a hidden field has a "next" too, behind another member


class Lab:
    def __init__(self, customers=2000, seed=7, *options):
        self.dir = tempfile.mkdtemp(prefix="tegata-lab-")
        self.customers, self.seed, self.options = customers, seed, options

    def __enter__(self):
        up = subprocess.run([LAB, "up", self.dir, "--customers", str(self.customers), "--seed", str(self.seed),
                             *self.options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if up.returncode != 0:
            shutil.rmtree(self.dir, ignore_errors=True)
            if "user namespaces" in up.stdout:
                print("skipped:", up.stdout.strip())
                sys.exit(SKIPPED)
            raise AssertionError("lab up: " + up.stdout)
        return self

    def __exit__(self, *exc):
        if exc[0] is not None:
            for name in ("pcscd", "card1", "server"):  # what says most stands last: whoever reads may see only the end
                with contextlib.suppress(OSError), open(os.path.join(self.dir, "log", name), errors="replace") as f:
                    print(f"--- log/{name}\n" + f.read()[-2000:], file=sys.stderr)
        subprocess.run([LAB, "down", self.dir], stdout=subprocess.DEVNULL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def lab(self, *words, check=True):
        done = subprocess.run([LAB, words[0], self.dir, *words[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"lab {' '.join(words)}: {done.stdout}")
        return done.stdout

    def run(self, *cmd, stdin="", pin="123456", env=None):
        """Inside the lab; the PIN waits on descriptor 3."""
        with pin_pipe(pin):
            return subprocess.run([LAB, "run", self.dir, "--", *cmd], input=stdin, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, pass_fds=(3,), env={**os.environ, **(env or {})})

    def start(self, *cmd, pin="123456"):
        with pin_pipe(pin):
            return subprocess.Popen([LAB, "run", self.dir, "--", *cmd], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True, pass_fds=(3,))

    def cli(self, *words, **kw):
        return self.run("tegata-cli", "--pin-fd", "3", "--json", *words, **kw)

    def batch(self, lines, *options, **kw):
        """One sign-in, many commands: a list of JSON answers."""
        done = self.run("tegata-cli", "--pin-fd", "3", *options, "batch", stdin="".join(l + "\n" for l in lines), **kw)
        answers = [json.loads(l) for l in done.stdout.splitlines()]
        if len(answers) != len(lines):
            raise AssertionError(f"{len(lines)} commands, {len(answers)} answers, exit {done.returncode}: {done.stderr}")
        return answers

    def probe(self, lines):
        done = self.run("tegata-probe", "--pin-fd", "3", stdin="".join(l + "\n" for l in lines))
        if done.returncode != 0:
            raise AssertionError("probe: " + done.stderr)
        return [json.loads(l) for l in done.stdout.splitlines()]

    @contextlib.contextmanager
    def talk(self, *options):
        """A probe to speak with, one line at a time: ask("call PATH BODY") gives the answer."""
        held = self.start("tegata-probe", "--pin-fd", "3", *options)

        def ask(line):
            held.stdin.write(line + "\n")
            held.stdin.flush()
            answer = held.stdout.readline()
            if not answer:
                raise AssertionError("probe: " + held.stderr.read())
            return json.loads(answer)
        try:
            yield ask
        finally:
            held.stdin.close()
            held.wait(20)

    def admin(self, *words):
        return self.run("tegata-admin", *words)

    def activate(self, text):
        """A policy comes into force as every policy does: two people sign it with their cards. The server begins anew."""
        path = os.path.join(self.dir, "new.policy")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        now = next(x for x in self.admin("policy", "list").stdout.splitlines() if x.endswith(" (in force)")).split()
        words = []
        for card in ("policy-a", "policy-b"):
            done = self.run("tegata-approve", "--card", os.path.join(self.dir, "cards", card + ".json"), "--audience", AUDIENCE, "--act",
                            "policy", "--prior", next(x for x in now if len(x) == 64), "--seq", str(int(now[0]) + 1), path)
            assert done.returncode == 0, done.stderr
            words += ["--approval", path + "." + card]
            with open(words[-1], "w", encoding="utf-8") as f:
                f.write(done.stdout)
        self.lab("server", "stop")
        done = self.admin("policy", "activate", path, *words)
        assert done.returncode == 0, done.stderr
        self.lab("server", "start")

    def uncapped(self):
        """For tests that ask more than a person may in an hour: the same policy with the highest caps there are."""
        text = self.admin("policy", "show").stdout
        raised = re.sub(r"(?m)^( +looks +)\d+( in hour)$", r"\g<1>100000\2", text)
        assert raised != text
        self.activate(raised)

    def audit(self, n=1000):
        """The last n audit entries."""
        out = self.admin("audit", "tail", str(n)).stdout.splitlines()
        return [json.loads(l.split(" ", 1)[1]) for l in out if l.split(" ", 1)[1].startswith('{"v"')]

    @contextlib.contextmanager
    def card(self, name, reader=1):
        self.lab("card", "insert", name, "--reader", str(reader))
        try:
            yield self
        finally:
            self.lab("card", "remove", "--reader", str(reader))

    def truth(self):
        """What is in the store, from the generator, not from the store."""
        path = os.path.join(self.dir, "truth.csv")
        made = self.admin("synth", "customers", str(self.customers), "--seed", str(self.seed), "--out", path)
        assert made.returncode == 0, made.stderr
        with open(path, newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f))


@contextlib.contextmanager
def pin_pipe(pin):
    r, w = os.pipe()
    os.write(w, pin.encode())
    os.close(w)
    os.dup2(r, 3, inheritable=True)
    if r != 3:
        os.close(r)
    try:
        yield
    finally:
        os.close(3)


def lasting(body):
    """A body without the server's clock; of a sealed cursor only the length is kept."""
    return CURSOR.sub(lambda m: f'],"next":"{len(m.group(1))}"', NOW.sub('"now":', body))


def bare(answer):
    """An answer (of a probe) without what must differ: the server's time, request id; of a sealed cursor only the length is kept."""
    head, body = (re.sub(r"(?m)^(Date|X-Request-Id): [^\r]*", r"\1:", answer[part]) for part in ("head", "body"))
    return answer["status"], head, lasting(body)


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


class Checks:
    """Counts what was looked at; the process fails when anything did, or when nothing was looked at."""

    def __init__(self):
        self.done, self.wrong = 0, []

    def that(self, what, ok, detail=""):
        self.done += 1
        if not ok:
            self.wrong.append(what)
            print(f"WRONG: {what} {detail}"[:600])
        return ok

    def same(self, what, got, want):
        return self.that(what, got == want, f"\n  got  {got!r}\n  want {want!r}")

    def end(self):
        print(f"{self.done - len(self.wrong)} of {self.done} checks hold")
        sys.exit(0 if self.done > 0 and not self.wrong else 1)


def main(test):
    checks = Checks()
    try:
        test(checks)
    except SystemExit:
        raise
    except BaseException:
        traceback.print_exc()
        checks.that("the test came to its end", False)
    checks.end()
