"""Replays: recorded trials as scenes, pages, pictures and videos."""
