"""Exit of the program: an exit code, and one line for an error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress

import typer

from ...sim.errors import ConfigError, RetrowalkError
from ..runner.interruption import EXIT_CODE, Interrupted, lacking, raise_if_interrupted


def ended(call: Callable[[], object]) -> int:
    """Call it and return the exit code; an error meant for people is told in its one line.

    0: success. 2: bad input. 130: Ctrl-C or `kill`. 1: other failures, a full disk among them.
    """
    code = 0
    try:
        try:
            call()
        except SystemExit as end:  # so typer ends, well or not
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        sys.stdout.flush()
        raise_if_interrupted()
    except RetrowalkError as error:
        return _told(error)
    except KeyboardInterrupt:
        return _told(Interrupted("interrupted")) if not code else EXIT_CODE
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read our output has heard enough
            _let_go_of_output()
            return 1
        return _lacking(error)
    except Exception as error:
        return _lacking(error)
    return code


def _lacking(error: Exception) -> int:
    """Print what the machine lacks; any other error is raised."""
    lack = lacking(error)
    if lack is None:
        raise error
    if isinstance(error, OSError) and error.filename is None:
        _let_go_of_output()
    return _told(lack)


def _told(error: RetrowalkError) -> int:
    with suppress(OSError):
        typer.secho(f"Error: {error}", fg=typer.colors.RED, err=True)
    if isinstance(error, ConfigError):
        return 2
    return EXIT_CODE if isinstance(error, Interrupted) else 1


def _let_go_of_output() -> None:
    """Keep Python from writing once more at its end what could not be written."""
    with suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
