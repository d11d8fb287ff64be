"""Storage of runs: all writing and reading of a run's folder."""
