"""Early end of a command, told in one line: Ctrl-C, `kill`, full disk, out of memory.

A signal raises `KeyboardInterrupt` wherever the main thread is. Python swallows an exception in a
weakref's callback or a `__del__`, and libraries may swallow it too; so it is raised again shortly
after, and loops ask `raise_if_interrupted`.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from ...sim.errors import ConfigError, RetrowalkError, ShortageError, WorkerDiedError, WritingError
from ...sim.shortage import shortage

EXIT_CODE = 130  # by convention 128 + SIGINT
AGAIN_S = 0.02
"""How long after an interrupt was swallowed it is raised again."""
PATIENCE_S = 2.0
"""A second signal after this time ends the process at once; one before is the same request."""


class Interrupted(RetrowalkError):
    """The user ended a command; the message says what is kept."""


class _Signals:
    """What came since the outermost `listening` began.

    Attributes:
        since: when the first one did, [s]. all_done: nothing is left that they could end.
        late: when the first one came after that, [s].
    """

    since: float | None = None
    all_done = False
    late: float | None = None


def raise_if_interrupted() -> None:
    """Raise `KeyboardInterrupt` where a signal came and was swallowed: loops call it."""
    if _Signals.since is not None and threading.current_thread() is threading.main_thread():
        raise KeyboardInterrupt


def all_done() -> None:
    """Let signals change nothing from here on: the program ends, and libraries end themselves."""
    _Signals.all_done = True


def heard() -> None:
    """Mark the signal as handled, for a command that a signal ends normally."""
    _Signals.since = None


@contextmanager
def listening() -> Generator[None]:
    """Let SIGINT, SIGTERM and SIGHUP raise `KeyboardInterrupt`, until one is heard."""
    if threading.current_thread() is not threading.main_thread() or _is_listening():
        yield
        return
    _Signals.since = None
    hook = sys.unraisablehook
    before: dict[signal.Signals, Any] = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, _interrupt)
    if hasattr(signal, "SIGALRM"):
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, _again)
    sys.unraisablehook = _heard_again(hook)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0.0)
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, _late if _Signals.all_done else handler)
        _Signals.since, _Signals.all_done = None, False


@contextmanager
def interruptible(kept: str) -> Generator[None]:
    """Turn what ends a command early into one sentence with `kept`: what is, and how to go on."""
    with listening():
        try:
            yield
            raise_if_interrupted()
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted: {kept}") from None
        except Exception as error:
            if _Signals.since is not None:  # an extension turned the interrupt into its own error
                raise Interrupted(f"interrupted: {kept}") from None
            if isinstance(error, WritingError | WorkerDiedError | ShortageError):
                raise type(error)(f"{error}; {kept}") from None
            lack = lacking(error)
            if lack is None:
                raise
            if isinstance(lack, ConfigError):
                raise lack from None
            raise type(lack)(f"{lack}; {kept}") from None


def lacking(error: BaseException) -> RetrowalkError | None:
    """Return in our words what the machine lacked, None where it is another error."""
    if isinstance(error, RetrowalkError):
        return None
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return ConfigError(f"{error.filename}: no file can have so long a name")
    if (short := shortage(error)) is not None:
        return short
    if isinstance(error, OSError) and error.errno is not None:
        place = "" if error.filename is None else f"{error.filename}: "
        return WritingError(f"{place}{error.strerror or error}")
    return None


def _is_listening() -> bool:
    return signal.getsignal(signal.SIGTERM) is _interrupt


def _interrupt(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    if _Signals.since is None:
        _Signals.since = now
        if not _Signals.all_done:
            raise KeyboardInterrupt
    if now - _Signals.since > PATIENCE_S:
        _end_at_once()


def _late(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    _Signals.late = _Signals.late or now
    if now - _Signals.late > PATIENCE_S:
        _end_at_once()


def _end_at_once() -> None:
    with suppress(OSError):
        os.write(2, b"Error: interrupted twice: ended at once\n")
    os._exit(EXIT_CODE)


def _again(number: int, frame: FrameType | None) -> None:
    if _Signals.since is not None and not _Signals.all_done:
        raise KeyboardInterrupt


def _heard_again(hook: Any) -> Any:
    """Return a hook for exceptions that nobody can catch: an interrupt is raised again soon."""

    def heard(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            hook(unraisable)
        elif hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S)

    return heard
