"""What is chosen about the model, one thing at a time.

Numerics, muscle sharing, energy model, and the force at which a foot is on the ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...envs.policies.source import kind_of
from ...models.numerics import SEPARATOR, WORDS
from ..study.experiment import ExperimentConfig
from ..study.sharing import AS_TUNED

OWN = "own"
"""Name of the experiment as it is."""
_SHARINGS = {
    "cubed": "sharing by cubed activation",
    "cubed-by-volume": "sharing by cubed activation and volume",
}
_ENERGY_MODELS = {
    "umberger2003_": "energy by Umberger 2003",
    "bhargava_": "energy by Bhargava 2004",
}
_CONTACT_N = (5.0, 50.0)
"""Forces at which a foot may be said to stand [N]: those of force plates in the literature."""
_OF_ENERGY = {
    "metabolic_power_w_per_kg": "power_w_per_kg",
    "cost_of_transport_j_per_kg_m": "cost_of_transport_j_per_kg_m",
    "net_cost_of_transport_j_per_kg_m": "net_cost_of_transport_j_per_kg_m",
}


@dataclass(frozen=True)
class Variant:
    """The experiment with one choice made otherwise.

    Attributes:
        name: of its run's folder. what: the choice in words.
        overrides: of the config, `KEY=VALUE`; the trials are walked anew.
        energy: prefix of the energy model's columns; nothing is walked anew.
        stands_n: force above which a foot is on the ground [N]; the recordings are measured anew.
    """

    name: str
    what: str
    overrides: tuple[str, ...] = ()
    energy: str = ""
    stands_n: float | None = None

    @property
    def walked(self) -> bool:
        """Whether its trials must be walked."""
        return not self.energy and self.stands_n is None


def variants_of(config: ExperimentConfig) -> tuple[Variant, ...]:
    """Return the experiment as it is and every variant that it can have."""
    return (Variant(OWN, "as it is"), *_variants(config))


def _variants(config: ExperimentConfig) -> Iterator[Variant]:
    if "body" not in config.factors and SEPARATOR not in config.body:
        for name, what in WORDS.items():
            body = f"body={config.body}{SEPARATOR}{name}"
            yield Variant(name, what, (body,))
    policies = map(str, config.factors.get("policy", (config.policy,)))
    kinds = [kind_of(policy) for policy in policies]
    if config.sharing.preset == AS_TUNED and all(kind and kind.shares for kind in kinds):
        for name, what in _SHARINGS.items():
            yield Variant(name, what, (f"sharing={name}",))
    if any(contrast.measure in _OF_ENERGY for contrast in config.contrasts):
        for prefix, what in _ENERGY_MODELS.items():
            yield Variant(prefix.rstrip("_"), what, energy=prefix)
    for force in _CONTACT_N:
        yield Variant(f"contact-{force:g}-n", f"contact from {force:g} N", stands_n=force)


def with_energy_model(config: ExperimentConfig, prefix: str) -> ExperimentConfig:
    """Return the config whose contrasts ask for energy by another model."""
    contrasts = tuple(
        contrast.model_copy(update={"measure": f"{prefix}{_OF_ENERGY[contrast.measure]}"})
        if contrast.measure in _OF_ENERGY
        else contrast
        for contrast in config.contrasts
    )
    return config.model_copy(update={"contrasts": contrasts})
