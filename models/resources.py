"""The data files of the human body."""

from ..sim.data_files import beside

HUMAN = beside(__name__, "human")
"""The folder that holds them."""
