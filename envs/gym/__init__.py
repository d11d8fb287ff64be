"""Gymnasium and Stable-Baselines3 environments: what a learner observes and earns."""
