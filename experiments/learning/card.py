"""The card of a learned gait in the format of model hubs: `README.md` beside the network.

The front matter is what a hub reads; the body says what the gait is for, how it was made, and the
hashes of network and contract, so that a copy can be held against them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ...models.yaml_source import yaml_text
from ...sim.json_file import read_json
from ..store.atomic import write_text

_BODY = """\
# {name}

A learned gait of retrowalk: a muscle-driven human in MuJoCo walks {direction}.

- **Walks** {direction}, {low:g} to {high:g} m/s; {mode} actions; body `{body}`, walker
  `{walker}`{senses}.
- **Made** by `{command}`: {steps:,} steps, seed {seed}; {versions}.
- **Use**: `policy: {file}` in an experiment's config, or
  `retrowalk compare scripted {file} --on flat,rough-1cm --speed 0.6`.
- **Judge it** by falls, cost and load as `retrowalk compare` measures them, not by its return.
- **Limits**: it was made for this body and these speeds, and for the grounds that the contract
  names; elsewhere results are withheld.

Reading the files runs no code: ONNX and JSON are data.

| file | sha256 |
|---|---|
| `{file}` | `{network}` |
| `{contract_file}` (the contract: observations, actions, body) | `{contract}` |
"""


def write_card(network: Path) -> Path:
    """Write `README.md` beside a learned gait's .onnx and .json; return its path."""
    path = network.with_name("README.md")
    write_text(path, card(network))
    return path


def card(network: Path) -> str:
    """Return the card of a learned gait: front matter and Markdown."""
    contract_file = network.with_suffix(".json")
    contract: dict[str, Any] = read_json(contract_file)
    training = contract["training"]
    front = {
        "library_name": "retrowalk",
        "license": "apache-2.0",
        "pipeline_tag": "reinforcement-learning",
        "tags": [
            "reinforcement-learning",
            "gymnasium",
            "mujoco",
            "biomechanics",
            "onnx",
            str(training["config"].get("algorithm", "ppo")),
            f"retrowalk/{contract['direction'].capitalize()}-v0",
        ],
    }
    low, high = contract["speed_m_per_s"]
    senses = [
        words
        for key, words in (("eyes", "sees the path"), ("slip", "feels its feet slide"))
        if contract.get(key)
    ]
    body = _BODY.format(
        **{key: contract[key] for key in ("name", "direction", "body", "walker")},
        low=low,
        high=high,
        mode=contract["action"]["mode"],
        senses="".join(f"; {one}" for one in senses),
        command=training["command"],
        steps=training["steps"],
        seed=training["seed"],
        versions=", ".join(f"{name} {one}" for name, one in training["versions"].items()),
        file=network.name,
        contract_file=contract_file.name,
        network=hashlib.sha256(network.read_bytes()).hexdigest(),
        contract=hashlib.sha256(contract_file.read_bytes()).hexdigest(),
    )
    return f"---\n{yaml_text(front)}---\n\n{body}"
