"""What this project uses of cma, which ships without types."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

class CMAEvolutionStrategy:
    mean: np.ndarray
    def __init__(self, x0: np.ndarray, sigma0: float, inopts: Mapping[str, Any]) -> None: ...
    def ask(self) -> list[np.ndarray]: ...
    def tell(self, solutions: Sequence[np.ndarray], function_values: Sequence[float]) -> None: ...
