"""Gymnasium and SB3."""
