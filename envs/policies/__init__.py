"""Policies: policy files, learned gaits and user-defined gaits."""
