"""The ground: what it is (`surface`), how it lies in each trial (`ground`), how feet feel it."""
