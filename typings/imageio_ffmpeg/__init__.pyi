"""What this project uses of imageio-ffmpeg, which ships without types."""

from collections.abc import Generator, Iterator

import numpy as np

def write_frames(
    path: str,
    size: tuple[int, int],
    *,
    fps: float,
    codec: str,
    quality: int,
    macro_block_size: int,
    ffmpeg_log_level: str,
) -> Generator[None, np.ndarray | None]: ...
def count_frames_and_secs(path: str) -> tuple[int, float]: ...
def read_frames(path: str) -> Iterator[dict[str, object] | bytes]: ...
