"""Shapes, ground and colours that viewer, replay and film share."""
