"""Margins of stability, divergence, angular momentum, near falls."""
