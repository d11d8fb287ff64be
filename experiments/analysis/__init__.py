"""Trials -> answers."""
