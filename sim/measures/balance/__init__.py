"""Margins, divergence, near falls."""
