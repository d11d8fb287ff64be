"""Numerics only: intervals, tests and fits that know no trial and no gait."""
