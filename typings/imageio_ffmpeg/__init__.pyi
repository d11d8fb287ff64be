"""What this project uses of imageio-ffmpeg, which ships without types."""

from collections.abc import Generator, Iterator

import numpy as np

def write_frames(
    path: str, size: tuple[int, int], *, fps: float, codec: str, quality: int, macro_block_size: int
) -> Generator[None, np.ndarray | None]: ...
def read_frames(path: str) -> Iterator[dict[str, object] | bytes]: ...
