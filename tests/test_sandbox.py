"""Does a job stay within what the sandbox gives it, and is it gone afterwards?"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from agent.documents import FileType, GeneratedFile, Isolation
from agent.errors import SandboxError
from agent.sandbox import JobOutcome, Limits, Sandbox, _remove, checked_path

MEBIBYTE = 2**20


def source(path: str, content: str) -> GeneratedFile:
    return GeneratedFile(path=path, content=content, type=FileType.CONFIG)


def run(
    program: str,
    *,
    timeout: float = 20,
    limits: Limits | None = None,
    env: dict[str, str] | None = None,
) -> JobOutcome:
    async def job() -> JobOutcome:
        sandbox = Sandbox(limits=limits)
        async with sandbox.workspace([source("main.py", program)]) as workspace:
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


def test_output_exit_code_and_closed_input() -> None:
    program = "import sys; print(repr(sys.stdin.read())); print('err', file=sys.stderr); exit(3)"
    outcome = run(program)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (3, "''\n", "err\n")
    assert not outcome.timed_out
    assert not outcome.truncated
    assert 0 < outcome.seconds < 20


GRANDCHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
"""


def test_time_out_kills_the_job_and_its_children() -> None:
    outcome = run(GRANDCHILD + "time.sleep(600)", timeout=1.5)
    assert outcome.timed_out
    assert outcome.exit_code < 0
    pids = [int(pid) for pid in outcome.stdout.split()]
    assert len(pids) == 2
    assert all(is_gone_soon(pid) for pid in pids)


def test_children_do_not_outlive_a_job_that_ended_well() -> None:
    outcome = run(GRANDCHILD)
    assert outcome.exit_code == 0
    assert is_gone_soon(int(outcome.stdout.split()[1]))


def test_a_process_that_left_the_group_cannot_keep_us_waiting() -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(8)'],"
        " start_new_session=True)\n"
    )
    assert run(program).seconds < 6


def test_cancelling_the_waiting_task_kills_the_job(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys, time\npathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
    )

    async def scenario() -> int:
        ready = tmp_path / "pid"

        async def job() -> None:
            sandbox = Sandbox(parent=tmp_path)
            files = [source("main.py", program + "time.sleep(600)")]
            async with sandbox.workspace(files) as workspace:
                await workspace.run([sys.executable, "main.py", str(ready)])

        task = asyncio.create_task(job())
        while not (ready.exists() and ready.read_text()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return int(ready.read_text())

    pid = asyncio.run(scenario())
    assert is_gone_soon(pid)
    assert [path.name for path in tmp_path.iterdir()] == ["pid"]


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
        async with Sandbox(parent=tmp_path).workspace([source(path, "")]):
            pytest.fail("the workspace was made")

    with pytest.raises(SandboxError):
        asyncio.run(write())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("paths", [("a.py", "a.py"), ("a", "a/b.py")])
def test_clashing_paths_are_refused(paths: tuple[str, str]) -> None:
    async def write() -> None:
        async with Sandbox().workspace([source(path, "") for path in paths]):
            pytest.fail("the workspace was made")

    with pytest.raises(SandboxError, match="cannot be written"):
        asyncio.run(write())


def test_the_workspace_is_removed_though_the_job_locked_it(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "os.makedirs('deep/er'); open('deep/er/file', 'w').close()\n"
        "os.symlink('/etc', 'link')\n"
        "os.chmod('deep/er', 0); os.chmod('deep', 0)\n"
    )

    async def job() -> None:
        files = [source("main.py", program)]
        async with Sandbox(parent=tmp_path).workspace(files) as workspace:
            outcome = await workspace.run([sys.executable, "main.py"])
            assert outcome.exit_code == 0, outcome.stderr

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
        _remove(folder)
    finally:
        os.seteuid(before)
    assert not folder.exists()
    assert Path("/etc/passwd").exists()


def test_results_are_read_without_following_links(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    program = (
        "import os, sys\n"
        "os.chdir(sys.argv[1])\n"
        "open('plain', 'w').write('result')\n"
        "os.symlink(sys.argv[2], 'link'); os.mkfifo('pipe'); os.mkdir('folder')\n"
    )

    async def job() -> list[str | None]:
        async with Sandbox().workspace([source("main.py", program)]) as workspace:
            arguments = [sys.executable, "main.py", str(workspace.scratch), str(secret)]
            outcome = await workspace.run(arguments)
            assert outcome.exit_code == 0, outcome.stderr
            return [workspace.read(name) for name in ("plain", "link", "pipe", "folder", "absent")]

    assert asyncio.run(job()) == ["result", None, None, None, None]


def test_a_program_that_is_not_there_says_so() -> None:
    async def job() -> JobOutcome:
        async with Sandbox().workspace([]) as workspace:
            return await workspace.run(["no-such-program"])

    outcome = asyncio.run(job())
    assert outcome.exit_code == 127
    assert "no-such-program" in outcome.stderr


def test_the_sandbox_says_how_it_isolates() -> None:
    assert Sandbox().isolation is Isolation.PROCESS
