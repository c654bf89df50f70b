"""The desk's window over answers from files (stand.c), driven like the real desktop."""
import json
import os
import shutil
import subprocess
import tempfile

import desktop

PO = os.path.join(desktop.BUILD, "ui", "po")


class Stand(desktop.Desktop):
    def __init__(self, program, role, language="ja", size=None, **env):
        self.folder = tempfile.mkdtemp(prefix="tegata-stand-")
        words = [program, self.folder, role, PO] + ([str(n) for n in size] if size else [])
        super().__init__(None, language, TEGATA_UI_PROGRAM=json.dumps(words), **env)

    def __enter__(self):
        os.makedirs(desktop.SHOTS, exist_ok=True)
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.stage = subprocess.Popen(["dbus-run-session", "--", "/usr/bin/python3", os.path.join(desktop.HERE, "stage.py")],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=self.env)
        return self

    def __exit__(self, *exc):
        super().__exit__(*exc)
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self, path, what):
        """What the next question about the path is answered with; None: refused."""
        name = os.path.join(self.folder, path.strip("/").replace("/", "_") + ".json")
        if what is None:
            os.path.exists(name) and os.unlink(name)
        else:
            with open(name + ".new", "w", encoding="utf-8") as f:
                json.dump(what, f, ensure_ascii=False)
            os.rename(name + ".new", name)

    def approves(self, jws):
        with open(os.path.join(self.folder, "approval"), "w") as f:
            f.write(jws)

    def event(self, name, data):
        with open(os.path.join(self.folder, "event"), "w", encoding="utf-8") as f:
            f.write(name + " " + json.dumps(data))
        self.ask("signal", [self.ask("gate"), "SIGUSR1"])

    def asked(self, path):
        """The bodies of what was asked about that path, in order."""
        try:
            with open(os.path.join(self.folder, "asked"), encoding="utf-8") as f:
                lines = [line.rstrip("\n").split(" ", 1) for line in f]
        except FileNotFoundError:
            return []
        return [json.loads(body) if body else None for p, body in lines if p == path]

    def until_asked(self, path, count=1):
        return self.until(lambda: (lambda a: a if len(a) >= count else None)(self.asked(path)), f"{count} × {path} asked")
