"""The batch: one body stepped; backend seam."""
