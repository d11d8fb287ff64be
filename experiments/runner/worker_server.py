"""Creation of worker processes; on Linux, forked from a server with libraries imported.

Workers are forked from it, so that imports are paid once and their memory is shared. The server
can be started ahead, to import while this process does.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol

from ..store.machine import available_cores
from .library_threads import limit_library_threads
from .worker_process import FORGET, FORK, NUMBER, WAIT, work_beside

_ANSWER_S = 300.0
"""How long the server may take: it imports first, on a machine that may be busy."""
_GONE_S = 5.0
"""How long the system may take to end a process that was killed."""
_START = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from importlib import import_module
try:
    import_module(sys.argv[2]).serve(int(sys.argv[3]), int(sys.argv[4]))
except MemoryError:  # whoever asks for a worker is told
    sys.exit(1)
"""


class Worker(Protocol):
    """A worker process. `connection`: through which it gets calls and sends answers."""

    connection: Any

    def end(self) -> None:
        """Kill it, stopped or not; it is gone afterwards."""
        ...

    def status(self) -> int:
        """Return the exit code of one that has ended, or minus the signal that ended it."""
        ...


class Forked:
    """A worker that the server forked."""

    def __init__(self, server: _Server) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._server, self._process = server, server.fork(theirs.fileno())
            self.connection = Connection(os.dup(ours.fileno()))

    def end(self) -> None:
        """Kill it, stopped or not; it is gone afterwards."""
        self.connection.close()
        with suppress(OSError):
            process = os.pidfd_open(self._process)
            try:
                os.kill(self._process, signal.SIGKILL)
                select.select([process], [], [], _GONE_S)
            finally:
                os.close(process)
            self._server.forget(self._process)

    def status(self) -> int:
        """Return the exit code of one that has ended, or minus the signal that ended it."""
        return self._server.status(self._process)


class Spawned:
    """A worker that imports all for itself: where there is no Linux."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work_beside, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def end(self) -> None:
        """Kill it, stopped or not; it is gone afterwards."""
        self.connection.close()
        self._process.kill()
        self._process.join(_GONE_S)

    def status(self) -> int:
        """Return the exit code of one that has ended, or minus the signal that ended it."""
        self._process.join(_GONE_S)
        return self._process.exitcode or 0


class _Server:
    """The process that forks workers."""

    def __init__(self) -> None:
        limit_library_threads()
        self._control, theirs = socket.socketpair()
        self._control.settimeout(_ANSWER_S)
        self._lock = threading.Lock()
        module = f"{__package__}.worker_process"
        arguments = [json.dumps(sys.path), module, str(theirs.fileno()), str(os.getpid())]
        # a new process begins with the signals blocked that were here: Ctrl-C is for this one
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _START, *arguments],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None and self._control.fileno() >= 0

    def fork(self, descriptor: int) -> int:
        """Return the process id of a new worker, which talks through the socket."""
        return self._ask(FORK + NUMBER.pack(0), [descriptor])

    def status(self, process: int) -> int:
        """Return how a worker ended, once it has; the signal SIGKILL where nobody can tell."""
        try:
            return self._ask(WAIT + NUMBER.pack(process), [])
        except OSError:
            return -int(signal.SIGKILL)

    def forget(self, process: int) -> None:
        """Let go of a worker that is gone; a server that is stopped holds nobody up."""
        with self._lock, suppress(OSError):
            self._control.send(FORGET + NUMBER.pack(process), socket.MSG_DONTWAIT)

    def end(self) -> None:
        """Close it; whatever it forked ends with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, request: bytes, descriptors: list[int]) -> int:
        with self._lock:
            try:
                socket.send_fds(self._control, [request], descriptors)
                answer = b""
                while len(answer) < NUMBER.size:
                    part = self._control.recv(NUMBER.size - len(answer))
                    if not part:
                        raise ConnectionResetError("the workers' server has ended")
                    answer += part
            except BaseException:  # an answer that was not read would be the next one's
                self.end()
                raise
        return int(NUMBER.unpack(answer)[0])


_server: _Server | None = None


def new_worker() -> Worker:
    """Start a worker process.

    Raises:
        OSError: there is no memory or no process left for it.
    """
    worker = Forked(_running()) if sys.platform == "linux" else Spawned()
    here = {"path": sys.path, "argv": sys.argv, "folder": os.getcwd()}
    worker.connection.send(here)
    return worker


def start_ahead(workers: int | None) -> None:
    """Start the server now if `workers` (None: one a core) will be more than one process."""
    if (workers or available_cores()) > 1 and sys.platform == "linux":
        _running()


def _running() -> _Server:
    global _server
    if _server is None or not _server.alive:
        _server = _Server()
        atexit.register(_server.end)
    return _server
