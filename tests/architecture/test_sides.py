"""Only `models` knows how a body's parts are named by side, and how its joints are numbered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

BEFORE = "sim/measures/base/part_sides.py"  # reads recordings that name no sides
PARTS = r"hip_\w+|knee|ankle|subtalar|mtp|shank|thigh|foot|toes?|heel|ball|hand|shoulder_\w+|elbow"
SIDED = re.compile(rf"^({PARTS})_[lr]$|^_[lr]$|^lr$")
COUNTS_ROOT = "sim/physics/root_pose.py"


def _strings(source) -> Iterator[tuple[str, int]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def _counted_coordinates(source) -> Iterator[int]:
    """Yield lines where a coordinate of `qpos` or `qvel` is picked by its number.

    The first index of a batch's array is the walker's; that of an MjData (`data`) is a coordinate.
    """
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Subscript):
            continue
        array = ast.unparse(node.value)
        if array.rpartition(".")[2] not in ("qpos", "qvel"):
            continue
        index = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        coordinates = index if array.startswith("data.") else index[1:]
        bounds = [
            bound
            for part in coordinates
            for bound in ((part.lower, part.upper) if isinstance(part, ast.Slice) else (part,))
        ]
        if any(isinstance(bound, ast.Constant) and bound.value is not None for bound in bounds):
            yield node.lineno


def _outside_models(sources):
    return [s for s in sources if s.part != "models" and str(s.path) != BEFORE]


def test_no_part_is_named_by_its_side_outside_models(sources):
    wrong = [
        f"{source.path}:{line}: {text!r}"
        for source in _outside_models(sources)
        for text, line in _strings(source)
        if SIDED.match(text)
    ]
    assert wrong == []


def test_no_name_is_cut_to_find_its_side(sources):
    cut = re.compile(r"name\w*\[(:?-2:?|-1:)\]|\[:-2\]|removesuffix\(\"_[lr]\"\)|_\{side\}")
    assert _lines_like(cut, sources) == []


def test_no_joint_is_counted_outside_models(sources):
    counted = re.compile(r"\[:, :14\]|14:17|:7\]\s*,\s*\w+\.joint_qpos|reshape\(\w+, 2, 7\)")
    assert _lines_like(counted, sources) == []


def _lines_like(pattern, sources):
    """The lines outside models/ in which `pattern` is found, with their places."""
    return [
        f"{source.path}:{number}: {line.strip()}"
        for source in _outside_models(sources)
        for number, line in enumerate(source.text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_one_module_counts_coordinates_of_the_root(sources):
    wrong = [
        f"{source.path}:{line}"
        for source in _outside_models(sources)
        for line in _counted_coordinates(source)
    ]
    assert {place.split(":")[0] for place in wrong} == {COUNTS_ROOT}, wrong


def test_one_module_knows_the_batch_that_steps(sources):
    wrong = [
        f"{source.path}:{item.line}"
        for source in sources
        for item in source.imports()
        if item.target.startswith("mujoco.batch")
    ]
    assert [line.split(":")[0] for line in wrong] == ["sim/physics/backend.py"]
