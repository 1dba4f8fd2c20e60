"""Code that attacks whoever runs it, and what is to come of it. Runs all of it in one sandbox.

``python -m tests.hostile MODE`` prints, as JSON, how each attack ended. The modes differ in what a
sandbox has to work with: see ``MODES``. A program prints ``through`` where it got what it wanted.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from agent.confine import seccomp, syscalls
from agent.confine.kernel import PR_SET_NO_NEW_PRIVS, prctl
from agent.documents import FileType, GeneratedFile
from agent.prover import process
from agent.sandbox import Limits, Sandbox

MEBIBYTE = 2**20
SECRET = "kept-by-the-agent"  # noqa: S105 - it is there to be looked for
LIMITS = Limits(
    cpu_seconds=2,
    memory_bytes=512 * MEBIBYTE,
    file_bytes=4 * MEBIBYTE,
    output_bytes=10_000,
    disk_bytes=8 * MEBIBYTE,
    threads=64,
)
SECONDS, SHORT = 40, 1
ORDINARY = 54321
# What a container engine's usual profile keeps from all who are not its administrator.
CONTAINER_REFUSES = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen"),
    *("fsconfig", "fsmount", "fspick", "mount_setattr", "keyctl", "add_key", "request_key", "bpf"),
    *("perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("swapon", "swapoff", "acct", "quotactl", "settimeofday", "clock_settime", "sethostname"),
    *("setdomainname", "open_by_handle_at", "iopl", "ioperm", "personality"),
)
CLONE_NEWUSER = 0x10000000

End = Literal["refused", "failed", "late", "full", "killed", "ended"]
"""A call was refused and told of; the program failed; its time, disk or processor ran out."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A program, and how it is to end. ``{...}`` are filled in: places and processes outside.

    What a container refuses already (``by_container``) it refuses without telling us.
    """

    end: End
    program: str
    by_container: bool = False

    @property
    def seconds(self) -> int:
        """Its time, which is to be up only where that is the end that it is to come to."""
        return SHORT if self.end == "late" else SECONDS


@dataclass(frozen=True, slots=True)
class Seen:
    """How an attack ended, as the trusted side saw it."""

    ends: list[str]
    through: bool
    leaked: bool
    printed: str
    left: list[str]


def _call(number: str, *arguments: str) -> str:
    """Write a program that makes one system call by its number on x86_64."""
    return (
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"if libc.syscall({', '.join((number, *arguments))}) >= 0: print('through')\n"
    )


ATTACKS = {
    "environment": Attack(
        "ended",
        "import os, pathlib\n"
        "print(dict(os.environ))\n"
        "for name in ('self', os.getpid(), os.getppid(), {agent}, 1):\n"
        "    try: print('through' * len(pathlib.Path(f'/proc/{{name}}/environ').read_bytes()))\n"
        "    except OSError: pass\n",
    ),
    "neighbours": Attack(
        "failed",
        "import os\nprint('through', [name for name in os.listdir('/proc') if name.isdecimal()])",
    ),
    "network": Attack(
        "refused",
        "import socket\nsocket.create_connection(('127.0.0.1', {port})).sendall(b'x')\n"
        "print('through')",
    ),
    "datagrams": Attack(
        "refused",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', "
        "('127.0.0.1', {port}))\nprint('through')",
    ),
    "local socket": Attack(
        "refused",
        "import socket\nconnection = socket.socket(socket.AF_UNIX)\n"
        "connection.connect({socket!r})\nprint('through')",
    ),
    "server": Attack(
        "refused",
        "import socket\nserver = socket.socket(socket.AF_UNIX)\n"
        "server.bind('here.sock')\nprint('through')",
    ),
    "secret file": Attack("failed", "print('through', open({secret!r}).read())"),
    "password file": Attack("failed", "print('through', open('/etc/shadow').read())"),
    "home": Attack("failed", "import os\nprint('through', os.listdir({home!r}))"),
    "write outside": Attack("failed", "open({outside!r} + '/x', 'w')\nprint('through')"),
    "write to tools": Attack(
        "failed",
        "import agent, pathlib\n"
        "pathlib.Path(agent.__file__).with_name('later.py').write_text('')\nprint('through')",
    ),
    "shared memory": Attack("failed", "open('/dev/shm/x', 'w')\nprint('through')"),
    "fork bomb": Attack("refused", "import os\nwhile True: os.fork()"),
    "daemon": Attack(
        "refused",
        "import os, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    print('through', flush=True)\n    time.sleep(60)",
    ),
    "subprocess": Attack(
        "refused", "import subprocess\nsubprocess.run(['/bin/true'])\nprint('through')"
    ),
    "threads without end": Attack(
        "failed",
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    ),
    "memory": Attack("failed", "held = []\nwhile True: held.append(bytearray(2 ** 24))"),
    "processor": Attack("killed", "while True: pass"),
    "sleep": Attack("late", "import time\ntime.sleep(600)"),
    "deaf sleep": Attack(
        "late",
        "import signal, time\n"
        "for number in signal.valid_signals() - {{9, 19}}:\n"
        "    signal.signal(number, lambda *_: None)\n"
        "while True: time.sleep(600)",
    ),
    "one large file": Attack("failed", "open('x', 'wb').write(bytes(2 ** 25))\nprint('through')"),
    "many files": Attack(
        "full",
        "import time\n"
        "for number in range(100):\n    open(f'x{{number}}', 'wb').write(bytes(2 ** 20))\n"
        "time.sleep(60)",
    ),
    # Names, not files: a disk may take longer to make so many files than the job's processor time.
    "many names of an empty file": Attack(
        "full",
        "import os, time\nopen('x', 'wb').close()\n"
        "for number in range(10_000): os.link('x', f'x{{number}}')\n"
        "time.sleep(60)",
    ),
    "allocate": Attack(
        "failed",
        "import ctypes, os\nfile = os.open('x', os.O_CREAT | os.O_RDWR)\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.syscall(285, file, 0, ctypes.c_long(0), ctypes.c_long(2 ** 20)) == 0:\n"
        "    print('through')\n"
        "raise OSError(ctypes.get_errno(), 'nothing was allocated')",
    ),
    "prints without end": Attack("failed", "while True: print('y' * 10_000)"),
    "open files": Attack(
        "failed", "held = []\nwhile True: held.append(open('x' + str(len(held)), 'w'))"
    ),
    "link out": Attack(
        "failed", "import os\nos.symlink({secret!r}, 'link')\nprint('through', open('link').read())"
    ),
    "hard link out": Attack(
        "failed", "import os\nos.link({secret!r}, 'link')\nprint('through', open('link').read())"
    ),
    "device": Attack("refused", "import os\nos.mknod('disk', 0o60666, os.makedev(254, 0))"),
    "kill the parent": Attack("refused", "import os\nos.kill(os.getppid(), 9)\nprint('through')"),
    "kill the agent": Attack("refused", "import os\nos.kill({agent}, 9)\nprint('through')"),
    "kill everybody": Attack("refused", "import os\nos.kill(-1, 9)\nprint('through')"),
    "trace": Attack("refused", _call("101", "16", "{agent}", "0", "0")),
    "read memory": Attack("refused", _call("310", "{agent}", "0", "0", "0", "0", "0")),
    "namespace": Attack("refused", _call("272", "0x10000000"), by_container=True),
    "mount": Attack(
        "refused",
        _call("165", "b'none'", "b'/'", "b'tmpfs'", "0", "0"),
        by_container=True,
    ),
    "io_uring": Attack(
        "refused",
        _call("425", "8", "ctypes.create_string_buffer(120)"),
        by_container=True,
    ),
    "be root": Attack("refused", "import os\nos.setresuid(0, 0, 0)\nprint('through')"),
    "raise limits": Attack(
        "failed",
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2 ** 40, 2 ** 40))\n"
        "print('through')",
    ),
    "limits of others": Attack("refused", _call("302", "{agent}", "7", "0", "0")),
    "permissions": Attack("failed", "import os\nos.chmod({secret!r}, 0o777)\nprint('through')"),
    "times": Attack("failed", "import os\nos.utime({secret!r}, (0, 0))\nprint('through')"),
    "truncate": Attack("failed", "import os\nos.truncate({secret!r}, 0)\nprint('through')"),
    "signal by descriptor": Attack(
        "refused",
        "import fcntl, socket\nours, theirs = socket.socketpair()\n"
        "fcntl.fcntl(ours, 8, {agent})\nfcntl.fcntl(ours, 10, 9)\nprint('through')",
    ),
    "datagram to a path": Attack(
        "refused",
        "import socket\n"
        "ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "ours.sendto(b'x', {socket!r})\nprint('through')",
    ),
    "processors of others": Attack(
        "refused", "import os\nos.sched_setaffinity({agent}, {{0}})\nprint('through')"
    ),
    "outlive the prover": Attack("refused", _call("157", "1", "0", "0", "0", "0")),
    "a filter of its own": Attack("refused", _call("157", "22", "2", "0", "0", "0")),
    "deep folders": Attack(
        "full",
        "import os, time\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')\ntime.sleep(60)",
    ),
    "paths too long": Attack(
        "full",
        "import os, time\nname = 'd' * 250\n"
        "for _ in range(20): os.mkdir(name); os.chdir(name)\n"
        "for number in range(12): open(str(number), 'wb').write(bytes(2 ** 20))\n"
        "time.sleep(60)",
    ),
    "direct reads of its output": Attack(
        "ended", "import fcntl\nprint('here', flush=True)\nfcntl.fcntl(1, fcntl.F_SETFL, 0o40000)"
    ),
    "set-user-id": Attack(
        "refused", "import os\nos.execv('/usr/bin/su', ['su', '-c', 'echo through'])"
    ),
    "another architecture": Attack(
        "killed",
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "code.write(bytes.fromhex('b814000000cd80c3'))\n"  # getpid of 32-bit x86
        "address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "print('through', ctypes.CFUNCTYPE(ctypes.c_int)(address)())",
    ),
}


class Mode(NamedTuple):
    """As whom, with what around it, under a profile like Docker's, with the first Landlock."""

    ordinary: bool = False
    bubblewrap: bool = False
    contained: bool = False
    old: bool = False


