"""Does a job stay within what the sandbox gives it, and is it gone afterwards?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from agent.documents import FileType, GeneratedFile, Isolation
from agent.errors import ReportError, SandboxError
from agent.paths import checked_path
from agent.prover import bubblewrap
from agent.prover.removal import remove
from agent.sandbox import JobOutcome, Limits, Sandbox, Workspace
from agent.workspace import LARGEST_REPORT

MEBIBYTE = 2**20
SANDBOX = Sandbox()
"""Where a test needs none of its own: starting one takes longer than most jobs."""


def source(path: str, content: str) -> GeneratedFile:
    return GeneratedFile(path=path, content=content, type=FileType.CONFIG)


def run(
    program: str,
    *,
    timeout: float = 20,
    limits: Limits | None = None,
    env: dict[str, str] | None = None,
    sandbox: Sandbox = SANDBOX,
) -> JobOutcome:
    async def job() -> JobOutcome:
        where = Sandbox(limits=limits) if limits else sandbox
        async with where.workspace([source("main.py", program)]) as workspace:
            return await workspace.run([sys.executable, "main.py"], timeout=timeout, env=env)

    return asyncio.run(job())


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def is_gone_soon(pid: int) -> bool:
    until = time.monotonic() + 5
    while is_running(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_a_job_sees_our_environment_and_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "very-secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    outcome = run(
        "import json, os; print(json.dumps(dict(os.environ)))", env={"DATABASE_URL": "given"}
    )
    seen = json.loads(outcome.stdout)
    assert seen.pop("DATABASE_URL") == "given"
    assert set(seen) == {
        "PATH",
        "HOME",
        "LOGNAME",
        "TMPDIR",
        "LANG",
        "NO_COLOR",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHASHSEED",
        "PYTHONNOUSERSITE",
        "PYTHONSAFEPATH",
        "PYTHONUTF8",
    }
    assert seen["HOME"] != os.environ.get("HOME")
    assert "very-secret" not in outcome.stdout


@pytest.mark.parametrize("bubblewrap", [True, False])
def test_the_name_of_the_user_is_no_reason_to_ask_the_system(*, bubblewrap: bool) -> None:
    sandbox = Sandbox(bubblewrap=bubblewrap)
    try:
        outcome = run("import getpass; print(getpass.getuser())", sandbox=sandbox)
    finally:
        sandbox.close()
    assert outcome.stdout.strip() == "nobody"
    assert not outcome.refused  # systemd's name service would be asked by calls that are


def test_output_exit_code_and_closed_input() -> None:
    program = "import sys; print(repr(sys.stdin.read())); print('err', file=sys.stderr); exit(3)"
    outcome = run(program)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (3, "''\n", "err\n")
    assert not outcome.timed_out
    assert not outcome.truncated
    assert 0 < outcome.seconds < 20


def test_time_out_kills_the_job() -> None:
    outcome = run("import time; print('begun', flush=True); time.sleep(600)", timeout=0.5)
    assert outcome.timed_out
    assert outcome.exit_code == -signal.SIGKILL
    assert outcome.stdout == "begun\n"
    assert 0.5 <= outcome.seconds < 20


def test_a_job_is_one_process() -> None:
    outcome = run("import subprocess; subprocess.run(['/bin/true'])")
    assert outcome.exit_code == 1
    assert set(outcome.refused) <= {"clone", "fork", "vfork"}
    assert sum(outcome.refused.values()) >= 1


def test_without_confinement_children_do_not_outlive_their_job() -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid)\n"
    )

    async def job() -> JobOutcome:
        sandbox = Sandbox(unsafe=True)
        assert sandbox.isolation is Isolation.NONE
        async with sandbox.workspace([source("main.py", program)]) as workspace:
            outcome = await workspace.run([sys.executable, "main.py"])
        sandbox.close()
        return outcome

    outcome = asyncio.run(job())
    assert outcome.exit_code == 0, outcome.stderr
    assert is_gone_soon(int(outcome.stdout))


def test_cancelling_the_waiting_task_kills_the_job(tmp_path: Path) -> None:
    program = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"

    async def scenario() -> int:
        sandbox = Sandbox(parent=tmp_path, bubblewrap=False)
        workspaces: list[Workspace] = []

        async def job() -> None:
            async with sandbox.workspace([source("main.py", program)]) as workspace:
                workspaces.append(workspace)
                await workspace.run([sys.executable, "main.py"])

        task = asyncio.create_task(job())
        while not (workspaces and read(workspaces[0].root / "pid")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        pid = int(read(workspaces[0].root / "pid"))
        assert is_running(pid)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not workspaces[0].folder.exists()
        sandbox.close()
        return pid

    assert is_gone_soon(asyncio.run(scenario()))
    assert not list(tmp_path.iterdir())


def test_a_folder_is_gone_though_its_task_is_cancelled_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def slowly(folder: Path) -> bool:
        began.set()
        time.sleep(0.2)
        return remove(folder)

    async def scenario() -> None:
        sandbox = Sandbox(parent=tmp_path, bubblewrap=False)
        await sandbox.prover()
        monkeypatch.setattr("agent.sandbox.remove", slowly)
        workspaces: list[Workspace] = []

        async def job() -> None:
            async with sandbox.workspace([]) as workspace:
                workspaces.append(workspace)

        task = asyncio.create_task(job())
        await asyncio.to_thread(began.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not workspaces[-1].folder.exists()
        sandbox.close()

    asyncio.run(scenario())


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize("bubblewrap", [False, True])
def test_what_runs_is_gone_when_the_agent_is(bubblewrap: bool, tmp_path: Path) -> None:  # noqa: FBT001 - parametrized
    """Killed, it can clean up nothing itself."""
    agent = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from agent.sandbox import Sandbox\n"
        "async def main():\n"
        f"    sandbox = Sandbox(bubblewrap={bubblewrap}, parent=Path({str(tmp_path)!r}))\n"
        "    async with sandbox.workspace(()) as workspace, sandbox.folder() as ours:\n"
        "        (ours / 'socket').touch()\n"
        "        print(sandbox.wrapped, sandbox._prover.pid, flush=True)\n"
        '        program = \'open("begun", "w"); import time; time.sleep(600)\'\n'
        "        await workspace.run([sys.executable, '-c', program])\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", agent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        wrapped, prover = process.stdout.readline().decode().split()
        if wrapped != str(bubblewrap):
            process.kill()
            pytest.skip("there is no bubblewrap that works")
        until = time.monotonic() + 20
        while not list(tmp_path.rglob("begun")) and time.monotonic() < until:
            time.sleep(0.01)
        running = descendants(int(prover))
        process.kill()
    assert len(running) >= 2
    assert all(is_gone_soon(pid) for pid in running)
    assert not list(tmp_path.iterdir())


def descendants(pid: int) -> list[int]:
    """Give a process and all that it started, and those started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *(each for child in found.split() for each in descendants(int(child)))]


