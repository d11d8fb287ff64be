"""From cells to recordings: the trials of a study, simulated."""
