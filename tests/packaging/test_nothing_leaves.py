"""No command looks up or connects to anything beyond this machine.

All calls of the C library are watched, for onnxruntime and other libraries make theirs without
Python: a library that is loaded before all others writes down what is looked up and connected to.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None,
    reason="calls are watched with LD_PRELOAD, which needs Linux and a C compiler",
)

WATCH = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void note(const char *what, const char *whom) {
  FILE *log = fopen(getenv("WATCH_LOG"), "a");
  if (log) { fprintf(log, "%s %s\n", what, whom); fclose(log); }
}
static void note_address(const char *what, const struct sockaddr *to) {
  char text[INET6_ADDRSTRLEN] = "";
  if (to && to->sa_family == AF_INET)
    inet_ntop(AF_INET, &((struct sockaddr_in *)to)->sin_addr, text, sizeof text);
  else if (to && to->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((struct sockaddr_in6 *)to)->sin6_addr, text, sizeof text);
  if (text[0]) note(what, text);
}
int connect(int fd, const struct sockaddr *to, socklen_t size) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  note_address("connect", to);
  return real(fd, to, size);
}
ssize_t sendto(int fd, const void *data, size_t count, int flags, const struct sockaddr *to,
               socklen_t size) {
  ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) =
      dlsym(RTLD_NEXT, "sendto");
  note_address("send", to);
  return real(fd, data, count, flags, to, size);
}
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
      dlsym(RTLD_NEXT, "getaddrinfo");
  if (name) note("lookup", name);
  return real(name, service, hints, found);
}
struct hostent *gethostbyname(const char *name) {
  struct hostent *(*real)(const char *) = dlsym(RTLD_NEXT, "gethostbyname");
  note("lookup", name);
  return real(name);
}
"""
HERE = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", os.uname().nodename}
CONFIG = """
name: tiny
question: Does anything leave?
policy: ppo-backward
technique: {speed_m_per_s: 0.6}
trials: 1
duration_s: 1
seed: 7
"""
TRAINING = """
name: tiny
algorithm: ppo
walkers: 2
steps: 64
segment_steps: 32
ppo: {n_steps: 16, batch_size: 16, n_epochs: 1}
"""
SEVERAL = """
import sys
from retrowalk.experiments.commands.cli import app
for words in sys.argv[1:]:
    app(words.split(), standalone_mode=False)
"""
PROGRAM = "from retrowalk.experiments.commands.cli import main; main()"


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that watches."""
    folder = tmp_path_factory.mktemp("watch")
    (folder / "watch.c").write_text(WATCH, "utf-8")
    library = folder / "watch.so"
    built = ["cc", "-shared", "-fPIC", "-o", str(library), str(folder / "watch.c"), "-ldl"]
    if subprocess.run(built, capture_output=True).returncode:
        pytest.skip("nothing can be compiled here")
    return library


@pytest.fixture
def started(watch: Path, tmp_path: Path) -> Callable[..., Any]:
    """Start Python under watch, in a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    surroundings = os.environ | {
        "LD_PRELOAD": str(watch),
        "WATCH_LOG": str(tmp_path / "log"),
        "HOME": str(home),
        "MPLCONFIGDIR": str(tmp_path / "matplotlib"),
    }
    surroundings.pop("XDG_CACHE_HOME", None)

    def start(code: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            env=surroundings,
            cwd=tmp_path,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def strangers(folder: Path) -> list[str]:
    """Lookups and connections beyond this machine."""
    log = folder / "log"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [line for line in lines if line.split(" ", 1)[1] not in HERE]


def run(start: Callable[..., Any], *arguments: str) -> str:
    process = start(PROGRAM, *arguments)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return said


def test_the_watch_sees(started, tmp_path: Path):
    code = (
        "import socket, ctypes\n"
        "try: socket.create_connection(('192.0.2.1', 9), 0.1)\n"
        "except OSError: pass\n"
        "try: socket.getaddrinfo('nobody.invalid', 80)\n"
        "except OSError: pass\n"
    )
    assert started(code).wait(60) == 0
    assert {"connect 192.0.2.1", "lookup nobody.invalid"} <= set(strangers(tmp_path))


def test_run_and_replay_of_a_learned_gait_keep_to_this_machine(started, tmp_path: Path):
    (tmp_path / "tiny.yaml").write_text(CONFIG, "utf-8")
    run(started, "run", "tiny.yaml", "--out", "out", "--threads", "1", "--no-open")
    run(started, "replay", "out", "--html", "walk.html", "--no-open")
    assert strangers(tmp_path) == []
    assert list((tmp_path / "home").rglob("*onnx*")) == []


def test_looking_about_keeps_to_this_machine(started, tmp_path: Path):
    """Commands in one process; `doctor` looks for browsers, OpenGL and packages."""
    process = started(SEVERAL, "doctor", "list controllers")
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert strangers(tmp_path) == []


def test_train_keeps_to_this_machine(started, tmp_path: Path):
    pytest.importorskip("stable_baselines3")
    (tmp_path / "tiny.yaml").write_text(TRAINING, "utf-8")
    run(started, "train", "tiny.yaml", "--out", "out", "--threads", "1")
    assert strangers(tmp_path) == []


def test_view_keeps_to_this_machine(started, tmp_path: Path):
    process = started(PROGRAM, "view", "ppo-backward", "--no-open", "--port", "8497")
    try:
        told = ""
        while "http://127.0.0.1:" not in told and process.poll() is None:
            told += process.stdout.readline()
        address = told[told.index("http://") :].split()[0].rstrip(".,;")
        with urllib.request.urlopen(address, timeout=60) as page:
            assert page.status == 200
        time.sleep(3.0)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert strangers(tmp_path) == []
