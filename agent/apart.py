"""Where is read what may take for ever? In a process of its own, with limits of time and memory.

What strangers send is read by parsers and patterns, ours and others'. One that loses itself must
take neither the event loop along nor the memory, and it ends at once where its task is called off.
"""

from __future__ import annotations

import asyncio
import math
import resource
import signal
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from agent.documents import Fault
from agent.errors import AgentError, BrokenOffError, SourceError
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext

    from agent.types import BackendSpec

    Outcome = tuple[bool, object]

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 30
"""Of processor time."""
_GRACE = 1
"""Seconds more until that ends it for good: what ends it before can be told from being killed."""
PATIENCE = 120
"""Seconds that it may take on a machine that does much else."""
SMALL = 20
"""Entities of a plan that nobody waits for."""
MEMORY = 2**30
"""Bytes that it may take, beside what its process has from the beginning."""


_KILLED = (
    "the process that read the request was killed twice (is there too little memory?); to try once"
    " more, send the request again"
)


async def aside(
    spec: BackendSpec, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call what works on a plan: in a thread where that is large, so that the loop goes on."""
    if len(spec.entities) <= SMALL:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)


async def apart(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of a module in a process of its own; all that it takes and gives is pickled.

    A process that is killed from outside says nothing of what it read, so another one begins anew.

    Raises:
        SourceError: it took too long, or too much memory.
        AgentError: what the function raised.
        BrokenOffError: the process was killed, and the one that began anew, too.
        RuntimeError: the function raised something else, or the process broke off.

    """
    try:
        return await _once(function, *args, **kwargs)
    except BrokenOffError:
        return await _once(function, *args, **kwargs)


async def _once(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    receiver, sender = forking().Pipe(duplex=False)
    process = forking().Process(target=_work, args=(sender, function, args, kwargs), daemon=True)
    try:
        await to_its_end(asyncio.to_thread(process.start))
        sender.close()  # with the process's own end it is over
        async with asyncio.timeout(PATIENCE):
            await _something_in(receiver)
            is_fine, outcome = await asyncio.to_thread(receiver.recv)
    except EOFError:
        await asyncio.to_thread(process.join)
        raise _broken_off(process.exitcode) from None
    except TimeoutError:
        raise _too_much(f"{PATIENCE} seconds") from None
    finally:
        sender.close()
        if process.pid is not None:
            process.kill()
            await to_its_end(asyncio.to_thread(process.join))
        receiver.close()
    if is_fine:
        found: T = outcome
        return found
    raise outcome


async def _something_in(receiver: Connection) -> None:
    """Wait until there is something to receive, if only that it is closed."""
    loop = asyncio.get_running_loop()
    there = asyncio.Event()
    loop.add_reader(receiver.fileno(), there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(receiver.fileno())


def _work(
    sender: Connection,
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    """Do it, in the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted ends it
    has = resource.getrusage(resource.RUSAGE_SELF)
    seconds = SECONDS + math.ceil(has.ru_utime + has.ru_stime)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _GRACE))
    bound_memory(MEMORY)
    try:
        outcome: Outcome = True, function(*args, **kwargs)
    except MemoryError:
        outcome = False, _too_much(f"{MEMORY // 2**20} MiB of memory")
    except Exception as error:  # noqa: BLE001 - told where it can be seen
        outcome = False, passed_on(error)
    sender.send(outcome)


def passed_on(error: Exception) -> Exception:
    """Return an error as another process is told of it: whole, where it is one of ours."""
    if isinstance(error, AgentError):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def bound_memory(most: int) -> None:
    """Let this process take so many bytes at most, beside what it has: more is a MemoryError."""
    with suppress(ValueError, OSError):  # of macOS, which has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_size() + most, _size() + most))


def _size() -> int:
    """Return how many bytes of addresses the process has."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _broken_off(exit_code: int | None) -> Exception:
    if exit_code == -signal.SIGXCPU:
        return _too_much(f"{SECONDS} seconds of a processor")
    if exit_code == -signal.SIGKILL:
        return BrokenOffError(_KILLED)
    return RuntimeError(f"what read it broke off with {exit_code}")


def _too_much(what: str) -> SourceError:
    message = f"reading it took more than {what}, and was given up"
    fault = Fault(code="too-dear", message=message, expected="a smaller or simpler source")
    return SourceError([fault])


@cache
def forking() -> ForkServerContext:
    """Return what forks processes, from one that has read before and does nothing else."""
    import multiprocessing  # noqa: PLC0415 - only a service pays for it

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["agent.planner.warm", "agent.emitter.project"])
    return context
