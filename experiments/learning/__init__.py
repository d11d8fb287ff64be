"""Train, export, convert and evaluate policies."""
