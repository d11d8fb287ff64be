"""Shapes, ground, colours for viewer, replay, film."""
