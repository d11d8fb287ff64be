"""Numerics only: knows no trial, no gait."""
