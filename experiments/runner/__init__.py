"""Carry a study out, here or on Dask."""
