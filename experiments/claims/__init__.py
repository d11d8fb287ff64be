"""Claims about retro walking, tested by a run each, as pages of docs/results/claims/."""
