"""A run's folder is read in one place: `experiments/store`, through its `Run`."""

from __future__ import annotations

import ast

STORE = "experiments/store/"
FILES = {
    *("config.yaml", "manifest.json", "trials.parquet", "strides.parquet", "waveforms.nc"),
    *("contrasts.json", "waveform_contrasts.json", "comparison.json", "fall_risk.json"),
    "preferred_speed.json",
}
READERS = ("store.tables.read_table", "store.manifest.read_manifest")


def test_json_files_are_read_in_one_place(sources):
    wrong = [
        f"{source.path}:{node.lineno}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node).startswith(("json.load(", "json.loads("))
        and ".read_" in ast.unparse(node)
    ]
    assert wrong == []  # sim.json_file.read_json


def test_nobody_else_names_or_reads_the_files_of_a_run(all_sources):
    wrong = []
    for source in all_sources:
        path = source.path.as_posix()
        if path.startswith((STORE, "tests/")):
            continue
        wrong += [
            f"{path}:{node.lineno} names {node.value}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Constant) and node.value in FILES
        ]
        wrong += [
            f"{path}:{item.line} imports {item.target}"
            for item in source.imports()
            if item.target.endswith(READERS)
        ]
    assert wrong == []
