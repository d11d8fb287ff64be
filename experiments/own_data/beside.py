"""The model's curves beside a person's: RMSE, correlation, distance in standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .channels import ACTIVITY, ANGLE, FORCE, MOMENT
from .cycles import Curves, Key

QUANTITIES = {
    ANGLE: ("Joint angles", "°", 180.0 / np.pi),
    MOMENT: ("Joint moments", "N.m/kg", 1.0),
    FORCE: ("Ground force", "body weights", 1.0),
    ACTIVITY: ("Muscle activity", "of its mean", 1.0),
}
"""Heading, unit shown, and factor from ours to it."""


@dataclass(frozen=True)
class Beside:
    """One curve of both.

    Attributes:
        quantity, name: what it is. person, model: mean curves in the unit shown, (points,).
        sd: between the person's strides, (points,); NaN where too few.
        rmse: in the unit shown. r: Pearson's correlation, None where one of them is constant.
        z: root mean square of the difference in standard deviations; None without these.
        strides: of the person, of the model.
    """

    quantity: str
    name: str
    person: np.ndarray
    model: np.ndarray
    sd: np.ndarray
    strides: tuple[int, int]

    @property
    def rmse(self) -> float:
        """Root of the mean square of the difference."""
        return float(np.sqrt(np.square(self.model - self.person).mean()))

    @property
    def r(self) -> float | None:
        """Correlation of both curves."""
        if np.ptp(self.model) == 0 or np.ptp(self.person) == 0:
            return None
        return float(np.corrcoef(self.model, self.person)[0, 1])

    @property
    def z(self) -> float | None:
        """Distance in standard deviations between the person's strides."""
        if not (self.sd > 0).all():
            return None
        return float(np.sqrt(np.square((self.model - self.person) / self.sd).mean()))


def beside(person: Curves, model: Curves) -> list[Beside]:
    """Return what both have, by quantity in the order of `QUANTITIES`."""
    common: Sequence[Key] = [key for key in model.mean if key in person.mean]
    return [
        Beside(
            *key,
            person=scale * person.mean[key],
            model=scale * model.mean[key],
            sd=scale * person.sd[key],
            strides=(person.strides[key], model.strides[key]),
        )
        for quantity, (_, _, scale) in QUANTITIES.items()
        for key in common
        if key[0] == quantity
    ]
