"""The ground: its description (`surface`), its shape in each trial (`ground`), its contacts."""
