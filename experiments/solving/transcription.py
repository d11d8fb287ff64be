"""Half a stride as a nonlinear program: trapezoid rule, implicit dynamics, free duration.

The half stride begins where the ankles pass, with the left foot on the ground, and ends in the
mirror image of its start. Per node: q, qd, qdd, activation a and its rate, tendon force f and its
rate, reserve torques r. Variables are ordered node by node, so that IPOPT's system is banded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import casadi as ca
import numpy as np

from .objective import Objective
from .planar_dynamics import COORDINATES, PlanarModel

SCALE = {"q": 1.0, "qd": 4.0, "qdd": 60.0, "a": 1.0, "da": 10.0, "f": 1.0, "df": 10.0, "r": 100.0}
"""Typical size of each variable; IPOPT sees variables over it."""
MIRROR_Q = np.r_[0:3, 7:11, 3:7]
COST_SCALE = 20.0
"""On the objective that IPOPT sees; looser settings stop at false optima."""
_WEIGHTS = (
    *("metabolic", "activation_cubed", "joint_limits", "ground_force_rate"),
    *("jerk", "drive_rate", "lean"),
)

_AIDS = ("reserve", "track", "acceleration")
"""Terms that only lead to a first solution."""


def variables_of(model: PlanarModel) -> dict[str, int]:
    """Return how many variables of each name of `SCALE` a node has."""
    m, nt = 2 * model.muscles, 2 * model.tendons
    motion = dict.fromkeys(("q", "qd", "qdd"), COORDINATES)
    return motion | {"a": m, "da": m, "f": nt, "df": nt, "r": 6}


@dataclass(frozen=True)
class Trajectory:
    """A half stride: `values` maps each name of `SCALE` to (variables, nodes)."""

    values: dict[str, np.ndarray]
    duration_s: float

    @property
    def nodes(self) -> int:
        """Number of nodes, one more than intervals."""
        return self.values["q"].shape[1]

    def is_of(self, model: PlanarModel) -> bool:
        """Whether it has the variables of this walker, each a finite number at every node."""
        return all(
            self.values[name].shape == (count, self.nodes) and np.isfinite(self.values[name]).all()
            for name, count in variables_of(model).items()
        )

    def remeshed(self, intervals: int) -> Trajectory:
        """Return the same motion at `intervals` + 1 nodes, interpolated linearly."""
        old, new = np.linspace(0, 1, self.nodes), np.linspace(0, 1, intervals + 1)
        values = {
            name: np.array([np.interp(new, old, np.asarray(row)) for row in rows]).reshape(
                len(rows), -1
            )
            for name, rows in self.values.items()
        }
        return Trajectory(values, self.duration_s)


@dataclass(frozen=True)
class Demand:
    """Requirements of one solve.

    Attributes:
        velocity_m_per_s: positive forward, negative backward (the walker faces +x).
        contact: transition speed of friction [m/s], smoothing depth of the ground [m].
        reserve: weight of squared reserve torques, in (100 N.m)^2; limit_n_m: their bound.
        track: weight of squared differences to the start's angles.
        acceleration: weight of squared angular accelerations.
        clearance: whether the foot must clear the ground.
    """

    velocity_m_per_s: float
    objective: Objective
    contact: tuple[float, float]
    reserve: float = 0.0
    limit_n_m: float = 0.0
    track: float = 0.0
    acceleration: float = 0.0
    clearance: bool = True


@dataclass(frozen=True)
class Solved:
    """A solve's result and how it went."""

    trajectory: Trajectory
    status: str
    iterations: int
    objective: float
    terms: dict[str, float]
    """Every weighted term of the objective."""
    violation: float
    """Largest broken constraint (scaled)."""

    @property
    def converged(self) -> bool:
        """Whether IPOPT says so."""
        return self.status in ("Solve_Succeeded", "Solved_To_Acceptable_Level")


