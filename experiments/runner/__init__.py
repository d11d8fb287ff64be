"""Execution of studies, locally or on Dask."""
