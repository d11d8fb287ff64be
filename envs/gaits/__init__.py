"""Gait policies."""
