"""Spatiotemporal, angles."""