def test_a_prover_that_dies_is_noticed_and_replaced() -> None:
    async def scenario() -> JobOutcome:
        sandbox = Sandbox(bubblewrap=False)
        async with sandbox.workspace(()) as workspace:
            job = asyncio.create_task(
                workspace.run([sys.executable, "-c", "import time; time.sleep(600)"])
            )
            await asyncio.sleep(0.2)
            os.kill((await sandbox.prover()).pid, signal.SIGKILL)
            with pytest.raises(SandboxError, match="prover died"):
                await job
        async with sandbox.workspace(()) as workspace:
            outcome = await workspace.run([sys.executable, "-c", "print('again')"])
        sandbox.close()
        return outcome

    assert asyncio.run(scenario()).stdout == "again\n"


def test_a_sandbox_serves_one_event_loop_after_the_other() -> None:
    sandbox = Sandbox()

    async def job() -> tuple[int, str]:
        async with sandbox.workspace(()) as workspace:
            outcome = await workspace.run([sys.executable, "-c", "print('here')"])
            return (await sandbox.prover()).pid, outcome.stdout

    first, second = asyncio.run(job()), asyncio.run(job())
    sandbox.close()
    assert first == second
    assert first[1] == "here\n"


def test_a_sandbox_that_does_not_hold_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def job() -> None:
        sandbox = Sandbox(bubblewrap=False)
        # as if the kernel had no Landlock: everything can be read
        monkeypatch.setattr(sandbox, "readable", ("/",))
        async with sandbox.workspace(()):
            pytest.fail("a workspace was made")

    with pytest.raises(SandboxError, match=r"does not hold.*lists the root folder"):
        asyncio.run(job())


