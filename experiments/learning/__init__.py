"""Train, export, convert, evaluate."""
