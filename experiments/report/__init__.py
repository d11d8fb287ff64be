"""A run as a page: figures, tables, answers."""
