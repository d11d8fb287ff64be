"""Scripted and reference gaits: foot placement, leg control, muscle control."""
