"""`retrowalk doctor`: checks what this machine has and which commands lack something."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from ...sim.errors import RetrowalkError
from ...sim.extras import extras, installed_version, missing_packages, required

_USES = {
    "rl": "`retrowalk train`, .zip policies of stable-baselines3, `as_vec_env`",
    "cluster": "`retrowalk run --scheduler`",
    "video": "`retrowalk replay --video`",
    "solve": "`retrowalk solve`",
    "c3d": "C3D files of `retrowalk validate --data`",
    "gpu": "`backend: warp` of environments and trainings",
    "bodies": "the bodies `myolegs` and `myolegs26`",
    "dev": "`make test`",
}
"""What each extra is for."""

_LITTLE_MEMORY_GIB = 2.0
_LITTLE_DISK_GIB = 1.0
_PROBE_S = 20.0

State = Literal["ok", "missing", "broken"]


@dataclass(frozen=True)
class Finding:
    """Result of one check. `remedy` says what to do, or what works without it."""

    what: str
    state: State
    found: str
    remedy: str = ""


def doctor_command(as_json: bool) -> None:
    """Print what was found; something broken that every command needs is an error.

    Raises:
        RetrowalkError: a needed package is missing, or a simulation does not step rightly.
    """
    found = list(findings())
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        _show(found)
    broken = [one.what for one in found if one.state == "broken"]
    if broken:
        raise RetrowalkError(f"retrowalk does not work here: {', '.join(broken)}")


def findings() -> Iterator[Finding]:
    """Yield what is looked at, in the order in which it matters."""
    yield Finding(
        "retrowalk",
        "ok",
        f"{version('retrowalk')}, Python {platform.python_version()} in {sys.prefix}, "
        f"{platform.system()} {platform.machine()}",
    )
    yield _packages()
    yield _physics()
    yield _machine()
    yield _memory()
    yield _disk()
    yield _browser()
    yield _opengl()
    yield from (_extra(name) for name in extras())
    yield _gpu()


def _packages() -> Finding:
    """Look whether every package of the base install is there."""
    needed = required()
    wrong = [line for line in needed if installed_version(line) is None]
    command = "pip install " + " ".join(f"'{line}'" for line in wrong)
    if wrong:
        return Finding("packages", "broken", f"missing: {', '.join(wrong)}", command)
    return Finding("packages", "ok", f"{len(needed)} needed, all installed")


def _physics() -> Finding:
    """Step a falling ball for a moment: its height is known in closed form."""
    try:
        import mujoco

        from ...sim.physics import backend  # noqa: F401

        model = mujoco.MjModel.from_xml_string(
            "<mujoco><worldbody><body pos='0 0 1'><freejoint/><geom size='0.1'/></body>"
            "</worldbody></mujoco>"
        )
        data = mujoco.MjData(model)
        for _ in range(100):
            mujoco.mj_step(model, data)
        mujoco.mj_kinematics(model, data)
        steps, step_s = 100, model.opt.timestep
        fallen = 9.81 * step_s**2 * steps * (steps + 1) / 2  # of the semi-implicit Euler method
        if abs(data.xpos[1, 2] - (1.0 - fallen)) > 1e-9:
            return Finding("physics", "broken", f"MuJoCo {mujoco.__version__} steps wrongly")
    except Exception as error:
        return Finding("physics", "broken", f"MuJoCo does not work: {error}")
    return Finding("physics", "ok", f"MuJoCo {mujoco.__version__}")


def _machine() -> Finding:
    from ..store.machine import available_cores

    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return Finding("cores", "ok", f"{available_cores()} of {os.cpu_count()} usable{load}")


def _memory() -> Finding:
    """Look at the memory that is free (Linux)."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return Finding("memory", "ok", "this system does not tell")
    sizes = {line.split(":")[0]: int(line.split()[1]) / 2**20 for line in lines}
    free, whole = sizes.get("MemAvailable", 0.0), sizes.get("MemTotal", 0.0)
    told = f"{free:.1f} of {whole:.1f} GiB free"
    return _room("memory", free, _LITTLE_MEMORY_GIB, told, "use fewer `--threads`")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    told, remedy = f"{free:.1f} GiB free here", "a run that keeps recordings may not fit"
    return _room("disk", free, _LITTLE_DISK_GIB, told, remedy)


def _room(what: str, free_gib: float, little_gib: float, told: str, remedy: str) -> Finding:
    """Return a finding on what there is of something, with the remedy where it is little."""
    little = free_gib < little_gib
    return Finding(what, "missing" if little else "ok", told, remedy if little else "")


def _browser() -> Finding:
    try:
        name = getattr(webbrowser.get(), "name", "the system's")
    except webbrowser.Error:
        return Finding(
            "browser",
            "missing",
            "none that can be opened from here",
            "copy report.html or the address of `retrowalk view` to one; --no-open is quiet",
        )
    return Finding("browser", "ok", str(name))


def _opengl() -> Finding:
    from ...sim.offscreen import NoOpenGLError, working_kind

    if sys.platform in ("darwin", "win32"):
        return Finding("OpenGL", "ok", "the system's")
    try:
        return Finding("OpenGL", "ok", working_kind())
    except NoOpenGLError as error:
        return Finding("OpenGL", "missing", "for video, GIF and `render()`", str(error))


def _extra(name: str) -> Finding:
    lacks, use = missing_packages(name), _USES.get(name, name)
    if lacks:
        command = "pip install " + " ".join(f"'{line}'" for line in lacks)
        return Finding(f"extra {name}", "missing", f"for {use}", command)
    return Finding(f"extra {name}", "ok", use)


def _gpu() -> Finding:
    """Ask the driver's own tool; retrowalk needs no GPU."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return Finding("GPU", "ok", "none, and none is needed")
    try:
        asked = subprocess.run(
            [program, "--query-gpu=name,memory.total", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_PROBE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding("GPU", "ok", "its driver does not answer; none is needed")
    names = "; ".join(asked.stdout.split("\n")[:-1])
    return Finding("GPU", "ok", names if asked.returncode == 0 and names else "none that works")


def _show(found: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    colours = {"ok": "green", "missing": "yellow", "broken": "red"}
    table = Table(box=None, show_header=False)
    for one in found:
        told = "\n".join(filter(None, (one.found, one.remedy)))
        state = f"[{colours[one.state]}]{one.state}[/]"
        table.add_row(escape(one.what), state, escape(told))
    Console().print(table)
