"""Main loops of worker processes and, on Linux, of the server that forks them.

The server is started once, imports the libraries, and forks a worker whenever it is asked. It talks
through a socket without a name, workers through one each: no kill of any of them leaves a file, a
socket or a semaphore behind. Each ends when its parent does, stopped or not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
import sys
import threading
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from ...sim.errors import RetrowalkError

FORK, WAIT, FORGET = b"F", b"W", b"N"
NUMBER = struct.Struct("=q")
_PR_SET_PDEATHSIG = 1


def serve(descriptor: int, parent: int) -> None:
    """Fork workers for the process at the other end of the socket, until it ends."""
    _end_with(parent)
    control = socket.socket(fileno=descriptor)
    with contextlib.suppress(ImportError, MemoryError):
        import_module(f"{__package__}.worker_imports")
    me = os.getpid()
    while True:
        try:
            request, sockets, _, _ = socket.recv_fds(control, 1 + NUMBER.size, 1)
            if not request:
                os._exit(0)
            if request[:1] == FORK:
                answer = os.fork()
                if not answer:
                    control.close()
                    _end_with(me)
                    _work(Connection(sockets[0]))
                os.close(sockets[0])
            else:
                answer = _status(int(NUMBER.unpack(request[1:])[0]))
                if request[:1] == FORGET:
                    continue
            control.sendall(NUMBER.pack(answer))
        except OSError:  # nobody listens any more, or there is no memory for a worker
            os._exit(1)


def work(connection: Any) -> None:
    """Call what comes through the connection and send back what it gives, until nothing comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    where: dict[str, Any] = connection.recv()
    sys.path[:], sys.argv[:] = where["path"], where["argv"]
    with contextlib.suppress(OSError):
        os.chdir(where["folder"])
    while True:
        try:
            call, arguments = connection.recv()
        except (EOFError, OSError):
            return
        except BaseException as error:  # what was sent cannot be read here
            connection.send((False, _sendable(error)))
            continue
        try:
            answer = True, call(*arguments)
        except BaseException as error:
            answer = False, _sendable(error)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        try:
            connection.send(answer)
        except OSError:  # the parent has ended
            return


def work_beside(connection: Any) -> None:
    """`work` in a process that was spawned; it ends when its parent does."""
    from multiprocessing import parent_process

    def end_with_parent() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    work(connection)


def _work(connection: Connection) -> None:
    """`work` in a fork, which never comes back to the server's loop."""
    try:
        work(connection)
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exc()
    finally:
        os._exit(0)


def _status(process: int) -> int:
    """Return how a worker ended: its exit code, or minus the signal."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    except (OSError, ValueError):
        return 0


def _end_with(parent: int) -> None:
    """Let the system kill this process when its parent ends (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


def _sendable(error: BaseException) -> BaseException:
    """Return an error that the parent can read, with where it was raised if nobody expects it."""
    import pickle

    if not isinstance(error, RetrowalkError):
        error.add_note("in a worker process:\n" + traceback.format_exc())
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
    return error
