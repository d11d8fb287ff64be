"""Offline: how the muscle table was made."""
