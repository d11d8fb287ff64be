"""Measures: pure functions of a recording."""
