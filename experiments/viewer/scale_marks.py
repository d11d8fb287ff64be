"""Distance marks on the ground: a line a metre, ticks, numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

import numpy as np

Height = Callable[[np.ndarray], np.ndarray]
"""Height (k,) [m] of the ground at points (k, 2) [m]."""
Mesh = tuple[np.ndarray, np.ndarray]
"""Vertices (v, 3) [m] and triangles (f, 3)."""

PATH_HALF_WIDTH = 0.9  # m between the middle and the path's edges
LIFT = 0.004  # m above the ground, so that marks do not flicker

_LINE, _THIN = 0.022, 0.010  # m wide
_SAMPLE = 0.05  # m between points of a line on uneven ground
_DIGIT_HEIGHT, _STROKE = 0.20, 0.024
_NUMBERS_FROM = PATH_HALF_WIDTH + 0.12
_ADVANCE = 0.76  # digit heights from one glyph to the next

_CORNERS = {"a": (0, 1), "b": (0.5, 1), "c": (0.5, 0.5), "d": (0.5, 0), "e": (0, 0), "f": (0, 0.5)}
_STROKES = {
    "0": ("abdea",),
    "1": ("bd",),
    "2": ("abcfed",),
    "3": ("abde", "fc"),
    "4": ("afc", "bd"),
    "5": ("bafcde",),
    "6": ("baedcf",),
    "7": ("abd",),
    "8": ("abdea", "fc"),
    "9": ("cfabde",),
}
_M = [[(0, 0), (0, 0.55), (0.32, 0.55), (0.32, 0)], [(0.32, 0.55), (0.64, 0.55), (0.64, 0)]]


def lines(x_from: int, x_to: int, height: Height, even: bool) -> tuple[Mesh, Mesh]:
    """Return the strong and the thin lines of the path between two whole metres along world x.

    Args:
        even: whether straight lines lie on the ground from end to end.
    """
    edge = PATH_HALF_WIDTH
    strong = [[(x, -edge), (x, edge)] for x in range(x_from, x_to)]
    strong += [[(x_from, y), (x_to, y)] for y in (-edge, edge)]
    thin = [[(x + 0.5, -edge), (x + 0.5, edge)] for x in range(x_from, x_to)]
    return (
        ribbons(strong, _LINE, height, even),
        ribbons([*thin, [(x_from, 0.0), (x_to, 0.0)]], _THIN, height, even),
    )


def numbers(x_from: int, x_to: int, sign: float, height: Height, even: bool) -> Mesh:
    """Return the numbers of metres walked beside the lines; none behind the start.

    They are to be read by somebody at the walker's right who looks at them from the side.
    """
    strokes: list[list[tuple[float, float]]] = []
    for x in range(x_from, x_to):
        if x * sign >= 0:
            strokes += _number(str(abs(x)), float(x))
    return ribbons(strokes, _STROKE, height, even)


def _number(text: str, x: float) -> list[list[tuple[float, float]]]:
    """Return strokes of `text` and a small m, centred on x."""
    size = _DIGIT_HEIGHT
    wide = size * (_ADVANCE * len(text) + 0.64)
    left, base = x - 0.5 * wide, -_NUMBERS_FROM - size
    found: list[list[tuple[float, float]]] = []
    for k, digit in enumerate(text):
        for stroke in _STROKES[digit]:
            corners = [_CORNERS[c] for c in stroke]
            found.append([(left + size * (u + _ADVANCE * k), base + size * v) for u, v in corners])
    after = left + size * _ADVANCE * len(text)
    return found + [[(after + size * u, base + size * v) for u, v in stroke] for stroke in _M]


def ribbons(
    paths: Iterable[Sequence[tuple[float, float]]], width: float, height: Height, even: bool
) -> Mesh:
    """Return flat bands of `width` along the paths' straight pieces, laid on the ground."""
    sheets: list[np.ndarray] = []
    for path in paths:
        for start, end in itertools.pairwise(path):
            a, b = np.array(start, float), np.array(end, float)
            way = b - a
            long = float(np.linalg.norm(way))
            along = way / long
            a, b = a - 0.5 * width * along, b + 0.5 * width * along  # corners are filled
            count = 2 if even else max(2, int(np.ceil(long / _SAMPLE)) + 1)
            middle = a + np.linspace(0.0, 1.0, count)[:, None] * (b - a)
            aside = 0.5 * width * np.array([-along[1], along[0]])
            sheets.append(np.stack([middle - aside, middle + aside], 1))
    return sheet_mesh(sheets, height)


def sheet_mesh(sheets: list[np.ndarray], height: Height) -> Mesh:
    """Return sheets laid on the ground, each a grid (rows, columns, 2) of points, facing up."""
    if not sheets:
        return np.zeros((0, 3)), np.zeros((0, 3), int)
    points = np.concatenate([sheet.reshape(-1, 2) for sheet in sheets])
    vertices = np.column_stack([points, height(points) + LIFT])
    faces: list[np.ndarray] = []
    first = 0
    for sheet in sheets:
        rows, columns = map(int, sheet.shape[:2])
        grid = np.arange(first, first + rows * columns).reshape(rows, columns)
        corner = grid[:-1, :-1].ravel()
        below, diagonal = corner + columns, corner + columns + 1
        faces.append(np.stack([corner, below, diagonal], -1))
        faces.append(np.stack([corner, diagonal, corner + 1], -1))
        first += rows * columns
    return vertices, _facing_up(vertices, np.concatenate(faces))


def _facing_up(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    a, b, c = (vertices[faces[:, k], :2] for k in range(3))
    one, other = b - a, c - a
    down = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] < 0
    return np.where(down[:, None], faces[:, ::-1], faces)
