"""Gaits found by direct collocation of a planar walker: a tool of the developers (extra `solve`)."""
