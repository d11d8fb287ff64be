"""Models of the package `myo-sim` (extra `bodies`), and what all with its legs and trunk share."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import mujoco

from ...sim.errors import ConfigError
from ...sim.extras import needs_extra
from ...sim.physics.backend import keep_quiet
from ..sides import pair
from .body_map import BodyMap
from .build import Described, describe

_SKELETON: dict[str, Any] = {
    "root": "Full Body",
    "trunk": "torso",
    "head": "head",
    "shanks": pair("tibia"),
    "feet": pair("talus"),
    "toes": pair("toes"),
    "forward": "-y",
}
"""Fields of `BodyMap`."""

_HIP_AND_TOES = {role: pair(role) for role in ("hip_flexion", "hip_adduction", "hip_rotation")} | {
    "mtp": pair("mtp_angle")
}
"""Joints by role."""


def load(model: str) -> mujoco.MjSpec:
    """Return a model of the package.

    Raises:
        ConfigError: the package is not installed.
    """
    try:
        from myo_sim.build.compose import (  # pyright: ignore[reportMissingTypeStubs]
            build_spec,
            sanitize_spec_xml,
        )
    except ImportError as error:
        raise ConfigError(needs_extra(f"the body '{model}'", "bodies", error)) from error
    keep_quiet()
    with warnings.catch_warnings():  # MuJoCo's, that its parts are attached without a prefix
        warnings.simplefilter("ignore")
        spec = build_spec(model)
        spec.compile()
        return mujoco.MjSpec.from_string(sanitize_spec_xml(spec.to_xml()))


def described(
    model: str,
    source: str,
    joints: Mapping[str, tuple[str, str]],
    muscles: Mapping[str, tuple[str, ...]],
    height_m: float,
) -> Described:
    """Return what is known of a model of the package, before it is scaled to a walker.

    Args:
        source: of the model, in words. joints: by role, beside those of hip and toes.
        muscles: names without side, by group. height_m: of the person it is of.

    Raises:
        ConfigError: the package is not installed.
    """
    both = {
        group: tuple(side for name in names for side in pair(name))
        for group, names in muscles.items()
    }
    parts = BodyMap(
        **_SKELETON, joints=_HIP_AND_TOES | dict(joints), muscles=both, height_m=height_m
    )
    return describe(load(model), parts, source)
