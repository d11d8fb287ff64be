"""A run is complete only if it holds every trial once, as its workers wrote it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fake_engine
import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr
from small_config import CONFIG

from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store import manifest as manifests
from retrowalk.experiments.store.integrity import damage_of, file_checksum
from retrowalk.experiments.store.pieces import PieceStore, read_rows, row_schema
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.store.run_folder import RunFolder
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError, ShortageError, SimulationError


class Stopped(Exception):
    """Stands for whatever ends a run in the middle."""


def run(place: Path, out: Path, *overrides: str, engine=fake_engine.ENGINE, **options: Any):
    config = load_config(place / "small.yaml", overrides)
    options = {"threads": 1, "batch": 3, "resume": True, **options}
    return run_experiment(config, out, Options(**options), engine)


def stop_at_forward(cell, trials, threads):
    if cell.direction == "forward":
        raise Stopped
    return fake_engine.rollout(cell, trials, threads)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the config, a `finished` run, and one that is `half` done."""
    folder = tmp_path_factory.mktemp("integrity")
    (folder / "small.yaml").write_text(CONFIG, "utf-8")
    run(folder, folder / "finished")
    with pytest.raises(Stopped):
        run(folder, folder / "half", engine=replace(fake_engine.ENGINE, rollout=stop_at_forward))
    return folder


