#!/usr/bin/env python3
"""Inside the lab: as many people at once as there are readers. Each puts the card in, signs in at a terminal of the
incident's name with `tegata-cli batch`, asks, and takes the card out. Called by world.py:

    desks.py READERS PLAN.json FOLDER      per session FOLDER/TERMINAL.PERSON: the exit code, then the answers"""
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time

FIRST_PORT = 8435
AWAY = 0.45  # pcscd looks at a slot every 400 ms: a shorter absence would be missed
PIN = b"123456"


def reader_name(n):
    """As tests/lab.d/parts.sh calls them."""
    device = "Virtual PCD" if n < 2 else f"Virtual PCD {FIRST_PORT + n // 2 * 2}"
    return f"{device} 00 {n % 2:02d}"


def powered(control):
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(control)
            s.sendall(b"stats\n")
            s.shutdown(socket.SHUT_WR)
            answer = b""
            while part := s.recv(65536):
                answer += part
            return b'"event":"power-on"' in answer
    except OSError:
        return False


def batch(reader, session, options, lines):
    """One sign-in at a terminal of that name."""
    r, w = os.pipe()
    os.write(w, PIN)
    os.close(w)
    try:
        return subprocess.run(["unshare", "-u", "sh", "-c", 'hostname "$0" && exec "$@"', session["terminal"], "tegata-cli",
                               "--reader", reader, "--pin-fd", str(r), *options, "batch"], input="".join(l + "\n" for l in lines),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=(r,))
    finally:
        os.close(r)


def sit_down(n, person, folder):
    control = f"/run/desk{n}.sock"
    state = os.path.join(os.environ["TEGATA_LAB"], "cards", person["card"] + ".json")
    card = subprocess.Popen(["tegata-vcard", "run", state, "--port", str(FIRST_PORT + n), "--control", control],
                            stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not powered(control):
            if time.monotonic() > until:
                raise RuntimeError(f"reader {n} does not notice the card of {person['card']}")
            time.sleep(0.02)
        for s in person["sessions"]:
            if s["ended"]:
                batch(reader_name(n), s, ["--post", "before"], [])
            done = batch(reader_name(n), s, [], s["lines"])
            with open(os.path.join(folder, s["terminal"] + "." + person["card"]), "w", encoding="utf-8") as f:
                f.write(f"{done.returncode}\n{done.stdout}")
    finally:
        card.terminate()
        card.wait()
        time.sleep(AWAY)


def desk(n, todo, folder, wrong):
    while not wrong:
        try:
            person = todo.get_nowait()
        except queue.Empty:
            return
        try:
            sit_down(n, person, folder)
        except BaseException as e:  # a thread's end is silent: the caller must hear of it
            wrong.append(f"{person['card']}: {e!r}")


def main():
    readers, todo_file, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    os.makedirs(folder, exist_ok=True)
    todo, wrong = queue.Queue(), []
    with open(todo_file, encoding="utf-8") as f:
        for person in json.load(f):
            todo.put(person)
    desks = [threading.Thread(target=desk, args=(n, todo, folder, wrong)) for n in range(readers)]
    for d in desks:
        d.start()
    for d in desks:
        d.join()
    for w in wrong:
        print(w, file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
