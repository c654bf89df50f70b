"""The desktop in a lab, as an object: keys in, what is on the screen and on the accessibility bus out."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "whole"))
import lab  # noqa: E402

BUILD = os.environ["TEGATA_BUILD"]
SHOTS = os.path.join(BUILD, "screenshots")
NEEDED = ("Xvfb", "xdotool", "import", "xprop", "xclip", "dbus-run-session")


def needed():
    missing = [t for t in NEEDED if shutil.which(t) is None]
    if subprocess.run(["/usr/bin/python3", "-c", "import gi; gi.require_version('Atspi', '2.0')"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        missing.append("python3-gi with Atspi")
    if missing:
        print("skipped: missing", *missing, "(tests/install puts them in place)")
        sys.exit(lab.SKIPPED)


def three_taken():
    """3 is where lab.pin_pipe puts the PIN, and what it closes: nothing of ours may stand there."""
    while os.open(os.devnull, os.O_RDONLY) <= 3:
        pass


def own_pin(l, card, pin):
    """Tables of all digits stand in many a program's memory: the card gets a PIN that is in none of them."""
    path = os.path.join(l.dir, "cards", card + ".json")
    with open(path, encoding="utf-8") as f:
        state = f.read()
    made = b"123456".hex() + "ffff"
    assert made in state, "the card's PIN does not stand in its state"
    with open(path, "w", encoding="utf-8") as f:
        f.write(state.replace(made, pin.encode().hex().ljust(16, "f")))


class Standing(lab.Lab):
    """A lab that somebody else brought up, and will take down."""

    def __init__(self, folder):
        super().__init__()
        self.dir = folder


def somebody(l):
    """A customer of ours whose telephone and name nobody else has."""
    rows = l.truth()
    phones, names = [r["phone"] for r in rows], [r["name"] for r in rows]
    return next(r for r in rows if r["class"] == "own" and r["phone"] and phones.count(r["phone"]) == 1
                and names.count(r["name"]) == 1)


class Desktop:
    def __init__(self, l, language="ja", **env):
        self.lab, self.language = l, language
        self.run_dir = tempfile.mkdtemp(prefix="tegata-ui-")
        self.env = {**os.environ, "GDK_BACKEND": "x11", "GSETTINGS_BACKEND": "memory", "ADW_DISABLE_PORTAL": "1",
                    "LANG": "C.UTF-8", "LANGUAGE": language, "XDG_RUNTIME_DIR": self.run_dir, "XDG_DATA_HOME": self.run_dir,
                    "XDG_CONFIG_HOME": self.run_dir, "XDG_STATE_HOME": self.run_dir, "GTK_A11Y": "atspi", **env}
        for name in ("LC_ALL", "WAYLAND_DISPLAY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            self.env.pop(name, None)

    def __enter__(self):
        os.makedirs(SHOTS, exist_ok=True)
        three_taken()
        self.log = open(self.log_path(), "ab")
        self.stage = subprocess.Popen([*self.inside(), "dbus-run-session", "--",
                                       "/usr/bin/python3", os.path.join(HERE, "stage.py")],  # the one that apt gives gi to
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=self.env)
        try:
            self.until(lambda: self.ask("desk"), "the desk is started beforehand")
        except AssertionError:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def log_path(self):
        return os.path.join(self.lab.dir, "log", "desktop")

    def inside(self):
        return [lab.LAB, "run", self.lab.dir, "--"]

    def __exit__(self, *exc):
        with contextlib.suppress(BrokenPipeError):
            self.stage.stdin.close()
        try:
            self.stage.wait(20)
        except subprocess.TimeoutExpired:
            self.stage.kill()
        self.log.close()
        if exc[0] is not None:
            with open(self.log.name, errors="replace") as f:
                print("--- desktop\n" + f.read()[-2000:], file=sys.stderr)
        shutil.rmtree(self.run_dir, ignore_errors=True)

    def ask(self, word, what=None):
        self.stage.stdin.write((json.dumps([word, what]) + "\n").encode())
        self.stage.stdin.flush()
        line = b""
        while not line.startswith(b"{"):  # the accessibility bus says that it is there on the same descriptor
            line = self.stage.stdout.readline()
            if not line:
                raise AssertionError("the stage is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{word}: {answer['error']}")
        return answer["ok"]

    def until(self, true, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = true()
            if got:
                return got
            time.sleep(0.05)
        raise AssertionError("never: " + what)

    def says(self):
        """Everything that a screen reader can say now, as one text."""
        return "\n".join(" | ".join(n) for n in self.ask("tree"))

    def until_says(self, words, seconds=20):
        return self.until(lambda: (lambda t: t if words in t else None)(self.says()), f"'{words}' on the screen", seconds)

    def keys(self, *keys):
        self.ask("keys", list(keys))

    def type(self, text):
        self.ask("type", text)

    def pin(self, digits="123456"):
        self.keys(*digits, "Return")

    def opens(self, own):
        """The record of a customer whose number nobody else has, who answers what he is asked (in Japanese)."""
        self.type(own["phone"])
        self.keys("Return")
        for question in ("本人確認 1", "本人確認 2"):
            self.until_says(question)
            self.keys("Return")
        self.until_says("非表示")

    def watch(self, what, place, *command, reader="Virtual PCD 00 00"):
        """What eye.c says of a piece of the screen while command runs."""
        return self.ask("eye", [os.path.join(BUILD, "tests", "ui", "tegata-eye"), what, place, reader, command])

    def shot(self, name):
        path = os.path.join(SHOTS, f"{self.language}-{name}.png")
        self.ask("shot", path)
        return path


class StandIn(Desktop):
    """The desk's window alone: the test is its server (stand_in.c)."""
    def __init__(self, language="ja", **env):
        program = os.path.join(BUILD, "tests", "ui", "stand-in")
        super().__init__(None, language, TEGATA_UI_STAND_IN=program + "|" + os.path.join(BUILD, "ui", "po"), **env)

    def log_path(self):
        return os.path.join(self.run_dir, "log")

    def inside(self):
        return []

    def feed(self, *line):
        return self.ask("feed", list(line))

    def open(self, role="retail.counter", **more):
        self.feed("open", {"person": "E1001", "card": "0", "post": "p", "role": role, "office": "八戸営業所", "employer": "TOHOKU",
                           "company": "TOHOKU", "issuer": "https://localhost", **more})

    def grants(self, *grants):
        self.feed("event", "grants", {"grants": list(grants)})


def grant(id_="EV-20261120-001", left=3600, **more):
    """One as the stream tells it, ending so many seconds from now."""
    return {"id": id_, "kind": "outage", "cause": "typhoon", "areas": "02203 02207", "until": int(time.time()) + left,
            "flags": [], "acknowledged": True, "usable": True, **more}


def colours(path, area):
    """How many colours there are in WxH+X+Y of a picture."""
    return int(subprocess.run(["convert", path, "-crop", area, "-format", "%k", "info:"], capture_output=True, text=True,
                              check=True).stdout)
