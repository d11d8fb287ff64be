"""The number of strict type errors in experiments/ may only fall."""

from __future__ import annotations

from pathlib import Path

from strict_types import is_counted, strict_config, verdict

ROOT = Path("/checkout")


def test_more_errors_than_allowed_are_refused_and_fewer_lower_the_number():
    assert verdict(7, 7) is None
    assert "7 are allowed" in (verdict(8, 7) or "")
    assert "from 7 to 6" in (verdict(6, 7) or "")


def test_only_what_strict_mode_adds_in_experiments_is_counted():
    unknown = {"rule": "reportUnknownMemberType"}
    assert is_counted({"file": "/checkout/experiments/a.py", **unknown}, ROOT)
    assert not is_counted({"file": "/checkout/sim/a.py", **unknown}, ROOT)
    wrong = {"file": "/checkout/experiments/a.py", "rule": "reportArgumentType"}
    assert not is_counted(wrong, ROOT)
    assert not is_counted({"file": "/checkout/experiments/a.py"}, ROOT)  # a syntax error has none


def test_sim_models_and_envs_are_strict_for_every_run_of_pyright(root: Path):
    import tomllib

    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    assert settings["strict"] == ["sim", "models", "envs"]
    assert strict_config(settings)["strict"] == ["sim", "models", "envs", "experiments"]