def test_modules_are_imported_once_for_all_jobs() -> None:
    sandbox = Sandbox()

    async def job() -> list[str]:
        program = "import sys; print('colorsys' in sys.modules)"
        seen = []
        for warm in ((), ("colorsys", "no_such_module"), ()):
            async with sandbox.workspace(()) as workspace:
                outcome = await workspace.run([sys.executable, "-c", program], warm=warm)
                seen.append(outcome.stdout.strip())
        sandbox.close()
        return seen

    assert asyncio.run(job()) == ["False", "True", "True"]


def test_a_job_inherits_what_it_is_given_and_nothing_else() -> None:
    program = (
        "import os, socket\n"
        "print(socket.socket(fileno=3).recv(100).decode())\n"
        "for number in range(4, 300):\n"
        "    try: print(number, os.fstat(number))\n"
        "    except OSError: pass\n"
    )

    async def job() -> JobOutcome:
        sandbox = Sandbox()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.send(b"from outside")
            async with sandbox.workspace([source("main.py", program)]) as workspace:
                arguments = [sys.executable, "main.py"]
                outcome = await workspace.run(arguments, given=[theirs.fileno()])
        sandbox.close()
        return outcome

    outcome = asyncio.run(job())
    assert outcome.stdout == "from outside\n", outcome.stderr


