#!/usr/bin/env python3
"""What a program of the same user can try on a process: its memory, its descriptors, its core. One line of JSON: what each way
came to, "ok" or the error's name. Run without any capability, as a person's programs are."""
import ctypes
import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 16, 17, 0x4206, 0x4207
PIDFD_GETFD, PIDFD_OPEN = 438, 434


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("n", ctypes.c_size_t)]


def called(rc):
    if rc < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return rc


def ptrace(how, pid):
    called(libc.ptrace(how, pid, None, None))
    if how == PTRACE_SEIZE:
        called(libc.ptrace(PTRACE_INTERRUPT, pid, None, None))
    os.waitpid(pid, 0x40000000)  # __WALL; only who has stopped can be let go
    libc.ptrace(PTRACE_DETACH, pid, None, None)


def where(pid):
    """An address that is there, if the map can be read; else any."""
    try:
        with open(f"/proc/{pid}/maps") as f:
            return next(int(l.split("-")[0], 16) for l in f if " rw" in l)
    except OSError:
        return 0x400000


def vector(call, pid):
    room = ctypes.create_string_buffer(64)
    ours, theirs = Vector(ctypes.addressof(room), 64), Vector(where(pid), 64)
    called(call(pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0))


def read_mem(pid, flags):
    fd = os.open(f"/proc/{pid}/mem", flags)
    os.lseek(fd, where(pid), 0)
    os.read(fd, 16)


def steal_fd(pid):
    fd = called(libc.syscall(PIDFD_OPEN, pid, 0))
    called(libc.syscall(PIDFD_GETFD, fd, 0, 0))


def read(path):
    with open(path, "rb") as f:
        f.read(1)


def gcore(pid):
    if shutil.which("gcore") is None:
        raise OSError(errno.ENOSYS, "no gcore here")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcore", "-o", os.path.join(folder, "core"), str(pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.listdir(folder):
            raise OSError(errno.EPERM, "no core was written")


WAYS = {
    "ptrace attach": lambda pid: ptrace(PTRACE_ATTACH, pid),
    "ptrace seize": lambda pid: ptrace(PTRACE_SEIZE, pid),
    "process_vm_readv": lambda pid: vector(libc.process_vm_readv, pid),
    "process_vm_writev": lambda pid: vector(libc.process_vm_writev, pid),
    "mem, to read": lambda pid: read_mem(pid, os.O_RDONLY),
    "mem, to write": lambda pid: read_mem(pid, os.O_RDWR),
    "maps": lambda pid: read(f"/proc/{pid}/maps"),
    "environ": lambda pid: read(f"/proc/{pid}/environ"),
    "the descriptors": lambda pid: os.readlink(f"/proc/{pid}/fd/0"),
    "a descriptor taken over": steal_fd,
    "gcore": gcore,
    "the core limit raised": lambda pid: resource.prlimit(pid, resource.RLIMIT_CORE, (1 << 20, 1 << 20)),
}


def tried(way, pid):
    try:
        WAYS[way](pid)
        return "ok"
    except OSError as e:
        return errno.errorcode.get(e.errno, "?")


print(json.dumps({way: tried(way, int(sys.argv[1])) for way in WAYS}))
