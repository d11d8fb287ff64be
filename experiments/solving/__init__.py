"""Gaits found by direct collocation of a planar walker: for developers (extra `solve`)."""
