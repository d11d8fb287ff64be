"""Camera views. The walker is kept at the scene's origin, faces +x, and y is to its left."""

from __future__ import annotations

import numpy as np
import viser

LOOK_AT = np.array([0.0, 0.0, 0.88])
FIELD_OF_VIEW = np.radians(38.0)
VIEWS = {
    "follow": (2.6, -3.3, 1.55),
    "side": (0.0, -4.2, 1.05),
    "back": (-4.2, 0.0, 1.35),
    "front": (4.2, 0.0, 1.35),
    "top": (0.0, -0.02, 5.2),
}
"""Where the camera stands [m], by name."""


def first_view(server: viser.ViserServer) -> None:
    """Let pages begin with the first of `VIEWS`."""
    camera = server.initial_camera
    camera.position, camera.look_at = np.array(VIEWS["follow"]), LOOK_AT
    camera.fov = float(FIELD_OF_VIEW)


def look_from(client: viser.ClientHandle, view: str, farther: float = 1.0) -> None:
    """Move one page's camera to one of `VIEWS`, as many times as far from what it looks at."""
    with client.atomic():
        client.camera.position = LOOK_AT + farther * (np.array(VIEWS[view]) - LOOK_AT)
        client.camera.look_at = LOOK_AT
        client.camera.fov = float(FIELD_OF_VIEW)
