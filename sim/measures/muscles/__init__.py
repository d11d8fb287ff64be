"""Activation, tension, co-contraction, energy."""
