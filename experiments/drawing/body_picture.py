"""A body from its left side and from the front, with what its parts were taken for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...models.body import Body
from ...sim.physics.muscle_pull import sites_of_path
from ..store.atomic import write_atomic
from .geom_pieces import geom_pieces

_VIEWS = (("from its left", 0, 1), ("from the front", 1, 0))
_COLOURS = {"left leg": "#3b7dd8", "right leg": "#d8683b", "trunk": "#4c9f70", "rest": "#b8bcc4"}


def draw_body(body: Body, path: Path) -> None:
    """Write the picture of a body in standing to `path`, a PNG."""
    model = body.spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    figure: Any = Figure(figsize=(9, 7), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (title, across, depth) in zip(figure.subplots(1, 2), _VIEWS, strict=True):
        _draw_geoms(axes, model, data, body, across, depth)
        _draw_muscles(axes, model, data, across)
        if across == 0:
            _name_joints(axes, model, data, body)
        axes.set(title=title, aspect="equal", xlabel=f"{'xy'[across]} [m]", ylabel="z [m]")
        axes.autoscale()
        if across == 1:
            axes.invert_xaxis()  # its left is on our right
    handles = [Patch(color=colour, alpha=0.5, label=part) for part, colour in _COLOURS.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    write_atomic(path, lambda file: figure.savefig(file, format="png"))


def _draw_geoms(
    axes: Any, model: mujoco.MjModel, data: mujoco.MjData, body: Body, across: int, depth: int
) -> None:
    soles = {name for foot in body.anatomy.region_geoms for name in foot}
    triangles: list[np.ndarray] = []
    colours: list[str] = []
    for number, piece in geom_pieces(model):
        turn = data.xmat[number].reshape(3, 3)
        corners = data.xpos[number] + piece.vertices @ turn.T
        triangles.append(corners[piece.faces])
        colours += [_COLOURS[_part(model, body, number)]] * len(piece.faces)
    if triangles:
        corners = np.concatenate(triangles)
        order = np.argsort(corners[:, :, depth].mean(1))
        axes.add_collection(
            PolyCollection(
                list(corners[order][:, :, [across, 2]]),
                facecolors=[colours[i] for i in order],
                alpha=0.35,
            )
        )
    for name in soles:
        place = data.geom(name).xpos
        axes.plot(place[across], place[2], "v", color="black", markersize=5)


def _part(model: mujoco.MjModel, body: Body, number: int) -> str:
    thighs = [int(model.body(shank).parentid[0]) for shank in body.anatomy.knee_bodies]
    trunk = model.body(body.anatomy.trunk).id
    while number > 0:
        if number in thighs:
            return ("left leg", "right leg")[thighs.index(number)]
        if number == trunk:
            return "trunk"
        number = int(model.body_parentid[number])
    return "rest"


def _draw_muscles(axes: Any, model: mujoco.MjModel, data: mujoco.MjData, across: int) -> None:
    tendons = np.flatnonzero(model.actuator_trntype == mujoco.mjtTrn.mjTRN_TENDON).tolist()
    paths = [data.site_xpos[sites_of_path(model, muscle)][:, [across, 2]] for muscle in tendons]
    axes.add_collection(LineCollection(paths, colors="#b03030", linewidths=0.7))


def _name_joints(axes: Any, model: mujoco.MjModel, data: mujoco.MjData, body: Body) -> None:
    """Write the roles of the left leg's and the midline's joints beside them."""
    names: dict[tuple[float, float], list[str]] = {}
    roles = body.roles
    for joint, role, side in zip(roles.joints, roles.joint_roles, roles.joint_sides, strict=True):
        if side != "r":
            x, _, z = data.joint(joint).xanchor.round(2)
            names.setdefault((float(x), float(z)), []).append(role.replace("_", " "))
    for (x, z), told in names.items():
        axes.plot(x, z, "o", color="black", markersize=3)
        axes.annotate(
            "\n".join(told), (x, z), (18, 0), textcoords="offset points", fontsize=7, va="center"
        )