PROGRAMS = {
    "code": (["-c", "import sys; print(sys.argv[1:], __name__); sys.exit(4)", "a"], 4),
    "file": (["main.py", "a"], 0),
    "module": (["-m", "package.tool", "a"], 0),
    "text as exit code": (["-c", "raise SystemExit('so it is')"], 1),
    "exception": (["-c", "1 / 0"], 1),
    "hard exit": (["-c", "import os; os._exit(9)"], 9),
    "at exit": (["-c", "import atexit; atexit.register(print, 'at exit')"], 0),
    "threads": (
        [
            "-c",
            (
                "import threading, time\n"
                "threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()"
            ),
        ],
        0,
    ),
    "not there": (["-m", "no.such.module"], 1),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_forked_program_behaves_like_a_started_one(name: str, tmp_path: Path) -> None:
    arguments, code = PROGRAMS[name]
    content = "import sys\nprint(sys.argv, __name__, sys.stdin.read())\n"
    files = {"main.py": content, "src/package/__init__.py": "", "src/package/tool.py": content}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    started = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
        env={"PYTHONPATH": "src", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )

    async def job() -> JobOutcome:
        sandbox = SANDBOX
        given = [source(path, text) for path, text in files.items()]
        async with sandbox.workspace(given) as workspace:
            outcome = await workspace.run([sys.executable, *arguments], env={"PYTHONPATH": "src"})
            assert str(tmp_path) not in outcome.stdout
            shown = outcome.stdout.replace(str(workspace.root), str(tmp_path))
        sandbox.close()
        return replace(outcome, stdout=shown)

    forked = asyncio.run(job())
    assert (forked.exit_code, forked.stdout) == (started.returncode, started.stdout), forked.stderr
    assert started.returncode == code
    if name != "not there":  # only the interpreter itself has a shorter way to say it
        assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_memory_is_limited() -> None:
    outcome = run("bytearray(900 * 2**20)", limits=Limits(memory_bytes=600 * MEBIBYTE))
    assert outcome.exit_code == 1
    assert "MemoryError" in outcome.stderr


def test_processor_time_is_limited() -> None:
    outcome = run("while True: pass", limits=Limits(cpu_seconds=1))
    assert outcome.exit_code < 0
    assert not outcome.timed_out


def test_file_size_is_limited_and_the_output_is_a_file_too() -> None:
    limits = Limits(file_bytes=2 * MEBIBYTE, output_bytes=10_000)
    written = run("open('big', 'wb').write(bytes(3 * 2**20))", limits=limits)
    assert written.exit_code == 1
    assert "File too large" in written.stderr

    endless = run("while True: print('y' * 1000)", limits=limits)
    assert endless.exit_code != 0
    assert endless.truncated
    assert len(endless.stdout) < 11_000


HIDING = (
    "import os, time\n"
    "kept = []\n"
    "for number in range(200):\n"
    "    kept.append(open('x', 'wb'))\n"
    "    os.remove('x')\n"
    "    kept[-1].write(bytes(2 ** 23))\n"
    "    kept[-1].flush()\n"
    "time.sleep(60)\n"
)


def test_what_a_job_hides_on_the_disk_is_limited_too() -> None:
    # Nothing is to be spared but everything, so that what is left counts at once.
    limits = Limits(disk_bytes=64 * MEBIBYTE, spared_bytes=2**60)
    outcome = run(HIDING, limits=limits)
    assert outcome.overfull
    assert outcome.exit_code == -signal.SIGKILL
    assert outcome.seconds < 15


def test_a_disk_with_little_room_leaves_a_job_its_share() -> None:
    limits = Limits(disk_bytes=2**50, spared_bytes=2**60)
    outcome = run(
        "import time; open('x', 'wb').write(bytes(2 ** 20)); time.sleep(0.4)", limits=limits
    )
    assert (outcome.exit_code, outcome.overfull) == (0, False)


def test_open_files_are_limited_and_no_core_is_dumped() -> None:
    program = (
        "from resource import RLIMIT_CORE, RLIMIT_NOFILE, getrlimit\n"
        "print(getrlimit(RLIMIT_CORE), getrlimit(RLIMIT_NOFILE))"
    )
    assert run(program, limits=Limits(open_files=64)).stdout == "(0, 0) (64, 64)\n"


def test_long_output_keeps_its_beginning_and_its_end() -> None:
    outcome = run(
        "print('first'); print('x' * 50_000); print('last')", limits=Limits(output_bytes=1000)
    )
    assert outcome.truncated
    assert outcome.stdout.startswith("first\n")
    assert outcome.stdout.endswith("last\n")
    assert "bytes left out" in outcome.stdout
    assert len(outcome.stdout) < 1100


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../outside",
        "src/../../outside",
        "src/./app.py",
        "src//app.py",
        "src/",
        "src\\app.py",
        "C:/app.py",
        "nul\x00.py",
        "line\nbreak.py",
        "a" * 201,
    ],
)
def test_unsafe_paths_are_refused_before_anything_is_left(path: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="safe project path"):
        checked_path(path)

    async def write() -> None:
        sandbox = Sandbox(parent=tmp_path)
        try:
            async with sandbox.workspace([source(path, "")]):
                pytest.fail("the workspace was made")
        finally:
            sandbox.close()

    with pytest.raises(SandboxError):
        asyncio.run(write())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("paths", [("a.py", "a.py"), ("a", "a/b.py")])
def test_clashing_paths_are_refused(paths: tuple[str, str]) -> None:
    async def write() -> None:
        async with SANDBOX.workspace([source(path, "") for path in paths]):
            pytest.fail("the workspace was made")

    with pytest.raises(SandboxError, match="cannot be written"):
        asyncio.run(write())


def test_the_workspace_is_removed_though_the_job_locked_it(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "os.makedirs('deep/er'); open('deep/er/file', 'w').close()\n"
        "os.umask(0); os.mkdir('deep/locked', 0); os.mkdir('locked', 0)\n"
    )

    async def job() -> None:
        files = [source("main.py", program)]
        sandbox = Sandbox(parent=tmp_path)
        async with sandbox.workspace(files) as workspace:
            outcome = await workspace.run([sys.executable, "main.py"])
            assert outcome.exit_code == 0, outcome.stderr
        assert not workspace.folder.exists()
        sandbox.close()

    asyncio.run(job())
    assert not list(tmp_path.iterdir())
    assert Path("/etc").is_dir()


@pytest.mark.skipif(os.name != "posix", reason="users are a thing of POSIX")
def test_locked_folders_are_removed_for_an_ordinary_user_too() -> None:
    before, nobody = os.geteuid(), 65534
    if before == 0:
        os.seteuid(nobody)  # to root nothing is locked
    try:
        folder = Path(tempfile.mkdtemp())
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "file").touch()
        (folder / "link").symlink_to("/etc")
        (folder / "deep" / "er").chmod(0)
        (folder / "deep").chmod(0)
        folder.chmod(0)
        assert remove(folder)
    finally:
        os.seteuid(before)
    assert not folder.exists()
    assert Path("/etc/passwd").exists()


