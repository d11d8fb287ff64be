"""What the machine is short of (memory, open files), told apart from damage and bad input."""

from __future__ import annotations

import errno
import sys

from .errors import ShortageError

_WORDS = (
    *("cannot allocate memory", "failed to map segment", "can't start new thread", "bad_alloc"),
    *("out of memory", "could not allocate", "unable to allocate", "not enough memory"),
    *("resource temporarily unavailable", "failed to allocate", "bad allocation", "malloc"),
)
_BY_WORDS = (OSError, ImportError, RuntimeError, SystemError)
_LIBRARIES = ("pyarrow", "onnxruntime", "mujoco")
"""Whose errors are of classes of their own."""
_MUJOCO = ("could not allocate memory", "thread constructor failed")
"""It raises a ValueError too."""


LEAST_MIB = 1024
"""Address space that the libraries need: with less some of them never return, or abort."""


def check_address_space(least_mib: int = LEAST_MIB, what: str = "it") -> None:
    """Refuse a limit of address space (`ulimit -v`) in which libraries find no place.

    Raises:
        ShortageError: it is too small.
    """
    if sys.platform == "win32":
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < least_mib * 2**20:
        raise ShortageError(
            f"not enough memory: `ulimit -v` allows this program {limit // 2**20} MiB of address "
            f"space, and {what} needs {least_mib} MiB or more"
        )


def shortage(error: BaseException) -> ShortageError | None:
    """Return in our words what the machine is short of, None where it is another error."""
    if isinstance(error, ShortageError):
        return error
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EMFILE, errno.ENFILE):
        return ShortageError("too many open files (a limit of the shell or of the machine)")
    words = str(error).lower()
    if (
        isinstance(error, MemoryError)
        or number in (errno.ENOMEM, errno.EAGAIN)
        or (number is None and _tells_by_words(error) and any(one in words for one in _WORDS))
        or (isinstance(error, ValueError) and any(one in words for one in _MUJOCO))
    ):
        return ShortageError("not enough memory (a limit of the shell or of the machine)")
    return None


def raise_shortage(error: BaseException) -> None:
    """Raise what the machine is short of, where that is the error: nothing is damaged then."""
    if (short := shortage(error)) is not None:
        raise short from None


def _tells_by_words(error: BaseException) -> bool:
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, _BY_WORDS) or library in _LIBRARIES
