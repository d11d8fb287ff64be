"""Tuned gaits on disk, as `envs.gaits.gait_files` reads them."""

from __future__ import annotations

from ..envs.gaits.gait_files import gait_table, parameter_row, read_gait, shipped_gaits

__all__ = ["gait_table", "parameter_row", "read_gait", "shipped_gaits"]
