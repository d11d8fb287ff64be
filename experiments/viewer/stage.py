"""Ground of the viewer's scene, and the frame that keeps the walker before the camera.

Not the camera goes along but the world moves under it: whoever looks can turn and zoom freely.
"""

from __future__ import annotations

import numpy as np
import viser

from ...sim.physics.simulation import Simulation
from .ground_look import TILE_M, Solid, belt_solids, floor, raised, tile
from .moment import Pose

_AROUND_M = 11.0  # to either side of the walker in which tiles are drawn
_FLOOR_M = 60.0  # side of the floor
_FOLLOW_S = 0.25  # time constant of the frame's way up and aside
_STRIPE_M = 0.25  # between the stripes on a belt
_STRIPE = (40, 44, 50)
_STRIPE_MARK = (235, 196, 92)


class GroundStage:
    """The ground of one simulation.

    Args:
        server: of the page. sim: whose ground. sign: +1 where the walker goes to +x, else -1.
        name: the scene's node that all hangs on. aside_m: where along y the walker is kept; the
            floor is a strip as wide as that to either side, endless for 0.
    """

    def __init__(
        self, server: viser.ViserServer, sim: Simulation, sign: float, name: str, aside_m: float
    ) -> None:
        assert sim.ground is not None
        self._scene, self._sim, self._sign, self._ground = server.scene, sim, sign, sim.ground
        self._name, self._aside = name, aside_m
        self._root = self._scene.add_frame(name, show_axes=False)
        self._floor = self._add_floor()
        self._tiles: dict[int, viser.FrameHandle] = {}
        for i, solid in enumerate(raised(self._ground)):
            self._add_solid(f"{self._name}/raised/{i}", solid)
        self._belt = self._stripes = None
        if self._ground.belt is not None:
            self._add_belt()
        self._followed = self._below(sim.root_position[0])
        self.follows = True

    def update(self, moment: Pose, seconds: float) -> None:
        """Draw what is near the walker; `seconds` have passed on the screen."""
        target = self._below(moment.root)
        if self.follows:
            share = 1.0 - np.exp(-seconds / _FOLLOW_S)
            self._followed[1:] += share * (target[1:] - self._followed[1:])
            self._followed[0] = target[0]
            self._root.position = np.array([0.0, self._aside, 0.0]) - self._followed
        whole = float(round(target[0]))
        point, turn, _ = floor(self._ground)
        lift = self._ground.plane[0] * whole
        self._floor.position = (whole, 0.0, point[2] + self._floor_depth + lift)
        self._floor.wxyz = turn
        if self._belt is not None:
            self._move_belt(moment.travel_m)
        else:
            self._lay_tiles(float(target[0]))

    @property
    def offset(self) -> np.ndarray:
        """Where the world's origin is in the scene, (3,) [m]."""
        return np.asarray(self._root.position)

    def remove(self) -> None:
        """Take it off the page, with everything that hangs on its node."""
        self._root.remove()

    def _below(self, root: np.ndarray) -> np.ndarray:
        """Return the point of the ground below a walker's root (3,), (3,) [m]."""
        height = float(self._sim.ground_height(root[None, None, :2])[0, 0])
        return np.array([*root[:2], height])

    def _add_floor(self) -> viser.MeshHandle:
        point, turn, colour = floor(self._ground)
        model = self._sim.model
        belt = self._ground.belt is not None
        self._floor_depth = float(model.geom("floor").pos[2]) if belt else 0.0
        long = 0.5 * _FLOOR_M
        wide = abs(self._aside) or long
        corners = np.array([[-long, -wide], [long, -wide], [long, wide], [-long, wide]])
        vertices = np.column_stack([corners, np.zeros(4)])
        return self._scene.add_mesh_simple(
            f"{self._name}/floor",
            vertices,
            np.array([[0, 1, 2], [0, 2, 3]]),
            color=colour,
            cast_shadow=False,
            position=point,
            wxyz=turn,
        )

    def _lay_tiles(self, x: float) -> None:
        wanted = range(
            int(np.floor((x - _AROUND_M) / TILE_M)), int(np.floor((x + _AROUND_M) / TILE_M)) + 1
        )
        for number in [one for one in self._tiles if one not in wanted]:
            self._tiles.pop(number).remove()
        for number in wanted:
            if number not in self._tiles:
                self._tiles[number] = self._add_tile(number)

    def _add_tile(self, number: int) -> viser.FrameHandle:
        name = f"{self._name}/tile_{number}".replace("-", "m")
        node = self._scene.add_frame(name, show_axes=False)
        for part in tile(self._ground, self._sign, number):
            vertices, faces = part.mesh
            self._scene.add_mesh_simple(
                f"{name}/{part.name}",
                vertices,
                faces,
                color=part.colour,
                flat_shading=part.facets,
                cast_shadow=False,
            )
        return node

    def _add_solid(self, name: str, solid: Solid) -> None:
        if len(solid.size) == 3:
            long, wide, high = map(float, solid.size)
            self._scene.add_box(
                name,
                dimensions=(long, wide, high),
                color=solid.colour,
                position=solid.position,
                wxyz=solid.quaternion,
            )
        else:
            radius, length = map(float, solid.size)
            self._scene.add_cylinder(
                name,
                radius=radius,
                height=length,
                color=solid.colour,
                position=solid.position,
                wxyz=solid.quaternion,
            )

    def _add_belt(self) -> None:
        belt = self._ground.belt
        assert belt is not None
        self._belt = self._scene.add_frame(f"{self._name}/belt", show_axes=False)
        for i, solid in enumerate(belt_solids(self._sim.model)):
            self._add_solid(f"{self._name}/belt/{i}", solid)
        count = round(belt.length / _STRIPE_M)
        half = 0.5 * np.array([0.02, belt.width - 0.02])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        colours = np.tile(np.array(_STRIPE, np.uint8), (count, 1))
        colours[0] = _STRIPE_MARK
        self._stripes = self._scene.add_batched_meshes_simple(
            f"{self._name}/belt/stripes",
            np.column_stack([corners, np.zeros(4)]),
            np.array([[0, 1, 2], [0, 2, 3]]),
            np.tile([1.0, 0.0, 0.0, 0.0], (count, 1)),
            np.zeros((count, 3)),
            batched_colors=colours,
            lod="off",
            cast_shadow=False,
        )

    def _move_belt(self, travel_m: float) -> None:
        belt = self._ground.belt
        assert belt is not None
        assert self._belt is not None
        assert self._stripes is not None
        self._belt.wxyz = belt.tilt()[0]
        count = len(self._stripes.batched_positions)
        travel = travel_m * np.sqrt(1.0 + float(belt.slope[0]) ** 2)
        room = belt.length - 0.02
        x = (np.arange(count) * belt.length / count + travel) % belt.length
        places = np.zeros((count, 3), np.float32)
        places[:, 0] = np.clip(x, 0.01, room + 0.01) - 0.5 * belt.length
        places[:, 2] = 0.002
        self._stripes.batched_positions = places
