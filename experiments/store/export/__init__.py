"""Recordings in formats of other programs: CSV, OpenSim's .mot and .sto."""