MODES = {
    "root, bubblewrap": Mode(bubblewrap=True),
    "root": Mode(),
    "user, bubblewrap": Mode(ordinary=True, bubblewrap=True),
    "user": Mode(ordinary=True),
    "root in a container": Mode(bubblewrap=True, contained=True),
    "user in a container": Mode(ordinary=True, bubblewrap=True, contained=True),
    "root on an old kernel": Mode(old=True),
    "user on an old kernel": Mode(ordinary=True, old=True),
}
# The rules that the first version of the interface knows: what came later is not asked for.
WITH_OLD_LANDLOCK = (
    "from agent.confine import landlock\n"
    "from agent.prover.__main__ import main\n"
    "landlock.version = lambda: 1\n"
    "main()\n"
)


def main() -> None:
    """Run every attack in the mode that the first argument names."""
    ordinary, bubblewrap, contained, old = MODES[sys.argv[1]]
    if ordinary and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(ORDINARY, ORDINARY, ORDINARY)
        os.setresuid(ORDINARY, ORDINARY, ORDINARY)
    if contained:
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        refused = {name: syscalls.REFUSED[name] for name in CONTAINER_REFUSES}
        seccomp.refuse_always(refused, clone_flags=CLONE_NEWUSER)
    if old:
        process.PROGRAM = (sys.executable, "-c", WITH_OLD_LANDLOCK)
    os.environ["API_KEY"] = SECRET
    seen = asyncio.run(_all(bubblewrap=bubblewrap))
    sys.stdout.write(json.dumps({name: asdict(each) for name, each in seen.items()}))


