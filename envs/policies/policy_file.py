"""Learned policies on disk: one ONNX file, and beside it a contract in JSON.

Reading runs no code from a file: JSON is parsed, ONNX is data, and nothing is ever unpickled. What
does not fit (another body, another layout, a damaged or disguised file) is refused with a reason.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ...sim.plain_values import is_dict
from ..gaits.parameters import NAMES, GaitTable
from .network import Network

FORMAT = "retrowalk learned gait 1"
LARGEST_BYTES = 64_000_000
SHIPPED = Path(str(beside(__name__, "shipped")))
"""Folder of the learned gaits that ship."""

LEARNED_ENDINGS = (".onnx", ".json")
"""Endings of a learned policy's files."""
PICKLED_ENDING = ".zip"
"""Ending of a model of stable-baselines3."""
_UNSAFE = (".zip", ".pkl", ".pickle", ".pt", ".pth", ".joblib", ".npy")


def shipped_policies() -> dict[str, Path]:
    """Return the ONNX files of the learned gaits that ship, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.onnx"))}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ObservedTerm(_Part):
    """A block of the observation."""

    term: str
    columns: tuple[str, ...]
    unit: str


class ActionLayout(_Part):
    """What the policy's output means."""

    mode: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    period_s: float
    smoothing: float


class GaitRows(_Part):
    """The scripted gait that was learned on."""

    direction: str
    speeds_m_per_s: list[float] = Field(min_length=1)
    names: list[str]
    values: list[list[float]]

    @classmethod
    def of(cls, table: GaitTable) -> GaitRows:
        """Return a table as JSON holds it."""
        return cls(
            direction=table.direction,
            speeds_m_per_s=table.speeds.tolist(),
            names=list(NAMES),
            values=table.values.tolist(),
        )

    @property
    def table(self) -> GaitTable:
        """The parameters over speed."""
        return GaitTable(self.direction, np.array(self.speeds_m_per_s), np.array(self.values))


class Contract(_Part):
    """What a policy needs and what it is; the JSON file beside the ONNX file."""

    format: str
    name: str
    direction: str
    body: str
    walker: str
    body_digest: str
    speed_m_per_s: tuple[float, float]
    action: ActionLayout
    observation: tuple[ObservedTerm, ...]
    eyes: bool
    muscles: bool
    slip: bool = False
    gait: GaitRows
    onnx_sha256: str
    training: dict[str, Any]


class LearnedPolicy:
    """A policy as read from its files: observation (n, columns) -> action (n, size).

    Attributes:
        contract: what it needs. digest: sha256 of contract and network together.

    Raises:
        ConfigError: the network is no feed-forward one, not of the contract's layout, or gives
            what is no action.
    """

    def __init__(self, contract: Contract, network: bytes, source: str) -> None:
        self.contract, self._source = contract, source
        told = contract.model_dump_json(exclude_defaults=True).encode()
        self.digest = hashlib.sha256(told + network).hexdigest()
        columns = sum(len(term.columns) for term in contract.observation)
        self._network = Network(network, source, columns, len(contract.action.names))

    def __call__(self, observation: np.ndarray) -> np.ndarray:
        """Actions (n, size), -1 to 1, for observations (n, columns).

        Raises:
            ConfigError: the network gives what is no action.
        """
        return self._network(observation)

    @property
    def table(self) -> GaitTable:
        """The scripted gait that was learned on.

        Raises:
            ConfigError: its parameters are not those of this version.
        """
        gait = self.contract.gait
        shape = (len(gait.speeds_m_per_s), len(NAMES))
        if tuple(gait.names) != NAMES or np.shape(gait.values) != shape:
            raise ConfigError(
                f"{self._source}: learned on a scripted gait of other parameters "
                f"(differing: {sorted(set(gait.names) ^ set(NAMES))}); train it again"
            )
        return gait.table


def read_policy(path: Path) -> LearnedPolicy:
    """Read the policy whose contract (`.json`) or network (`.onnx`) is at `path`.

    Raises:
        ConfigError: telling what is wrong with which file.
    """
    if path.suffix in _UNSAFE:
        raise ConfigError(
            f"{path}: such a file may run code when it is read, so it is not; a learned gait is an "
            ".onnx file with its .json contract (`retrowalk train` writes both)"
        )
    if path.suffix not in (".onnx", ".json"):
        raise ConfigError(f"{path}: a learned gait is an .onnx file with its .json contract")
    contract_file, network_file = path.with_suffix(".json"), path.with_suffix(".onnx")
    contract = read_contract(contract_file)
    network = _bytes(network_file)
    if hashlib.sha256(network).hexdigest() != contract.onnx_sha256:
        raise ConfigError(f"{network_file}: damaged, or not the network of {contract_file}")
    return LearnedPolicy(contract, network, str(network_file))


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    if path.stat().st_size > LARGEST_BYTES:
        raise ConfigError(f"{path}: larger than {LARGEST_BYTES // 1_000_000} MB; not a gait")


def _bytes(path: Path) -> bytes:
    _check_size(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error


def read_contract(path: Path) -> Contract:
    """Read the contract at `path` (`.json`), without its network.

    Raises:
        ConfigError: telling what is wrong with it.
    """
    _check_size(path)
    try:
        data = read_json(path)
        if not is_dict(data) or data.get("format") != FORMAT:
            raise ConfigError(f"{path}: not the contract of a learned gait of this version")
        return Contract.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: {key}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: not readable as JSON ({error})") from error
