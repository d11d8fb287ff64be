"""Digests of small studies: what a change of the code that is to move no number must not move.

    python -P tests/regression/digests.py write [NAME...]

computes them (all, or the studies of these names) and writes them to `digests.json` beside this
file; `check` in place of `write` compares and lists what moved. A change of results on purpose is a
commit of its own with the new digests, and CHANGELOG.md says what moved and why.

A digest is of the bytes of one variable of a study's recordings, one column of its tables, one key
of its answers. A new name moves nothing and fails nothing; it is recorded at the next `write`.

Bits may differ on another processor or with other libraries. `fingerprint` tells: where it is the
recorded one, digests are compared; elsewhere the summaries (means over the first 0.3 s) to 1e-5.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import contextlib
import importlib.util
import io
import json
import math
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pandas as pd
import xarray as xr
import yaml

# All that is imported from the product: this block follows the modules when they move.
import retrowalk.envs  # noqa: F401  (registers the environments)
from retrowalk.envs.gym.registration import ENVIRONMENTS
from retrowalk.experiments.commands.cli import main as command_line
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.load import load_config
from retrowalk.models.body import build_body
from retrowalk.models.walker import WALKERS

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import studies  # noqa: E402
from fingerprint import digest, fingerprint  # noqa: E402

RECORDED = HERE / "digests.json"
SUMMARY_S, SUMMARY_STEPS, TOLERANCE = 0.3, 10, 1e-5
VOLATILE = re.compile(r"version|wall|command|git_|machine|sessions|digest|started|path|folder")
"""Keys of answers that differ between two runs or machines."""


@dataclass
class Found:
    """What one study gave.

    Attributes:
        digests: by name.
        summaries: by name, the mean and the mean of the magnitudes.
    """

    digests: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, name: str, values: Any, brief: Any = None) -> None:
        """Take the digest of `values`, and the summary of the floats `brief`."""
        self.digests[name] = digest(values)
        if brief is None or not np.issubdtype(np.asarray(brief).dtype, np.floating):
            return
        finite = np.asarray(brief, np.float64)
        finite = finite[np.isfinite(finite)]
        if finite.size:
            self.summaries[name] = (float(finite.mean()), float(np.abs(finite).mean()))


def fingerprint_of(name: str) -> dict[str, str]:
    """Return the fingerprint of a study: that of all, and the libraries that it alone uses."""
    own = {"training": ("torch", "stable_baselines3")}.get(name, ())
    own = ("onnxruntime",) if name in studies.LEARNED else own
    return fingerprint() | {library: metadata.version(library) for library in own}


def run_study(name: str, folder: Path, threads: int = 1, batch: int | None = None) -> Found:
    """Run the study in `folder`, and take the digests of its run's folder."""
    config = studies.BRIEF | {"name": name, "question": "Does it move?"} | studies.STUDIES[name]
    (folder / studies.OWN_MODULE).write_text(studies.OWN_CLASS, "utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    out = folder / name
    with contextlib.chdir(folder):
        if name in studies.REPORTED:
            call("run", str(path), "--out", str(out), "--threads", str(threads), "--no-open")
        else:
            run_experiment(load_config(str(path), [], True), out, Options(threads, batch))
    return digests_of_run(out)


def digests_of_run(out: Path) -> Found:
    """Take the digests of all that a run's folder holds of results."""
    found = Found()
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    for key in ("config_digest", "digests", "trial_seeds", "cells"):
        found.add(f"manifest {key}", manifest[key])
    variables: dict[str, list[Any]] = {}
    for path in sorted(out.rglob("*.nc")):
        kept = path.parent.name == "recordings"
        kind = "recording" if kept else " ".join(path.relative_to(out).with_suffix("").parts)
        for variable, array in xr.load_dataset(path).variables.items():
            variables.setdefault(f"{kind} {variable}", []).append(array)
    for variable, arrays in variables.items():
        if all(array.dtype.kind == "f" and array.isnull().all() for array in arrays):
            continue
        joined = [digest(array.values) for array in arrays]
        first = [
            array.isel(time=slice(round(SUMMARY_S / 0.005))).values.ravel()
            for array in arrays
            if "time" in array.dims
        ]
        found.add(variable, joined, np.concatenate(first) if first else None)
    for path in sorted(out.glob("*.parquet")):
        table = pd.read_parquet(path)
        for column in table:
            if table[column].notna().any():  # a measure that nobody has is no number
                found.add(f"{path.stem} {column}", table[column].to_numpy())
    for path in sorted(out.glob("*.json")):
        if path.name != "manifest.json":
            answer = json.loads(path.read_text("utf-8"))
            for key, values in leaves(answer, 3).items():
                found.add(f"{path.stem} {key}", values)
    if (out / "report.md").exists():
        text = (out / "report.md").read_text("utf-8")
        found.add("report", text.split("## Provenance")[0])  # which holds times and the folder
    return found


def leaves(data: Any, depth: int) -> dict[str, list[Any]]:
    """Return values of nested plain data by key, lists flattened, volatile keys left out.

    Mappings deeper than `depth` keys, and those without a value, are one name.
    """
    found: dict[str, list[Any]] = {}

    def visit(value: Any, keys: tuple[str, ...]) -> None:
        if isinstance(value, dict) and len(keys) < depth:
            for key, inner in value.items():
                if not VOLATILE.search(str(key)):
                    visit(inner, (*keys, str(key)))
        elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
            for inner in value:
                visit(inner, keys)
        else:
            found.setdefault("/".join(keys), []).append(value)

    visit(data, ())
    return {key: values for key, values in found.items() if any(holds(one) for one in values)}


def holds(value: Any) -> bool:
    """Return whether plain data holds anything besides nulls and counts of 0."""
    if isinstance(value, dict):
        return any(holds(inner) for key, inner in value.items() if key != "reason")
    return value not in (None, 0, "", [], {})


def environment(name: str, mode: str) -> Found:
    """Step an environment by random actions; take observations, rewards, ends and terms."""
    env = gym.make(name, action_mode=mode, **studies.ENVIRONMENT_FIELDS[mode])
    shape = (studies.ENVIRONMENT_STEPS, *(env.action_space.shape or ()))
    actions = np.random.default_rng(3).uniform(-0.4, 0.4, shape).astype(np.float32)
    observation, _ = env.reset(seed=5)
    rows: dict[str, list[Any]] = {"observation": [observation]}
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        row = {"observation": observation, "reward": reward, "terminated": terminated}
        terms = {key: value for key, value in info.items() if key.startswith("reward_")}
        for key, value in (row | {"truncated": truncated} | terms).items():
            rows.setdefault(key, []).append(value)
        if terminated:
            break
    env.close()
    return of_rows(rows, f"{mode} ")


def batch_of_environments(_: Path) -> Found:
    """Step the native batch: two surfaces, pushes, walkers that differ, and its resets."""
    batch = gym.make_vec("retrowalk/Backward-v0", **studies.BATCH)
    shape = (studies.ENVIRONMENT_STEPS, *(batch.action_space.shape or ()))
    actions = np.random.default_rng(3).uniform(-1, 1, shape).astype(np.float32)
    rows: dict[str, list[Any]] = {"observation": [batch.reset(seed=5)[0]]}
    for action in actions:
        observation, reward, terminated, truncated, _info = batch.step(action)
        values = (observation.copy(), reward.copy(), terminated.copy(), truncated.copy())
        for key, value in zip(
            ("observation", "reward", "terminated", "truncated"), values, strict=True
        ):
            rows.setdefault(key, []).append(value)
    batch.close()
    return of_rows(rows)


def of_rows(rows: dict[str, list[Any]], prefix: str = "") -> Found:
    """Take the digests of what was collected step by step."""
    found = Found()
    for key, values in rows.items():
        array = np.asarray(values)
        found.add(prefix + key, array, array[:SUMMARY_STEPS])
    return found


def environment_in_all_modes(name: str) -> Found:
    """Return what an environment gives in every action mode."""
    found = Found()
    for mode in studies.ENVIRONMENT_FIELDS:
        one = environment(name, mode)
        found.digests |= one.digests
        found.summaries |= one.summaries
    return found


def bodies(_: Path) -> Found:
    """Take the digests of every walker's body and muscles, and of the model that MuJoCo makes."""
    found = Found()
    for name, walker in WALKERS.items():
        body = build_body("human", walker)
        found.add(f"{name} body", body.digest)
        found.add(f"{name} muscles", [repr(row) for row in body.muscles])
        model = body.spec().compile()
        for part in ("body_mass", "body_inertia", "jnt_range", "actuator_gainprm", "geom_size"):
            found.add(f"{name} {part}", getattr(model, part), getattr(model, part))
    return found


def tuning(folder: Path) -> Found:
    """Tune a gait for two tiny generations."""
    path, out = folder / "tiny.yaml", folder / "tuned.yaml"
    path.write_text(yaml.safe_dump(studies.TUNING), "utf-8")
    call("tune", str(path), "--out", str(out), "--threads", "1")
    found = Found()
    for key, values in leaves(yaml.safe_load(out.read_text("utf-8")), 2).items():
        found.add(key, values)
    return found


def training(folder: Path) -> Found:
    """Train a gait for two tiny segments; take its weights and the learning curve."""
    import torch

    path, out = folder / "tiny.yaml", folder / "trained"
    path.write_text(yaml.safe_dump(studies.TRAINING), "utf-8")
    call("train", str(path), "--out", str(out), "--threads", "1")
    found = Found()
    last = torch.load(max(out.glob("checkpoint-*.pt")), weights_only=True)
    for name, weights in last["policy"].items():
        found.add(f"weights {name}", weights.numpy())
    curve = pd.read_csv(out / "learning_curve.csv")
    for column in curve:
        if not re.search(r"minutes|wall|per_second", str(column)):
            found.add(f"curve {column}", curve[column].to_numpy())
    contract = json.loads((out / "tiny.json").read_text("utf-8"))
    contract.pop("training", None)
    for key, values in leaves(contract, 1).items():
        found.add(f"contract {key}", values)
    return found


def call(*arguments: str) -> None:
    """Call the command line in this process, quietly.

    Raises:
        RuntimeError: it ended with another exit code than 0.
    """
    before, said = sys.argv, io.StringIO()
    sys.argv = ["retrowalk", *arguments]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            command_line()
    except SystemExit as end:
        if end.code:
            raise RuntimeError(f"{' '.join(arguments)}: {said.getvalue()}") from None
    finally:
        sys.argv = before


def jobs() -> dict[str, Callable[[Path], Found]]:
    """Return all that digests are taken of, by name; without training where it is not installed."""

    def study(name: str) -> Callable[[Path], Found]:
        return lambda folder: run_study(name, folder)

    def stepped(name: str) -> Callable[[Path], Found]:
        return lambda _: environment_in_all_modes(name)

    found = {name: study(name) for name in studies.STUDIES}
    found |= {name: stepped(name) for name in ENVIRONMENTS}
    found |= {"batch": batch_of_environments, "bodies": bodies, "tuning": tuning}
    if all(map(importlib.util.find_spec, ("torch", "stable_baselines3", "onnx"))):
        found["training"] = training
    return found


def recorded() -> dict[str, Any]:
    """Return what `digests.json` holds, by study."""
    return json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}