def results(out: Path) -> dict[str, bytes]:
    """Return the files of a run but the manifest, and what tells when it was made."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {str(one.relative_to(out)): one.read_bytes() for one in files if one.stem != "manifest"}


def flip(path: Path, rng: np.random.Generator) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[rng.integers(len(content))] ^= 1 << rng.integers(8)
    path.write_bytes(content)


def pieces(out: Path) -> list[Path]:
    return sorted((out / "pieces").glob("trials-*"))


def test_a_flipped_bit_anywhere_in_a_piece_is_found(place: Path, tmp_path: Path):
    """Every file of a piece many times over: none of it is taken as it is."""
    rng = np.random.default_rng(0)
    half = Path(shutil.copytree(place / "half", tmp_path / "half"))
    digest = json.loads((half / "manifest.json").read_text())["run"]
    store = PieceStore(half / "pieces", digest, half / "recordings")
    done, damaged = store.finished()
    assert (len(done), damaged) == (14, ())
    kept = next(one for one in pieces(half) if "-000000-" in one.name)
    recording = next((half / "recordings").glob("*trial-000000*"))
    for original in (*kept.iterdir(), recording):
        whole = original.read_bytes()
        for _ in range(25):
            copy = shutil.copytree(kept, tmp_path / "copy")
            flip(original, rng)
            left, found = store.finished()
            assert found == (kept.name,)
            assert not {0, 1} & left
            shutil.move(copy, kept)
            original.write_bytes(whole)
    assert store.finished() == (done, ())


def test_damaged_pieces_are_told_and_their_trials_run_again(place: Path, tmp_path: Path):
    half, said, ran = Path(shutil.copytree(place / "half", tmp_path / "half")), [], []
    damaged, gone, old, *_ = pieces(half)
    flip(damaged / "strides.arrow", np.random.default_rng(1))
    shutil.rmtree(gone)
    (old / "piece.json").unlink()  # as versions before wrote them

    def rollout(cell, trials, threads):
        ran.extend(spec.trial for spec in trials)
        return fake_engine.rollout(cell, trials, threads)

    engine = replace(fake_engine.ENGINE, rollout=rollout)
    folder = run(place, half, engine=engine, note=said.append)
    numbers = [range(int(one.name[7:13]), int(one.name[14:20]) + 1) for one in (damaged, gone, old)]
    assert Counter(ran) == Counter([*(n for one in numbers for n in one), *range(14, 28)])
    (told,) = said
    assert "2 damaged pieces" in told
    assert damaged.name in told
    assert results(folder.path) == results(place / "finished")


def test_pieces_that_go_missing_while_it_runs_leave_it_incomplete(place: Path, tmp_path: Path):
    out = tmp_path / "run"

    def rollout(cell, trials, threads):
        if trials[0].trial > 20:
            shutil.rmtree(pieces(out)[1], ignore_errors=True)
        return fake_engine.rollout(cell, trials, threads)

    engine = replace(fake_engine.ENGINE, rollout=rollout)
    with pytest.raises(SimulationError, match=r"trials \(\d+, .*went missing.*--resume"):
        run(place, out, engine=engine)
    with pytest.raises(ConfigError, match="not finished"):
        Run.finished(out)
    run(place, out)
    assert results(out) == results(place / "finished")


def test_a_piece_of_another_run_is_refused(place: Path, tmp_path: Path):
    other = tmp_path / "other"
    with pytest.raises(Stopped):
        run(place, other, "seed=8", engine=replace(fake_engine.ENGINE, rollout=stop_at_forward))
    half = Path(shutil.copytree(place / "half", tmp_path / "half"))
    shutil.rmtree(pieces(half)[0])
    shutil.copytree(pieces(other)[0], pieces(half)[0].parent / pieces(other)[0].name)
    with pytest.raises(ConfigError, match="is of another run; move it away"):
        run(place, half)
    assert len(pieces(half)) == len(pieces(place / "half"))  # nothing is thrown away


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def edit(path: Path) -> None:
    """Change one number, as a person would: the table stays readable."""
    table = pq.read_table(path)
    wide = table["stride_length_m"].to_pandas().to_numpy(copy=True)
    wide[0] += 0.1
    at = table.column_names.index("stride_length_m")
    pq.write_table(table.set_column(at, "stride_length_m", [wide]), path)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("trials.parquet", edit),
        ("strides.parquet", cut),
        ("contrasts.json", Path.unlink),
    ],
)
def test_a_finished_run_that_was_changed_is_not_called_complete(
    place: Path, tmp_path: Path, name: str, spoil: Callable[[Path], object]
):
    out, said = Path(shutil.copytree(place / "finished", tmp_path / "run")), []
    spoil(out / name)
    with pytest.raises(ConfigError, match=name):
        _ = Run(out).trials, Run(out).strides, Run(out).contrasts
    run(place, out, note=said.append)
    (told,) = said
    assert name in told
    assert "all 28 trials are run again" in told
    assert results(out) == results(place / "finished")
    run(place, out, note=said.append)
    assert len(said) == 1


def test_every_file_of_a_finished_run_is_watched(place: Path, tmp_path: Path):
    rng = np.random.default_rng(2)
    out = RunFolder(Path(shutil.copytree(place / "finished", tmp_path / "run")))
    manifest = manifests.read_manifest(out.manifest)
    written = {str(one) for one in results(out.path) if one != "config.yaml"}
    assert set(manifest.get("files", {})) == written
    for name in written:
        whole = (out.path / name).read_bytes()
        flip(out.path / name, rng)
        assert damage_of(out, manifest, range(28)).names == name
        (out.path / name).write_bytes(whole)
    assert not damage_of(out, manifest, range(28))
    flip(out.manifest, rng)
    with pytest.raises(ConfigError, match=r"manifest\.json: .*--out"):
        run(place, out.path)


def test_a_recording_that_was_lost_is_made_again_alone(place: Path, tmp_path: Path):
    out, said, ran = Path(shutil.copytree(place / "finished", tmp_path / "run")), [], []
    first, second, *_ = sorted((out / "recordings").iterdir())
    first.unlink()
    flip(second, np.random.default_rng(3))

    def rollout(cell, trials, threads):
        ran.extend(spec.trial for spec in trials)
        return fake_engine.rollout(cell, trials, threads)

    engine = replace(fake_engine.ENGINE, rollout=rollout)
    run(place, out, engine=engine, note=said.append)
    assert ran == [0, 1]
    assert first.name in said[0]
    assert results(out) == results(place / "finished")
    run(place, out, note=said.append)
    assert len(said) == 1


def test_recordings_and_tables_carry_the_digest_of_their_run(place: Path):
    out = place / "finished"
    digest = json.loads((out / "manifest.json").read_text())["run"]
    for path in (out / "recordings").iterdir():
        assert xr.open_dataset(path).attrs["run"] == digest
    for name in ("trials", "strides"):
        metadata = pq.read_schema(out / f"{name}.parquet").metadata
        assert metadata[b"retrowalk run"] == digest.encode()


def test_other_code_may_not_add_trials_and_other_libraries_are_told(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    half, said = Path(shutil.copytree(place / "half", tmp_path / "half")), []
    version = manifests._version
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "code_digest", lambda: "other")
        with pytest.raises(ConfigError, match="made by other code"):
            run(place, half)
        run(place, Path(shutil.copytree(place / "finished", tmp_path / "run")))  # adds none
    with monkeypatch.context() as patch:
        patch.setattr(manifests, "numeric_versions", lambda *_: {"numpy": "0.9"})
        with pytest.raises(ConfigError, match="made with something else"):
            run(place, half)
    monkeypatch.setattr(manifests, "git_commit", lambda: "0123456789abcdef")
    monkeypatch.setattr(
        manifests, "_version", lambda name: "0.9" if name == "pandas" else version(name)
    )
    run(place, half, note=said.append)
    (told,) = said
    assert "now 0.9" in told
    assert "now 0123456789ab" in told
    assert results(half) == results(place / "finished")


def test_onnxruntime_counts_where_a_gait_is_computed_by_it(place: Path):
    def versions(policy: str) -> dict[str, str | None]:
        config = load_config(place / "small.yaml", [f"policy={policy}"])
        return manifests.numeric_versions(manifests._libraries(make_plan(config)))

    learned = versions("ppo-backward")
    assert "onnxruntime" not in versions("scripted")
    assert learned["onnxruntime"]
    older = {name: version for name, version in learned.items() if name != "onnxruntime"}
    assert manifests._agree(older, learned)  # it did not tell
    assert not manifests._agree({**learned, "onnxruntime": "0.9"}, learned)


def test_without_open_files_nothing_is_called_damaged(place: Path):
    """Whatever is damaged is removed and run again: what cannot be opened just now is not."""
    resource = pytest.importorskip("resource")
    rows = pieces(place / "half")[0] / "trials.arrow"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for look in (file_checksum, read_rows, row_schema):
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(ShortageError, match="too many open files"):
                look(rows)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
