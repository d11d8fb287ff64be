"""Atomic writes: files are written beside their place, synced, then renamed into it."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from ...sim.errors import ConfigError, RetrowalkError, WritingError

TEMPORARY = ".partial-"
_WRONG_PLACE = (
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
)


class Sink(io.BufferedIOBase):
    """A file to write that takes what it is given, even where the disk does not.

    After a first error it only pretends to write, and `end` raises that error. So libraries come to
    their end that would crash (HDF5, torch) or print tracebacks (zip) when closing fails.

    Args:
        told_as: the file's name in messages.
    """

    def __init__(self, path: Path, told_as: Path | None = None) -> None:
        super().__init__()
        self._path, self._error, self._at = told_as or path, cast(OSError | None, None), 0
        with _told(self._path):
            self._file = path.open("w+b")

    def write(self, content: Any, /) -> int:
        """Write, or pretend to; return the number of bytes."""
        count = memoryview(content).nbytes
        if self._error is None:
            try:
                self._file.write(content)
            except OSError as error:
                self._error = error
        self._at += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place in the file."""
        if self._error is None:
            try:
                self._at = self._file.seek(offset, whence)
            except OSError as error:  # what was buffered did not fit
                self._error = error
        if self._error is not None:
            self._at = offset + (self._at if whence == os.SEEK_CUR else 0)
        return self._at

    def tell(self) -> int:
        """Return the place in the file."""
        return self._at

    def writable(self) -> bool:
        """It can be written."""
        return True

    def seekable(self) -> bool:
        """It has places."""
        return True

    def flush(self) -> None:
        """Nothing is promised before `end`."""

    def end(self) -> None:
        """Bring all to the disk and close.

        Raises:
            WritingError: not everything came to the disk.
        """
        if self._error is None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                self._error = error
        with suppress(OSError):  # of what is buffered still, and failed before
            self._file.close()
        if self._error is not None:
            raise _cannot_write(self._path, self._error) from None


@contextmanager
def sink(path: Path, told_as: Path | None = None) -> Generator[Sink]:
    """Yield a `Sink` at `path`; an error of the disk is raised on leaving, naming `told_as`."""
    file = Sink(path, told_as)
    try:
        yield file
    except BaseException:
        with suppress(RetrowalkError):
            file.end()
        raise
    file.end()


def write_atomic(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write(file)` write the content of `path`, whole or not at all.

    Raises:
        WritingError: the disk is full or fails.
        ConfigError: the place cannot be written.
    """

    def through(temporary: Path) -> None:
        with sink(temporary, path) as file:
            write(cast(BinaryIO, file))

    write_by_name(path, through)


def write_by_name(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write(temporary)` make the file, then sync it and rename it to `path`.

    Raises:
        WritingError: the disk is full or fails.
        ConfigError: the place cannot be written.
    """
    temporary = _beside(path)
    try:
        with _told(path):
            write(temporary)
            _sync(temporary)
            temporary.replace(path)
            _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: Any) -> None:
    """Write bytes to `path`, whole or not at all."""
    write_atomic(path, lambda file: file.write(content))


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Write `content` to `path` as indented JSON (NaN is refused), whole or not at all."""
    write_text(path, json.dumps(content, indent=2, allow_nan=False) + "\n")


@contextmanager
def folder_atomic(path: Path) -> Generator[Path]:
    """Yield a temporary folder that becomes `path` on leaving, unless `path` came to be before.

    Raises:
        WritingError: the disk is full or fails.
        ConfigError: the place cannot be written.
    """
    temporary = _beside(path)
    try:
        with _told(path):
            temporary.mkdir(parents=True)
            yield temporary
            for file in temporary.iterdir():
                _sync(file)
            _sync(temporary)
            try:
                temporary.rename(path)
            except OSError:
                if not path.is_dir():
                    raise
            _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def remove_temporaries(folder: Path) -> None:
    """Remove what killed writers left unfinished in `folder`."""
    for path in folder.glob(f"{TEMPORARY}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are missing.

    Raises:
        ConfigError: it cannot be made there.
    """
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Turn the disk's errors into ours."""
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> RetrowalkError:
    """Return what is the user's mistake where the place is wrong, else a failure."""
    kind = ConfigError if error.errno in _WRONG_PLACE else WritingError
    return kind(f"{path}: cannot be written ({error.strerror or error})")


def _beside(path: Path) -> Path:
    return path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}-{path.name}")


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk; folders cannot be opened on Windows."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
