"""What the machine is short of (memory, open files), told apart from damage and bad input."""

from __future__ import annotations

import errno

from .errors import ShortageError

_WORDS = (
    *("cannot allocate memory", "failed to map segment", "can't start new thread", "bad_alloc"),
    *("out of memory", "could not allocate", "unable to allocate", "not enough memory"),
    *("resource temporarily unavailable", "failed to allocate", "bad allocation", "malloc"),
)
_BY_WORDS = (OSError, ImportError, RuntimeError, SystemError)
_LIBRARIES = ("pyarrow", "onnxruntime")
"""Whose errors are of classes of their own."""
_MUJOCO = ("engine error: could not allocate", "thread constructor failed")
"""It raises a ValueError."""


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
        or any(one in words for one in _MUJOCO)
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
