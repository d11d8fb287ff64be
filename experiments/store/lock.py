"""Lock of a run's folder: one process at a time."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...sim.errors import ConfigError
from .atomic import make_folder


@contextmanager
def held(folder: Path) -> Generator[None]:
    """Hold a folder; the lock ends however the process ends, and leaves nothing.

    Raises:
        ConfigError: another process holds it.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def held_file(path: Path) -> Generator[None]:
    """Hold a file that need not exist, by a hidden file beside it that is removed at the end.

    Its folder is made.

    After a kill the hidden file stays, empty, and holds nobody up.

    Raises:
        ConfigError: another process holds it, or the folder cannot be made.
    """
    make_folder(path.parent)
    if sys.platform == "win32":
        yield
        return
    place = path.with_name(f".{path.name}.lock")
    while True:
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(descriptor, path)
            if _is(descriptor, place):  # else the process before removed it meanwhile
                break
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink()
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN):
            return  # a file system without locks
        raise ConfigError(f"{path}: another process is running there") from None


def _is(descriptor: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False
