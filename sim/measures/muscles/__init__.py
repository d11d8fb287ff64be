"""Activation, tension, energy."""
