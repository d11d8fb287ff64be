"""Which answers of an experiment depend on choices that no person makes."""
