"""Curves over the gait cycle."""
