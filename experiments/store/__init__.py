"""A run on disk: written and read in one place."""
