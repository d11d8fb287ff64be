"""Trials as a video (imageio-ffmpeg) or a GIF (Pillow): MuJoCo's pictures, side by side in sync."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ...sim.errors import RetrowalkError
from ...sim.extras import needs_extra
from ..drawing.colours import activation_colours
from ..drawing.series import steady_from
from ..store.atomic import write_atomic, write_by_name
from .captions import caption, legend
from .page import Shown, end_of, titles
from .stage import CameraView, Size, TrialStage
from .stage_marks import Marks

if TYPE_CHECKING:
    from PIL import Image

VIDEO_FPS, GIF_FPS = 30, 15
GIF_S = 4.0
"""How much of a trial a GIF shows where nobody says: they grow fast."""

_ONE, _TWO = Size(960, 720), Size(640, 720)
_ONE_GIF, _TWO_GIF = Size(480, 400), Size(320, 400)

_NOT_WHOLE = "ffmpeg could not write all of it: perhaps the disk is full"

Progress = Callable[[int, int], object]


def film(
    shown: Sequence[Shown],
    path: Path,
    start_s: float | None = None,
    length_s: float | None = None,
    camera: str = "follow",
    progress: Progress = lambda done, total: None,
) -> None:
    """Write the trials to `path`: a GIF by that ending, else a video.

    Args:
        start_s, length_s: of what is shown; by default all of it, of a GIF the last seconds
            before a fall, or the first of steady walking.

    Raises:
        ConfigError: no camera of that name.
        RetrowalkError: there is no OpenGL, or no encoder, with what to install.
    """
    look, is_gif = CameraView.of(camera), path.suffix.lower() == ".gif"
    fps = GIF_FPS if is_gif else VIDEO_FPS
    if not is_gif:
        check_encoder()
    if is_gif:
        length_s = GIF_S if length_s is None else length_s
        start_s = _worth_seeing(shown, length_s) if start_s is None else start_s
    start = start_s or 0.0
    until = max(end_of(one.recording) for one in shown)
    until = until if length_s is None else min(until, start + length_s)
    times = start + np.arange(max(1, round((until - start) * fps))) / fps
    size = (_ONE_GIF, _TWO_GIF) if is_gif else (_ONE, _TWO)
    frames = _frames(shown, times, size[len(shown) > 1], look, progress)
    if is_gif:
        write_atomic(path, lambda file: _write_gif(file, frames, fps))
    else:
        write_by_name(path, lambda temporary: _write_video(temporary, path.suffix, frames, fps))


def check_encoder() -> None:
    """Refuse to begin a video that could not be written.

    Raises:
        RetrowalkError: imageio-ffmpeg is not installed.
    """
    try:
        import imageio_ffmpeg  # noqa: F401
    except ImportError as error:
        raise RetrowalkError(
            f"{needs_extra('a video', 'video', error)}; "
            "--gif and the page that --html writes need nothing more"
        ) from None


def _worth_seeing(shown: Sequence[Shown], length_s: float) -> float:
    """Return where a short film begins: before the first fall, or in steady walking [s]."""
    falls = [end_of(one.recording) for one in shown if bool(one.chosen.row["fell"])]
    if falls:
        return max(min(falls) - length_s, 0.0)
    return max(steady_from(one.recording) for one in shown)


def _frames(
    shown: Sequence[Shown], times: np.ndarray, size: Size, look: CameraView, progress: Progress
) -> Iterator[np.ndarray]:
    """Yield (high, wide, 3) uint8 frames, the trials beside each other."""
    scale = size.wide / 640 if size.wide < 640 else 1.0
    with contextlib.ExitStack() as stack:
        stages = [
            stack.enter_context(
                TrialStage(one.recording, one.chosen.cell.body, one.chosen.cell.walker, size)
            )
            for one in shown
        ]
        paths = [_steady_path(stage.marks) for stage in stages]
        for number, time in enumerate(times):
            images: list[np.ndarray] = []
            for stage, path, title in zip(stages, paths, titles(shown), strict=True):
                clock = stage.recording["time"].values
                last = int(np.searchsorted(clock, end_of(stage.recording) + 1e-9)) - 1
                sample = min(int(np.searchsorted(clock, time)), last)
                image = stage.image(sample, look, path[sample])
                images.append(caption(image, title, stage.marks, sample, scale))
            images[0] = legend(images[0], scale)
            yield np.hstack(images)
            progress(number + 1, len(times))


def _steady_path(marks: Marks) -> np.ndarray:
    """Return what the camera looks at, (samples, 2) [m]: the walker's way without its steps."""
    path, time = marks.path, marks.recording["time"].values
    half = max(1, round(0.6 / float(time[1] - time[0])))
    ends = [np.repeat(path[[k]], half, axis=0) for k in (0, -1)]
    padded = np.concatenate([ends[0], path, ends[1]])
    summed = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
    width = 2 * half + 1
    return (summed[width:] - summed[:-width]) / width


def _write_gif(file: BinaryIO, frames: Iterator[np.ndarray], fps: int) -> None:
    from PIL import Image

    images = [Image.fromarray(frame) for frame in frames]
    palette = _palette(images[len(images) // 2])
    flat = [one.quantize(255, palette=palette, dither=Image.Dither.NONE) for one in images]
    flat[0].save(
        file,
        format="GIF",
        save_all=True,
        append_images=flat[1:],
        duration=round(1000 / fps),
        loop=0,
        optimize=False,
    )


def _palette(frame: Image.Image) -> Image.Image:
    """Return 255 colours for a GIF: of a frame, and of the scale of activation, however rare."""
    from PIL import Image

    scale = [tuple(int(one[k : k + 2], 16) for k in (1, 3, 5)) for one in activation_colours()]
    ramp = np.array(scale, np.uint8)[None].repeat(frame.height // 3, axis=0)
    wide = np.asarray(Image.fromarray(ramp).resize((frame.width, len(ramp)), Image.Resampling.BOX))
    both = Image.fromarray(np.vstack([np.asarray(frame), wide]))
    return both.quantize(255, dither=Image.Dither.NONE)


def _write_video(path: Path, ending: str, frames: Iterator[np.ndarray], fps: int) -> None:
    """Write a film by ffmpeg.

    Raises:
        OSError: ffmpeg ended before its time, or the film lacks frames.
    """
    import imageio_ffmpeg

    first = next(frames)
    high, wide = first.shape[:2]
    temporary = path.with_name(path.stem + ending)
    codec = "libvpx-vp9" if ending == ".webm" else "libx264"
    writer = imageio_ffmpeg.write_frames(
        str(temporary),
        (wide, high),
        fps=fps,
        codec=codec,
        quality=5,
        macro_block_size=2,
        ffmpeg_log_level="quiet",
    )
    writer.send(None)
    count = 0
    try:
        for frame in itertools.chain([first], frames):
            _send(writer, frame)
            count += 1
    finally:
        writer.close()
    if _frames_in(temporary) != count:
        raise OSError(_NOT_WHOLE)
    temporary.replace(path)


def _send(writer: Generator[None, np.ndarray, None], frame: np.ndarray) -> None:
    try:
        writer.send(np.ascontiguousarray(frame))
    except OSError:  # it quotes its command on many lines
        raise OSError(_NOT_WHOLE) from None


def _frames_in(film: Path) -> int:
    """Return how many frames a film has, 0 where it cannot be read."""
    import imageio_ffmpeg

    try:
        return int(imageio_ffmpeg.count_frames_and_secs(str(film))[0])
    except RuntimeError:
        return 0
