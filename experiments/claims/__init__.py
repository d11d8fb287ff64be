"""Claims about retro walking: what a run says of each, as pages of docs/results/claims/."""
