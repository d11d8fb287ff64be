"""Commands as forks of this process, which imported their libraries: they start at once."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from retrowalk.experiments.commands.cli import main as main_of_commands
from retrowalk.experiments.runner import worker_process, worker_server


class Fork:
    """A process forked from this one, which does `work`; of `subprocess.Popen` what is needed."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.returncode = cast(int | None, None)
        self.pid = os.fork()
        if not self.pid:
            try:
                work()
            except SystemExit as end:
                atexit._run_exitfuncs()
                os._exit(int(end.code or 0))
            except BaseException:
                traceback.print_exc()
            os._exit(70)

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            process, status = os.waitpid(self.pid, os.WNOHANG)
            if process:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = 3600.0) -> None:
        """Wait for its end; as `subprocess` does."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("fork", timeout)
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


class CommandFork(Fork):
    """A command in a fork; the server of its workers is a fork of the fork."""

    def __init__(self, arguments: list[str], folder: Path, temporary: Path) -> None:
        self._told = folder / "stderr.txt"
        super().__init__(lambda: self._command(arguments, folder, temporary))

    def _command(self, arguments: list[str], folder: Path, temporary: Path) -> None:
        os.setsid()
        os.chdir(folder)
        tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, path in ((1, os.devnull), (2, self._told)):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
        sys.argv = ["retrowalk", *arguments]
        worker_server.subprocess = cast(Any, SimpleNamespace(Popen=ServerFork, DEVNULL=None))
        main_of_commands()

    def communicate(self, timeout: float = 3600.0) -> tuple[str, str]:
        """Wait for its end, and return what it told."""
        self.wait(timeout)
        return "", self._told.read_text() if self._told.exists() else ""


class ServerFork(Fork):
    """The workers' server in a fork of the command, as if its program had begun anew."""

    def __init__(self, command: list[str], pass_fds: list[int], **_options: object) -> None:
        *_, descriptor, parent = command
        super().__init__(lambda: self._serve(int(descriptor), int(parent)))

    def _serve(self, descriptor: int, parent: int) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, 1024)
        worker_process.serve(descriptor, parent)
