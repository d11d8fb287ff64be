"""Spatiotemporal measures, joint angles, trunk."""