def moved(name: str, found: Found) -> list[str]:
    """Return a line for each recorded digest (or summary, on another machine) that is not met."""
    kept = recorded()[name]
    if kept["fingerprint"] == fingerprint_of(name):
        return [
            f"{name}: {key}: " + ("moved" if key in found.digests else "missing")
            for key, value in kept["digests"].items()
            if found.digests.get(key) != value
        ]
    lines = []
    for key, (mean, size) in kept["summaries"].items():
        now = found.summaries.get(key, (math.nan, math.nan))[0]
        if not abs(now - mean) <= TOLERANCE * size + 1e-12:
            lines.append(f"{name}: {key}: mean {now!r}, recorded {mean!r}")
    return lines


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield an empty folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main(verb: str, names: list[str]) -> int:
    """Write or check the studies of these names, all without any; return the exit code."""
    known, all_kept, lines = jobs(), recorded(), []
    if unknown := set(names) - set(known):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    if verb == "write" and not names:
        all_kept = {name: kept for name, kept in all_kept.items() if name == "training"}
    for name in names or known:
        began = time.process_time()
        with temporary_folder() as folder:
            found = known[name](folder)
        took = time.process_time() - began
        print(f"{name}: {len(found.digests)} digests, {took:.1f} s", flush=True)
        if verb == "check":
            lines += moved(name, found)
        else:
            all_kept[name] = {"fingerprint": fingerprint_of(name), **vars(found)}
    if verb == "write":
        text = json.dumps(dict(sorted(all_kept.items())), indent=0, sort_keys=True)
        RECORDED.write_text(text + "\n", "utf-8")
    print("\n".join(lines))
    return bool(lines)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