def test_results_are_read_without_following_links(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")

    async def job() -> list[str | None]:
        async with SANDBOX.workspace(()) as workspace:
            # What the sandbox keeps a job from making, it would not follow either.
            (workspace.scratch / "plain").write_text("result")
            (workspace.scratch / "link").symlink_to(secret)
            (workspace.scratch / "folder").mkdir()
            os.mkfifo(workspace.scratch / "pipe")
            return [workspace.read(name) for name in ("plain", "link", "pipe", "folder", "absent")]

    assert asyncio.run(job()) == ["result", None, None, None, None]


def test_a_report_that_is_too_large_is_not_read() -> None:
    async def job(size: int) -> int:
        async with SANDBOX.workspace(()) as workspace:
            target = workspace.scratch / "report"
            await workspace.run(
                [sys.executable, "-c", f"open({str(target)!r}, 'w').write('x' * {size})"]
            )
            return len(workspace.read("report") or "")

    assert asyncio.run(job(LARGEST_REPORT)) == LARGEST_REPORT
    with pytest.raises(ReportError, match="report is larger than 8 MiB"):
        asyncio.run(job(LARGEST_REPORT + 1))


VANDAL = (
    "import os, shutil\n"
    "open('kept.py', 'a').close()\n"
    "open('test_it.py', 'w').write('true = True')\n"
    "os.remove('conftest.py')\n"
    "os.remove('folder.py'); os.mkdir('folder.py')\n"
    "shutil.rmtree('migrations')\n"
    "for name in ('new.py', '../project/test_it.py'): open(name, 'a').write('x')\n"
)


def test_what_a_job_changes_is_its_own_copy_and_is_told() -> None:
    paths = ("kept.py", "test_it.py", "conftest.py", "folder.py", "migrations/m.py")
    files = [source("main.py", VANDAL), *(source(path, path) for path in paths)]

    async def job() -> tuple[JobOutcome, list[JobOutcome]]:
        look = f"print([open(path).read() for path in {paths}], len(os.listdir('.')))"
        argv = [sys.executable, "-c", f"import os; {look}"]
        async with SANDBOX.workspace(files) as beside:
            async with SANDBOX.workspace(files) as workspace:
                outcome = await workspace.run([sys.executable, "main.py"])
                seen = [await beside.run(argv)]
            async with SANDBOX.workspace(files) as after:
                return outcome, [*seen, await after.run(argv)]

    vandal, others = asyncio.run(job())
    assert vandal.exit_code == 0, vandal.stderr
    assert vandal.rewritten == (*("test_it.py", "conftest.py", "folder.py", "migrations/m.py"),)
    for other in others:
        assert other.stdout == f"{list(paths)} 6\n", other.stderr
        assert other.rewritten == ()


def test_a_program_that_is_not_there_says_so() -> None:
    async def job() -> JobOutcome:
        async with SANDBOX.workspace([]) as workspace:
            return await workspace.run(["no-such-program"])

    outcome = asyncio.run(job())
    assert outcome.exit_code == 127
    assert "no-such-program" in outcome.stderr


def test_the_sandbox_says_how_it_isolates() -> None:
    assert Sandbox().isolation is Isolation.SANDBOX
    assert Sandbox(unsafe=True).isolation is Isolation.NONE


def test_a_way_with_dots_is_made_plain_for_bubblewrap(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there" / "bin").mkdir(parents=True)
    (tmp_path / "there" / "python").symlink_to("bin")
    dotted = [f"{tmp_path}/here/../there/bin", f"{tmp_path}/here/../there/python"]
    command = bubblewrap.around("bwrap", dotted, ())
    assert not [each for each in command if ".." in each]
    there = f"{tmp_path}/there"
    assert command[command.index("--ro-bind") :][1:3] == [f"{there}/bin", f"{there}/bin"]
    assert command[command.index("--symlink") :][1:3] == ["bin", f"{there}/python"]
    assert f"{tmp_path}/here" in command  # the way over it leads there
