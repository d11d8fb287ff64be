"""Commands that tell what there is: version, names with meanings, this machine, completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from retrowalk.experiments.commands import doctor
from retrowalk.experiments.study.catalogue import KINDS
from retrowalk.experiments.study.descriptions import entries
from retrowalk.sim.extras import extras


def test_the_version_is_the_packages(command_line):
    assert command_line("--version") == (0, f"retrowalk {version('retrowalk')}\n", "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_has_a_meaning(kind: str):
    assert [entry.name for entry in entries(kind)] == list(KINDS[kind]())
    assert [entry.name for entry in entries(kind) if len(entry.meaning) < 5] == []


def test_a_long_list_has_unit_and_meaning(command_line):
    code, out, _ = command_line("list", "measures", "cost_of_transport", "-l")
    rows = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert rows[0][:2] == ["cost_of_transport_j_per_kg_m", "J/kg/m"]
    assert all("cost_of_transport" in f"{name} {meaning}" for name, _, meaning in rows)


def test_a_text_alone_looks_through_all_kinds(command_line):
    _, out, _ = command_line("list", "-l", "KNEE", "--json")
    found = json.loads(out)
    assert {"measures", "walkers"} <= {entry["kind"] for entry in found}
    assert all("knee" in f"{entry['name']} {entry['meaning']}".lower() for entry in found)


def test_what_nothing_has_is_said(command_line):
    code, _, err = command_line("list", "surfaces", "zebra")
    assert code == 2
    assert "no name of surfaces has 'zebra'" in err
    assert command_line("list", "zebra")[0] == 2


def test_doctor_tells_every_part_as_json(command_line):
    code, out, _ = command_line("doctor", "--json")
    found = {one["what"]: one for one in json.loads(out)}
    assert code == 0
    assert {"packages", "physics", "cores", "memory", "OpenGL", "extra rl", "GPU"} <= set(found)
    assert {one["state"] for one in found.values()} <= {"ok", "missing"}
    assert all(f"extra {name}" in found and name in doctor._USES for name in extras())


def test_a_missing_extra_is_told_with_its_command(command_line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        doctor, "missing_packages", lambda extra: ("torch>=2.4",) if extra == "rl" else ()
    )
    _, out, _ = command_line("doctor", "--json")
    told = next(one for one in json.loads(out) if one["what"] == "extra rl")
    assert (told["state"], told["remedy"]) == ("missing", "pip install 'torch>=2.4'")


def test_a_missing_package_is_an_error(command_line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "required", lambda: ("numpy>=2", "no-such-distribution>=1"))
    code, out, err = command_line("doctor")
    assert code == 1
    assert "pip install 'no-such-distribution>=1'" in out
    assert "packages" in err


@pytest.mark.parametrize(
    ("words", "offered"),
    [("run quick", "quick-start"), ("train ppo-f", "ppo-forward"), ("list meas", "measures")],
)
def test_a_shell_completes_names(words: str, offered: str):
    program = "from retrowalk.experiments.commands.cli import app; app(prog_name='retrowalk')"
    asked = {
        "_RETROWALK_COMPLETE": "complete_bash",
        "COMP_WORDS": f"retrowalk {words}",
        "COMP_CWORD": "2",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [offered]


def test_export_says_what_a_format_holds(command_line):
    code, _, err = command_line("export", "runs/none", "--to", "trc", "--what", "joint-angles")
    assert (code, "holds only markers" in err) == (2, True)
    code, _, err = command_line("export", "runs/none", "--to", "c3d")
    assert (code, "unknown format 'c3d'" in err) == (2, True)
    code, _, err = command_line("export", "runs/none")
    assert (code, "no such folder" in err) == (2, True)
