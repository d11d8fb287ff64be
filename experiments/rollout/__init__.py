"""Cells -> recordings."""
