"""Make opensim_probes.csv: what OpenSim's own probes say about one muscle in random states.

    python -m venv /tmp/osim && /tmp/osim/bin/pip install opensim
    /tmp/osim/bin/python tests/measures/opensim_probes.py > tests/measures/opensim_probes.csv

The file in the repository was made with opensim 4.6. The muscle: F0 1000 N, L0 0.1 m, rigid tendon,
v_max 10 L0/s, 55 % slow twitch, mass F0 L0 1059.7 / 0.25e6 kg. Rates in W, without basal rate.
"""

from __future__ import annotations

import sys

import numpy as np
import opensim as osim  # pyright: ignore[reportMissingImports]

STRENGTH, OPTIMAL, SLACK, SLOW = 1000.0, 0.1, 0.2, 0.55
MASS = STRENGTH * OPTIMAL * 1059.7 / 0.25e6
COLUMNS = "excitation activation length velocity active_n total_n force_length"


def main() -> None:
    """Print the table."""
    model = osim.Model()
    body = osim.Body("body", 1.0, osim.Vec3(0), osim.Inertia(1))
    model.addBody(body)
    joint = osim.SliderJoint("joint", model.getGround(), body)
    joint.updCoordinate().setName("x")
    model.addJoint(joint)
    muscle = osim.Millard2012EquilibriumMuscle("muscle", STRENGTH, OPTIMAL, SLACK, 0.0)
    muscle.setMaxContractionVelocity(10.0)
    muscle.set_ignore_tendon_compliance(True)
    muscle.addNewPathPoint("origin", model.getGround(), osim.Vec3(0))
    muscle.addNewPathPoint("insertion", body, osim.Vec3(0))
    model.addForce(muscle)

    probes = {}
    for negative_work in (False, True):
        umberger = osim.Umberger2010MuscleMetabolicsProbe(True, True, False, True)
        umberger.set_aerobic_factor(1.5)
        umberger.set_use_Bhargava_recruitment_model(False)
        bhargava = osim.Bhargava2004MuscleMetabolicsProbe(True, True, True, False, True)
        bhargava.set_use_force_dependent_shortening_prop_constant(True)
        for name, probe in (("umberger", umberger), ("bhargava", bhargava)):
            kind = "all_work" if negative_work else "positive_work"
            probe.setName(f"{name}_{kind}")
            probe.set_include_negative_mechanical_work(negative_work)
            probe.set_forbid_negative_total_power(negative_work)
            probe.setOperation("value")
            probe.set_report_total_metabolics_only(True)
            model.addProbe(probe)
            probes[f"{name}_{kind}"] = probe
        umberger.addMuscle("muscle", SLOW, MASS)
        bhargava.addMuscle("muscle", SLOW, 40, 133, 74, 111, MASS)

    state = model.initSystem()
    muscle = osim.Millard2012EquilibriumMuscle.safeDownCast(model.getMuscles().get("muscle"))
    coordinate = model.getCoordinateSet().get("x")
    rng = np.random.default_rng(1)
    sys.stdout.write(",".join((*COLUMNS.split(), *probes)) + "\n")
    for i in range(60):
        excitation, activation = rng.uniform(0.01, 1.0, 2)
        length, velocity = rng.uniform(0.7, 1.25), rng.uniform(-6.0, 4.0) * (i % 6 > 0)
        coordinate.setValue(state, SLACK + length * OPTIMAL, False)
        coordinate.setSpeedValue(state, velocity * OPTIMAL)
        muscle.setActivation(state, activation)
        model.realizeVelocity(state)
        controls = model.updControls(state)
        controls.set(0, excitation)
        model.setControls(state, controls)
        model.realizeReport(state)
        row = [
            muscle.getControl(state),
            muscle.getActivation(state),
            muscle.getNormalizedFiberLength(state),
            muscle.getFiberVelocity(state) / OPTIMAL,
            muscle.getActiveFiberForce(state),
            muscle.getFiberForce(state),
            muscle.getActiveForceLengthMultiplier(state),
        ]
        row += [probe.computeProbeInputs(state).get(0) for probe in probes.values()]
        sys.stdout.write(",".join(f"{value:.12g}" for value in row) + "\n")


if __name__ == "__main__":
    main()
