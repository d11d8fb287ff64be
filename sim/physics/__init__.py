"""Batched physics of one body: simulation, muscles, friction, recording."""
