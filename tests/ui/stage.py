#!/usr/bin/env python3
"""Inside a lab: a screen, a session bus, the desktop, and a pair of eyes and hands. Commands are JSON lines on stdin, answers
JSON lines on stdout. Run by flow.py and states.py through `tests/lab run`, under dbus-run-session."""
import json
import os
import resource
import signal
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def screen():
    """An X server of our own; -noreset, or it forgets the accessibility bus when the last window goes."""
    r, w = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(w), "-screen", "0", "1400x900x24", "-noreset", "-nolisten", "tcp"],
                              pass_fds=(w,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(w)
    with os.fdopen(r) as f:
        os.environ["DISPLAY"] = ":" + f.readline().strip()
    if "TEGATA_UI_DPI" in os.environ:  # what a desktop's setting for large text comes down to
        subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER",
                        f"Xft.dpi:\t{os.environ['TEGATA_UI_DPI']}\n"], check=True)
    return server


def children(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as f:
                found += [int(p) for p in f.read().split()]
        except OSError:
            pass
    return found


def text_of(node):
    try:
        text = node.get_text_iface()
        return text.get_text(0, text.get_character_count()) if text else ""
    except GLib.Error:
        return ""


def walk(node, out, depth=0):
    """What a screen reader could say of node and everything below it."""
    if node is None or depth > 40 or len(out) > 5000:
        return
    try:
        attributes = node.get_attributes() or {}
        out.append([node.get_role_name(), node.get_name() or "", node.get_description() or "", text_of(node),
                    " ".join(f"{k}={v}" for k, v in attributes.items())])
        for i in range(node.get_child_count()):
            walk(node.get_child_at_index(i), out, depth + 1)
    except GLib.Error:
        pass  # it has just gone


class Stage:
    def __init__(self, server):
        self.heard, self.screen = [], server
        stand_in = os.environ.get("TEGATA_UI_STAND_IN")  # the desk's window with nobody behind it
        more = {"LD_PRELOAD": os.environ["TEGATA_UI_PRELOAD"]} if "TEGATA_UI_PRELOAD" in os.environ else {}
        words = json.loads(os.environ.get("TEGATA_UI_PROGRAM", '["tegata"]')) if stand_in is None else stand_in.split("|")
        self.gate = subprocess.Popen([*os.environ.get("TEGATA_UI_WRAP", "").split(), *words],
                                     stdin=subprocess.DEVNULL if stand_in is None else subprocess.PIPE,
                                     stdout=sys.stderr if stand_in is None else subprocess.PIPE, env={**os.environ, **more})
        self.listener = Atspi.EventListener.new(self.on_event)
        for kind in ("object:text-changed", "object:property-change", "object:announcement", "window:"):
            self.listener.register(kind)

    def on_event(self, event):
        what = event.any_data
        self.heard.append(f"{event.type} {what if isinstance(what, (str, int, float)) else ''}")

    def do_feed(self, line):
        """To the stand-in."""
        self.gate.stdin.write(json.dumps(line).encode() + b"\n")
        self.gate.stdin.flush()
        return self.gate.stdout.readline().decode().rstrip("\n")

    def do_desk(self, _):
        if self.gate.stdin is not None:
            return self.gate.pid if self.gate.poll() is None else 0
        kids = children(self.gate.pid)
        return kids[0] if kids else 0

    def do_gate(self, _):
        return self.gate.pid if self.gate.poll() is None else 0

    def pid_of(self, who):
        return {"gate": self.gate.pid, "desk": self.do_desk(None), "screen": self.screen.pid}[who]

    @staticmethod
    def count(pid, needles):
        found = 0
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
            for line in maps:
                area, access = line.split()[:2]
                if not access.startswith("rw"):
                    continue
                begin, end = (int(x, 16) for x in area.split("-"))
                try:
                    mem.seek(begin)
                    bytes_ = mem.read(end - begin)
                except (OSError, ValueError):
                    continue
                found += sum(bytes_.count(n) for n in needles)
        return found

    def do_scan(self, what):
        """How often the texts stand in the writable memory of a process, as UTF-8, UTF-16 or UTF-32."""
        who, texts = what
        return self.count(self.pid_of(who), [t.encode(c) for t in texts for c in ("utf-8", "utf-16-le", "utf-32-le")])

    def do_row(self, place):
        """The most colourful row of pixels of a piece of the screen, as an X server and as cairo keep it: hexadecimal."""
        x, y, w, h = place
        rgb = subprocess.run(["import", "-window", "root", "-crop", f"{w}x{h}+{x}+{y}", "+repage", "-depth", "8", "rgb:-"], check=True,
                             capture_output=True).stdout
        rows = [[rgb[i:i + 3][::-1] for i in range(r, r + 3 * w, 3)] for r in range(0, len(rgb), 3 * w)]
        row = max(rows, key=lambda r: len(set(r)))
        if len(set(row)) < 16:
            raise OSError("there is no text in that piece of the screen")
        return [b"".join(p + fill for p in row).hex() for fill in (b"\0", b"\xff")]

    def do_bytes(self, what):
        """How often these bytes stand in the writable memory of a process."""
        who, hexes = what
        return self.count(self.pid_of(who), [bytes.fromhex(h) for h in hexes])

    def do_eye(self, what):
        """The eye on a piece of the screen while a command does something to it."""
        eye, word, place, reader, command = what
        with subprocess.Popen([eye, word, *[str(n) for n in place], reader, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as watching:
            while watching.poll() is None:  # libatspi is to hear in time what comes and goes: it runs in circles over an old tree
                GLib.MainContext.default().iteration(False)
                time.sleep(0.005)
            seen, said = watching.communicate()
        if watching.returncode != 0:
            raise OSError(said.strip() or "the eye saw nothing")
        return json.loads(seen)

    def do_first(self, what):
        """Milliseconds from the start of the program to its first frame, on the bare screen, and what it took of the processor
        until then: the one that runs here ends."""
        eye, place = what
        if self.gate.poll() is None:
            self.gate.terminate()
            self.gate.wait(10)
            time.sleep(0.5)
        seen = self.do_eye([eye, "here", place, "", ["sh", "-c", "echo $$ >/run/first.pid; exec tegata"]])
        with open("/run/first.pid") as f:
            pid = int(f.read())
        with open(f"/proc/{pid}/schedstat") as f:
            busy = int(f.read().split()[0]) / 1e6  # of the main thread
        time.sleep(1)
        os.kill(pid, signal.SIGTERM)
        time.sleep(1)
        return [seen["at"], busy]

    def do_run(self, command):
        return subprocess.run(command, capture_output=True, text=True).stdout

    def do_start(self, command):
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        self.beside = subprocess.Popen(command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (most, most)),
                                       cwd=os.environ["XDG_RUNTIME_DIR"])
        time.sleep(0.3)
        return self.beside.pid

    def do_end(self, what):
        """What a child dies of, and whether it has left a core."""
        pid, name = what
        os.kill(pid, getattr(signal, name))
        status = os.waitpid(pid, 0)[1]
        return [os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, os.WCOREDUMP(status)]

    def do_pss(self, who):
        """What a process alone takes of the memory, its share of what others have too included: kilobytes."""
        with open(f"/proc/{self.pid_of(who)}/smaps_rollup") as f:
            return next(int(l.split()[1]) for l in f if l.startswith("Pss:"))

    def do_ticks(self, pid):
        """Processor time of the main thread of a process, in ticks, and its state."""
        with open(f"/proc/{pid}/task/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return [int(fields[11]) + int(fields[12]), fields[0]]

    def do_alive(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as f:
                return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    def do_tree(self, _):
        out, desktop = [], Atspi.get_desktop(0)
        desktop.set_cache_mask(Atspi.Cache.NONE)  # clear_cache runs in circles where a window has just come (libatspi 2.46)
        for i in range(desktop.get_child_count()):
            program = desktop.get_child_at_index(i)
            if program is not None:
                program.set_cache_mask(Atspi.Cache.NONE)
            walk(program, out)
        return out

    def do_heard(self, _):
        return self.heard

    def do_keys(self, keys):
        subprocess.run(["xdotool", "key", "--delay", "20", *keys], check=True)

    def do_type(self, text):
        delay = "15" if text.isascii() else "150"  # each letter that no key has changes the keyboard's map first
        subprocess.run(["xdotool", "type", "--delay", delay, text], check=True)

    def do_shot(self, path):
        subprocess.run(["import", "-window", "root", path], check=True)

    def do_windows(self, _):
        """Every window of the display, as the X server would tell anybody: all of their properties."""
        ids = subprocess.run(["xdotool", "search", "--name", ".*"], capture_output=True, text=True).stdout.split()
        return [subprocess.run(["xprop", "-id", i], capture_output=True, text=True, errors="replace").stdout for i in ids]

    def do_sizes(self, _):
        """Width and height of every window that can be seen."""
        ids = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", ".*"], capture_output=True, text=True).stdout.split()
        shown = [subprocess.run(["xdotool", "getwindowgeometry", "--shell", i], capture_output=True, text=True).stdout for i in ids]
        return [[int(l.split("=")[1]) for l in s.splitlines() if l.startswith(("WIDTH", "HEIGHT"))] for s in shown]

    def do_selections(self, _):
        """What anybody could paste."""
        return [subprocess.run(["xclip", "-o", "-selection", s], capture_output=True, text=True, timeout=5).stdout
                for s in ("primary", "clipboard")]

    def do_now(self, _):
        return time.time()

    def do_kill(self, pid):
        """The moment just before it."""
        now = time.time()
        os.kill(pid, signal.SIGKILL)
        return now

    def do_clip(self, text):
        """Copied in another program; xclip hands it out until somebody else has the clipboard."""
        subprocess.run(["xclip", "-i", "-selection", "clipboard"], input=text.encode(), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)

    def do_exit_of(self, argv):
        return subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10).returncode

    def do_signal(self, what):
        os.kill(what[0], getattr(signal, what[1]))

    def do_read(self, path):
        with open(path, errors="replace") as f:
            return f.read()

    def do_environ(self, pid):
        with open(f"/proc/{pid}/environ", "rb") as f, open(f"/proc/{pid}/cmdline", "rb") as g:
            return (f.read() + g.read()).decode(errors="replace")

    def answer(self, line):
        word, what = json.loads(line)
        try:
            return {"ok": getattr(self, "do_" + word)(what)}
        except Exception as e:  # whatever it is, who asks must hear of it, or waits for ever
            return {"error": repr(e)}


def main():
    server = screen()
    stage = Stage(server)
    loop = GLib.MainLoop()

    def on_line(source, _condition):
        line = commands.readline()
        if not line:
            loop.quit()
            return False
        print(json.dumps(stage.answer(line)), flush=True)
        return True

    commands = os.fdopen(0, "rb", buffering=0)  # nothing may wait in a buffer that the loop does not see
    GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, on_line)
    loop.run()
    stage.gate.terminate()
    stage.gate.wait(10)
    server.terminate()
    time.sleep(0.1)


if __name__ == "__main__":
    main()
