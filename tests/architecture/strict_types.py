"""What `make types` runs: pyright over everything, with experiments/ read strictly as well.

sim, models and envs have no error in strict mode. experiments/ has a number of them, which stands
in pyproject.toml under `tool.retrowalk.types` and may only fall. Everything else fails at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COUNTED = "experiments"
STRICT_ONLY = (
    "reportUnknown",
    "reportMissingParameter",
    "reportMissingType",
    "reportUntyped",
    "reportUnnecessary",
    "reportUnused",
    "reportPrivateUsage",
    "reportDeprecated",
)
"""How the rules begin that only strict mode has; of these alone errors are counted."""


def strict_config(settings: dict[str, Any]) -> dict[str, Any]:
    """Return pyright's settings with experiments/ strict too."""
    return {**settings, "strict": [*settings["strict"], COUNTED]}


def is_counted(found: dict[str, Any], root: Path) -> bool:
    """Whether one of pyright's errors is of strict mode alone, and in experiments/."""
    inside = Path(found["file"]).is_relative_to(root / COUNTED)
    return inside and found.get("rule", "").startswith(STRICT_ONLY)


def verdict(count: int, allowed: int) -> str | None:
    """Return what to do about the number of strict errors in experiments/, None if nothing."""
    if count > allowed:
        return (
            f"experiments/ has {count} errors in pyright's strict mode, {allowed} are allowed: "
            "give what was added its types (with names of files this lists their errors)"
        )
    if count < allowed:
        return (
            f"experiments/ has only {count} errors in pyright's strict mode: lower `experiments` "
            f"under tool.retrowalk.types in pyproject.toml from {allowed} to {count}"
        )
    return None


def main() -> int:
    """Check all types; with file names, also list the strict errors of those files."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    pyright = Path(sys.executable).with_name("pyright")
    config = ROOT / ".strict_types.json"  # pyright finds neighbours of files only below its config
    config.write_text(json.dumps(strict_config(tool["pyright"])), "utf-8")
    try:
        command = [str(pyright), "--project", str(config), "--warnings", "--outputjson"]
        answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    finally:
        config.unlink()
    if not answer.stdout:
        print(answer.stderr, file=sys.stderr)
        return 1
    found = json.loads(answer.stdout)["generalDiagnostics"]
    counted = [error for error in found if is_counted(error, ROOT)]
    asked = {str((ROOT / name).resolve()) for name in sys.argv[1:]}
    for error in found:
        if error not in counted or error["file"] in asked:
            place = Path(error["file"]).relative_to(ROOT)
            print(f"{place}:{error['range']['start']['line'] + 1}: {error['message']}")
    problem = verdict(len(counted), tool["retrowalk"]["types"][COUNTED])
    if problem:
        print(problem)
    rose = len(counted) > tool["retrowalk"]["types"][COUNTED]
    return 1 if rose or len(found) > len(counted) else 0


if __name__ == "__main__":
    sys.exit(main())