async def _all(*, bubblewrap: bool) -> dict[str, Seen]:
    with tempfile.TemporaryDirectory() as name:
        outside = Path(name)
        (outside / "jobs").mkdir()
        (outside / "home").mkdir()
        (outside / "secret").write_text(SECRET)
        local, remote = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET)
        local.bind(str(outside / "socket"))
        remote.bind(("127.0.0.1", 0))
        for server in (local, remote):
            server.listen()
            threading.Thread(target=_greet, args=(server,), daemon=True).start()
        places = {
            "agent": os.getpid(),
            "port": remote.getsockname()[1],
            "socket": str(outside / "socket"),
            "secret": str(outside / "secret"),
            "home": str(outside / "home"),
            "outside": str(outside),
        }
        sandbox = Sandbox(limits=LIMITS, parent=outside / "jobs", bubblewrap=bubblewrap)
        try:
            slots = asyncio.Semaphore(2)
            attacks = (_one(sandbox, slots, each, places) for each in ATTACKS.values())
            return dict(zip(ATTACKS, await asyncio.gather(*attacks), strict=True))
        finally:
            sandbox.close()
            local.close()
            remote.close()


async def _one(
    sandbox: Sandbox, slots: asyncio.Semaphore, attack: Attack, places: dict[str, object]
) -> Seen:
    file = GeneratedFile(
        path="main.py", content=attack.program.format(**places), type=FileType.CONFIG
    )
    async with slots:
        async with sandbox.workspace([file]) as workspace:
            outcome = await workspace.run([sys.executable, "main.py"], timeout=attack.seconds)
            folder, identity = workspace.folder, workspace.folder.stat().st_uid
        left = [str(folder)] * folder.exists() + _processes(identity)
    ends = {
        "refused": bool(outcome.refused),
        "failed": outcome.exit_code > 0,
        "late": outcome.timed_out,
        "full": outcome.overfull,
        "killed": outcome.exit_code < 0 and not (outcome.timed_out or outcome.overfull),
    }
    printed = outcome.stdout + outcome.stderr
    return Seen(
        ends=[name for name, is_so in ends.items() if is_so] or ["ended"],
        through="through" in outcome.stdout,
        leaked=SECRET in printed,
        printed=printed[-600:],
        left=left,
    )


def _processes(identity: int) -> list[str]:
    """Name the processes of a job's own identity: none may be left.

    Another agent on this machine may happen to use the same identity just now.
    """
    if identity == os.getuid():
        return []  # nothing tells them from our own; in this mode a job cannot start any
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdecimal() and folder.stat().st_uid == identity:
                above = _parents(folder)
                if len(above) == 1 or os.getpid() in above:
                    found.append(f"process {folder.name}")
    return found


def _parents(process: Path) -> list[int]:
    """Give the processes above one, up to the first of all: that alone is above an orphan."""
    found = []
    while process.name != "1":
        parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        found.append(parent)
        process = process.with_name(str(parent))
    return found


def _greet(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            server.accept()[0].close()


if __name__ == "__main__":
    main()
