"""How fast physics and environments run."""