@dataclass
class Transcription:
    """The program of one model and mesh, built once and solved for many demands."""

    model: PlanarModel
    intervals: int
    window: float
    """`clearance_window` of the objective, which fixes the constrained nodes."""
    _nlp: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        model, n = self.model, self.intervals + 1
        self.sizes = variables_of(model)
        m, nt = self.sizes["a"], self.sizes["f"]
        self.width = sum(self.sizes.values())
        nodes = [ca.MX.sym(f"node{i}", self.width) for i in range(n)]
        x = {name: ca.horzcat(*(self._part(node, name) for node in nodes)) for name in self.sizes}
        duration = ca.MX.sym("T")
        h = duration / self.intervals
        p = {name: ca.MX.sym(name) for name in (*_WEIGHTS, *_AIDS, "velocity", "clear")}
        contact, target = ca.MX.sym("contact", 2), ca.MX.sym("target", COORDINATES, n)
        every = ca.repmat(contact, 1, n)
        given = [x[name] for name in ("q", "qd", "qdd", "a", "f", "df", "r")]
        residual, metabolic, vertical, elastic = model.motion.map(n)(*given, every)

        self._g: list[Any] = []
        self._low: list[float] = []
        self._high: list[float] = []
        rise, fall = model.body.curve.activation_s, model.body.curve.deactivation_s
        for i in range(n):
            self._hold(residual[:, i])
            self._hold(x["da"][:, i] + x["a"][:, i] / fall, 0.0, np.inf)
            self._hold(x["da"][:, i] + x["a"][:, i] / rise, -np.inf, 1.0 / rise)
            if i < self.intervals:
                for state, slope in (("q", "qd"), ("qd", "qdd"), ("a", "da"), ("f", "df")):
                    step = x[state][:, i + 1] - x[state][:, i]
                    step -= h / 2 * (x[slope][:, i] + x[slope][:, i + 1])
                    self._hold(step / SCALE[state])
        first, last = {k: v[:, 0] for k, v in x.items()}, {k: v[:, n - 1] for k, v in x.items()}
        self._hold((last["q"] - first["q"][MIRROR_Q])[1:])
        self._hold((last["qd"] - first["qd"][MIRROR_Q]) / SCALE["qd"])
        self._hold(last["a"] - first["a"][_swapped(m)])
        self._hold(last["f"] - first["f"][_swapped(nt)])
        self._hold(first["q"][0])
        self._hold(last["q"][0] - p["velocity"] * duration)
        ankle = model.ankles(first["q"])
        self._hold(ankle[0] - ankle[2])
        for i in range(round(2 * self.window * self.intervals) + 1):
            self._hold(model.clearance(x["q"][:, i])[3:6] - p["clear"], 0.0, np.inf)
            mirrored = model.clearance(x["q"][:, n - 1 - i])[0:3]
            self._hold(mirrored - p["clear"], 0.0, np.inf)

        trapezoid = ca.DM(np.r_[0.5, np.ones(n - 2), 0.5]).T
        share = np.tile(model.body.volumes, 2)
        distance = ca.fabs(p["velocity"]) * duration

        def mean(values: Any) -> Any:
            return h * ca.sum2(values * trapezoid) / distance

        angles, change = x["qdd"][2:, :], x["qdd"][2:, 1:] - x["qdd"][2:, :-1]
        drive = ca.sum1(x["da"] ** 2) + ca.sum1(x["df"] ** 2)
        loading = ca.sumsqr(vertical[:, 1:] - vertical[:, :-1]) / h / distance
        away = x["q"][2:, :] - target[2:, :]
        terms = {
            "metabolic": mean(metabolic),
            "activation_cubed": mean(ca.mtimes(ca.DM(share).T, x["a"] ** 3)),
            "joint_limits": mean(ca.sum1((elastic / 100.0) ** 2)),
            "ground_force_rate": loading,
            "jerk": ca.sumsqr(change) / h / distance,
            "drive_rate": mean(drive),
            "lean": mean(x["q"][2, :] ** 2),
            "reserve": mean(ca.sum1((x["r"] / 100.0) ** 2)),
            "track": mean(ca.sum1(away**2)),
            "acceleration": mean(ca.sum1(angles**2)),
        }
        self._names = tuple(terms)
        weighted = ca.vertcat(*(p[name] * term for name, term in terms.items()))
        unknown = ca.vertcat(*nodes, duration)
        known = ca.vertcat(*p.values(), contact, ca.vec(target))
        self._order = tuple(p)
        cost = COST_SCALE * ca.sum1(weighted)
        self._nlp = {"x": unknown, "f": cost, "g": ca.vertcat(*self._g), "p": known}
        self.terms = ca.Function("terms", [unknown, known], [weighted])
        self._solver: Any = None

    def _part(self, node: Any, name: str) -> Any:
        """Return the variables `name` of a node, in SI units."""
        start = 0
        for other, size in self.sizes.items():
            if other == name:
                return node[start : start + size] * SCALE[name]
            start += size
        raise KeyError(name)

    def _hold(self, expression: Any, low: float = 0.0, high: float = 0.0) -> None:
        flat = ca.vec(expression)
        self._g.append(flat)
        self._low += [low] * flat.numel()
        self._high += [high] * flat.numel()

    def prepare(self, mu: float, iterations: int, seconds: float, verbose: bool = False) -> None:
        """Make the solver: first barrier parameter `mu`, most iterations, most CPU seconds."""
        options = {
            "ipopt.linear_solver": "mumps",
            "ipopt.mumps_mem_percent": 200,
            "ipopt.mu_strategy": "monotone",
            "ipopt.mu_init": mu,
            "ipopt.max_iter": iterations,
            "ipopt.max_cpu_time": seconds,
            "ipopt.tol": 1e-4,
            "ipopt.compl_inf_tol": 1e-4,
            "ipopt.constr_viol_tol": 1e-5,
            "ipopt.dual_inf_tol": 1.0,
            "ipopt.acceptable_tol": 1e-3,
            "ipopt.acceptable_compl_inf_tol": 1e-3,
            "ipopt.acceptable_constr_viol_tol": 1e-4,
            "ipopt.acceptable_iter": 15,
            "ipopt.print_level": 5 if verbose else 0,
            "ipopt.sb": "yes",
            "print_time": 0,
        }
        self._solver = ca.nlpsol("walk", "ipopt", self._nlp, options)

    def point(self, trajectory: Trajectory, demand: Demand) -> tuple[np.ndarray, np.ndarray]:
        """Return the program's variables and parameters, for `terms`."""
        return self._packed(trajectory), self._known(trajectory, demand)

    def bounds(self, limit_n_m: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the variables' bounds, scaled; joints keep to the body's ranges."""
        body, turn = self.model.body, np.radians(25.0)
        stand = body.thigh_m + body.shank_m + body.ankle_height_m
        sizes = self.sizes
        low = {
            "q": np.r_[-5.0, 0.7 * stand, -turn, np.tile(body.low_rad, 2)],
            "qd": np.full(sizes["qd"], -25.0),
            "qdd": np.full(sizes["qdd"], -2000.0),
            "a": np.full(sizes["a"], 0.01),
            "da": np.full(sizes["da"], -100.0),
            "f": np.full(sizes["f"], 1e-4),
            "df": np.full(sizes["df"], -60.0),
            "r": np.full(sizes["r"], -limit_n_m),
        }
        high = {name: -values for name, values in low.items()} | {
            "q": np.r_[5.0, 1.15 * stand, turn, np.tile(body.high_rad, 2)],
            "a": np.full(sizes["a"], 1.0),
            "f": np.full(sizes["f"], 2.0),
        }
        ends = ((low, 0.2), (high, 1.2))
        lower, upper = (
            np.append(
                np.tile(np.concatenate([e[k] / SCALE[k] for k in sizes]), self.intervals + 1), t
            )
            for e, t in ends
        )
        return lower, upper

    def solve(self, start: Trajectory, demand: Demand) -> Solved:
        """Return the optimum that IPOPT finds from `start`; `prepare` comes first.

        Raises:
          KeyboardInterrupt: a signal came while it solved.
        """
        low, high = self.bounds(demand.limit_n_m)
        guess = np.clip(self._packed(start), low, high)
        known = self._known(start, demand)
        answer = self._solver(x0=guess, lbx=low, ubx=high, lbg=self._low, ubg=self._high, p=known)
        stats = self._solver.stats()
        if stats["return_status"] == "NonIpopt_Exception_Thrown":  # so CasADi ends on a signal
            raise KeyboardInterrupt
        values = np.array(self.terms(answer["x"], known)).ravel()
        g = np.array(answer["g"]).ravel()
        broken = np.maximum(np.array(self._low) - g, g - np.array(self._high))
        return Solved(
            trajectory=self._unpacked(np.array(answer["x"]).ravel()),
            status=str(stats["return_status"]),
            iterations=int(stats["iter_count"]),
            objective=float(values.sum()),
            terms=dict(zip(self._names, map(float, values), strict=True)),
            violation=float(max(0.0, broken.max())),
        )

    def _known(self, start: Trajectory, demand: Demand) -> np.ndarray:
        weights = asdict(demand.objective)
        numbers = {name: weights[name] for name in _WEIGHTS} | {
            "reserve": demand.reserve,
            "track": demand.track,
            "acceleration": demand.acceleration,
            "velocity": demand.velocity_m_per_s,
            "clear": demand.objective.clearance_m if demand.clearance else -1.0,
        }
        head = [numbers[name] for name in self._order]
        return np.concatenate([head, demand.contact, start.values["q"].T.ravel()])

    def _packed(self, trajectory: Trajectory) -> np.ndarray:
        rows = np.hstack([trajectory.values[k].T / SCALE[k] for k in self.sizes])
        return np.append(rows.ravel(), trajectory.duration_s)

    def _unpacked(self, x: np.ndarray) -> Trajectory:
        rows = x[:-1].reshape(self.intervals + 1, self.width).T
        values: dict[str, np.ndarray] = {}
        start = 0
        for name, size in self.sizes.items():
            values[name] = rows[start : start + size] * SCALE[name]
            start += size
        return Trajectory(values, float(x[-1]))


def _swapped(count: int) -> np.ndarray:
    """Return indices that swap the left half of `count` variables with the right."""
    return np.r_[count // 2 : count, 0 : count // 2]
