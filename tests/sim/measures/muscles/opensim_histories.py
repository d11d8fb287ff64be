"""Make opensim_histories.csv: muscles over whole strides, and what OpenSim's probes make of them.

    retrowalk run findings                      # its recordings hold the histories
    python tests/measures/opensim_histories.py strides runs/findings > /tmp/strides.csv
    python -m venv /tmp/osim && /tmp/osim/bin/pip install opensim
    /tmp/osim/bin/python tests/measures/opensim_histories.py probe /tmp/strides.csv \
        > tests/measures/opensim_histories.csv

One stride of the left foot in each direction at 0.8 m/s, all muscles of the left leg and side,
every `EVERY`th sample. A row is one muscle at one sample: excitation, activation, fibre length [L0]
and velocity [L0/s] as recorded, the tension that retrowalk recorded [N], then of OpenSim's muscle
in that state the active and whole fibre force [N] and the active force-length factor, and the rates
[W] of its probes, without basal rate. The file in the repository was made with opensim 4.6 from the
run of commit 0271518. OpenSim's muscle is Millard's with a rigid tendon: F0, L0, v_max and mass
are the recorded muscle's, the curves are Millard's own, not MuJoCo's.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

EVERY = 10
MUSCLE = ["max_isometric_force_n", "optimal_fibre_length_m", "slow_twitch_share", "muscle_mass_kg"]
STATE = ["excitation", "activation", "fibre_length", "fibre_velocity_per_s", "tension_n"]
FIBRE = ["active_n", "total_n", "force_length"]
PROBES = (
    "umberger_positive_work",
    "bhargava_positive_work",
    "umberger_all_work",
    "bhargava_all_work",
)
SLACK = 0.2  # m, of the rigid tendon; no number depends on it
FASTEST = 10.0  # L0/s
DAMPING = 1e-3  # [F0 per v_max]: next to none; with none OpenSim raises curves and activation


def strides(run: Path) -> None:
    """Print one stride of the left side of each direction's first recording at 0.8 m/s."""
    import xarray as xr

    from retrowalk.sim.measures import measure

    out = csv.writer(sys.stdout)
    out.writerow(["direction", "muscle", "sample", *MUSCLE, *STATE])
    for direction in ("backward", "forward"):
        first = min((run / "recordings").glob(f"direction-{direction}_*-0.8_*.nc"))
        with xr.open_dataset(first, engine="h5netcdf") as stored:
            data = stored.load()
        found = measure(data)[1]
        stride = found[found["foot"] == "left"].iloc[0]
        time = data["time"].values
        whole = np.flatnonzero((time >= stride["start_s"]) & (time < stride["end_s"]))[::EVERY]
        for m in np.flatnonzero(data["muscle_side"].values == "l"):
            own = [data[name].values[m] for name in MUSCLE]
            for sample in whole:
                state = [data[name].values[0, sample, m] for name in STATE]
                numbers = [f"{float(value):.6g}" for value in (*own, *state)]
                out.writerow([direction, data["muscle"].values[m], int(sample), *numbers])


def probe(table: Path) -> None:
    """Print `table` with the forces and rates of OpenSim in each row's state."""
    import opensim as osim  # pyright: ignore[reportMissingImports]

    osim.Logger.setLevelString("Off")
    with table.open() as file:
        rows = list(csv.DictReader(file))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([*rows[0], *FIBRE, *PROBES])
    made: dict[str, _Muscle] = {}
    for row in rows:
        name = row["muscle"]
        if name not in made:
            made[name] = _Muscle(*(float(row[key]) for key in MUSCLE))
        answer = made[name].at(*(float(row[key]) for key in STATE[:4]))
        out.writerow([*row.values(), *(f"{value:.6g}" for value in answer)])


class _Muscle:
    """One muscle between two bodies on a slider, with all four probes on it."""

    def __init__(self, strength: float, optimal: float, slow: float, mass: float) -> None:
        import opensim as osim  # pyright: ignore[reportMissingImports]

        self._optimal = optimal
        model = osim.Model()
        body = osim.Body("body", 1.0, osim.Vec3(0), osim.Inertia(1))
        model.addBody(body)
        joint = osim.SliderJoint("joint", model.getGround(), body)
        joint.updCoordinate().setName("x")
        model.addJoint(joint)
        muscle = osim.Millard2012EquilibriumMuscle("muscle", strength, optimal, SLACK, 0.0)
        muscle.setMaxContractionVelocity(FASTEST)
        muscle.set_ignore_tendon_compliance(True)
        muscle.setFiberDamping(DAMPING)
        muscle.set_minimum_activation(1e-6)
        muscle.addNewPathPoint("origin", model.getGround(), osim.Vec3(0))
        muscle.addNewPathPoint("insertion", body, osim.Vec3(0))
        model.addForce(muscle)
        self._probes = []
        for negative_work in (False, True):
            umberger = osim.Umberger2010MuscleMetabolicsProbe(True, True, False, True)
            umberger.set_aerobic_factor(1.5)
            umberger.set_use_Bhargava_recruitment_model(False)
            bhargava = osim.Bhargava2004MuscleMetabolicsProbe(True, True, True, False, True)
            bhargava.set_use_force_dependent_shortening_prop_constant(True)
            for one, kind in ((umberger, "umberger"), (bhargava, "bhargava")):
                one.setName(f"{kind}_{negative_work}")
                one.set_include_negative_mechanical_work(negative_work)
                one.set_forbid_negative_total_power(negative_work)
                one.setOperation("value")
                one.set_report_total_metabolics_only(True)
                model.addProbe(one)
                self._probes.append(one)
            umberger.addMuscle("muscle", slow, mass)
            bhargava.addMuscle("muscle", slow, 40, 133, 74, 111, mass)
        self._model, self._state = model, model.initSystem()
        self._muscle = osim.Millard2012EquilibriumMuscle.safeDownCast(
            model.getMuscles().get("muscle")
        )
        self._x = model.getCoordinateSet().get("x")

    def at(
        self, excitation: float, activation: float, length: float, velocity: float
    ) -> tuple[float, ...]:
        """Return `FIBRE` and `PROBES` in one state."""
        state, muscle = self._state, self._muscle
        self._x.setValue(state, SLACK + length * self._optimal, False)
        self._x.setSpeedValue(state, velocity * self._optimal)
        muscle.setActivation(state, activation)
        self._model.realizeVelocity(state)
        controls = self._model.updControls(state)
        controls.set(0, excitation)
        self._model.setControls(state, controls)
        self._model.realizeReport(state)
        kept = (
            abs(muscle.getNormalizedFiberLength(state) - length) < 1e-6,
            abs(muscle.getFiberVelocity(state) / self._optimal - velocity) < 1e-6,
            abs(muscle.getActivation(state) - activation) < 1e-6,
        )
        if not all(kept):
            raise ValueError(f"OpenSim does not take the state {length} {velocity} {activation}")
        forces = (
            muscle.getActiveFiberForce(state),
            muscle.getFiberForce(state),
            muscle.getActiveForceLengthMultiplier(state),
        )
        return (*forces, *(one.computeProbeInputs(state).get(0) for one in self._probes))


if __name__ == "__main__":
    {"strides": strides, "probe": probe}[sys.argv[1]](Path(sys.argv[2]))
