"""A planar and a torque-driven small human stand, are pushed, fall, are recorded and measured.

They are no human of the package: names, joints and sizes of their own.
"""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np
import pandas as pd
import pytest

import retrowalk as rw
from retrowalk.models.body import build_body
from retrowalk.sim.measures.base.needs import BodyParts
from retrowalk.sim.measures.catalogue import COLUMNS
from retrowalk.sim.measures.not_measured import cannot, not_measured

SMALL = ("stick-planar", "stick-torque")
STAND = "standing:Stand"
GRAVITY = 9.81


def stand(body: str, seconds: float = 3.5, **asked):
    return rw.simulate(
        body=body, policy=STAND, trust=True, trials=2, duration_s=seconds, threads=1, **asked
    )


def push(impulse_n_s: float, towards: str = "along-travel"):
    return {"kind": "push", "impulse_n_s": impulse_n_s, "push_towards": towards, "at_s": 2.5}


@pytest.fixture(scope="module", params=SMALL)
def standing(request, bodies_of_tests):
    """Quiet standing of either body."""
    return stand(request.param)


def test_it_stands_on_its_weight(standing):
    assert not standing["fell"].any()
    force = standing["ground_force_n"].sum(("foot", "region")).sel(axis="z")
    late = force.isel(time=slice(-200, None)).mean("time")
    np.testing.assert_allclose(late, standing.attrs["body_mass_kg"] * GRAVITY, rtol=0.01)


def test_joint_moments_hold_the_body_against_gravity(standing):
    """In quiet standing both ankles bear the weight's lever about them: moments of the joints."""
    late = standing.isel(time=slice(-200, None)).mean("time")
    ankles = late["foot_point_m"].sel(point="ankle", axis="x").mean("foot")
    lever = late["com_position_m"].sel(axis="x") - ankles
    is_ankle = (standing["joint_role"] == "ankle").values
    moments = late["joint_moment_n_m"].isel(joint=is_ankle).sum("joint")
    weight = standing.attrs["body_mass_kg"] * GRAVITY
    np.testing.assert_allclose(moments, -weight * lever, atol=3.0)


@pytest.mark.parametrize("body", SMALL)
def test_a_light_push_is_borne_and_a_hard_one_fells(body):
    light, hard = (stand(body, hazards=push(impulse)) for impulse in (6.0, 150.0))
    assert not light["fell"].any()
    assert hard["fell"].all()
    np.testing.assert_allclose(hard["hazard_onset_s"].values, 2.5, atol=0.01)
    assert (hard["time_to_fall_s"] > 2.5).all()
    moved = light["com_velocity_m_per_s"].sel(axis="x").sel(time=2.65, method="nearest")
    before = light["com_velocity_m_per_s"].sel(axis="x").sel(time=2.5, method="nearest")
    given = (moved - before) * light.attrs["body_mass_kg"]
    assert (given < -0.5 * 6.0).all()  # most of the impulse, before the feet take it up


def test_what_drives_it_is_recorded_and_nothing_else(standing):
    body = build_body(standing.attrs["body"])
    assert ("muscle" in standing.dims) == bool(body.muscles)
    assert ("motor" in standing.dims) == (not body.muscles)
    if body.muscles:
        tension = standing["tension_n"]
        assert float(tension.min()) >= 0.0
        assert list(standing["muscle"].values) == list(body.actuators)
        return
    torque, angle = standing["motor_torque_n_m"], standing["joint_moment_n_m"]
    low, high = np.array(body.excitation_range).T
    assert ((torque >= low - 1e-3) & (torque <= high + 1e-3)).all()
    assert {"activation", "tension_n", "hip_contact_force_muscles_n"}.isdisjoint(standing)
    damping = standing["joint_velocity_rad_per_s"] * -1.0  # of 1 N.m.s/rad in every joint
    late = slice(-100, None)
    np.testing.assert_allclose(
        torque.isel(time=late).values,
        (angle - damping).isel(time=late).sel(joint=torque["motor"].values).values,
        atol=0.05,
    )


def test_a_planar_body_stays_in_its_plane(bodies_of_tests):
    recording = stand("stick-planar", seconds=2.0)
    across = recording["com_position_m"].sel(axis="y")
    np.testing.assert_allclose(across, 0.0, atol=1e-6)
    assert recording.attrs["moves_in"] == "plane"
    with pytest.raises(rw.ConfigError, match="push_towards must be along-travel or"):
        stand("stick-planar", seconds=1.0, hazards=push(10.0, "left"))


@pytest.fixture(scope="module")
def walked(bodies_of_tests):
    """The planar body under the scripted law of the human, backward: it walks."""
    return rw.simulate(
        body="stick-planar", trials=2, duration_s=9.0, speed_m_per_s=0.6, threads=1, seed=3
    )


def test_measures_are_given_or_null_for_a_reason(walked):
    trials, strides = rw.measure(walked)
    assert len(strides) > 8
    parts = BodyParts.of(walked)
    lacking, why = cannot(parts), not_measured(trials, parts)
    assert parts == build_body("stick-planar").parts
    assert trials[list(lacking)].isna().all(axis=None)
    assert {name for name in COLUMNS if trials[name].isna().all()} == set(why)
    for name in ("speed_m_per_s", "mos_ap_m", "knee_rom_rad", "activation_soleus", "hip_rom_rad"):
        assert trials[name].notna().all(), name
    assert why["step_width_m"] == "the body moves in one plane: nothing happens sideways"
    assert why["moment_max_n_m_per_kg_hip_adduction"] == "the body has no joint hip_adduction"
    assert why["activation_adductors"] == "the body has no muscle of adductors"
    assert why["cocontraction_trunk"] == "the body has no muscle of abdominals"
    assert why["hazard_onset_s"].startswith("null without a hazard")
    np.testing.assert_allclose(trials["speed_m_per_s"], 0.6, rtol=0.15)


def test_without_muscles_what_muscles_do_is_null_with_the_reason(bodies_of_tests):
    recording = stand("stick-torque", seconds=2.0)
    trials, _ = rw.measure(recording)
    parts = BodyParts.of(recording)
    why = not_measured(trials, parts)
    assert not parts.muscles
    assert not build_body("stick-torque").parts.muscles
    for name in (
        *("activation_soleus", "metabolic_power_w_per_kg", "knee_contact_force_peak_bw"),
        *("patellofemoral_force_peak_bw", "cocontraction_knee"),
    ):
        assert why[name] == "the body has no muscles: motors in its joints drive it", name
    assert why["stride_time_s"].startswith("no complete stride in the steady window")


CONFIG = """
name: small-bodies
body: {body}
direction: backward
technique: {{speed_m_per_s: 0.6}}
policy: "standing:Stand"
hazards: [{{kind: push, impulse_n_s: 60, push_towards: along-travel, at_s: 2.2}}]
factors: {{impulse_n_s: [5, 150]}}
contrasts: [{{measure: fell, between: {{impulse_n_s: [5, 150]}}}}]
trials: 2
duration_s: 3.5
"""


@pytest.fixture(scope="module", params=SMALL)
def run(request, bodies_of_tests, tmp_path_factory):
    """A whole study of either body."""
    from retrowalk.experiments.report.page import write_report
    from retrowalk.experiments.runner.run import Options, run_experiment
    from retrowalk.experiments.study.load import load_config

    folder = tmp_path_factory.mktemp(request.param)
    (folder / "study.yaml").write_text(CONFIG.format(body=request.param), "utf-8")
    config = load_config(folder / "study.yaml", trust=True)
    run_experiment(config, folder / "run", Options(threads=1))
    write_report(folder / "run")
    return rw.open_run(folder / "run", trust=True)


def test_a_study_tells_what_was_not_measured(run):
    table = run.not_measured
    assert list(table.columns) == ["cell", "measure", "reason"]
    assert table["reason"].str.len().min() > 0
    for cell, rows in run.trials.groupby("cell"):
        null = {name for name in COLUMNS if rows[name].isna().all()}
        assert null == set(table[table["cell"] == cell]["measure"])
    body = build_body(run.config.body)
    expected = "sideways" if body.planar else "no muscles"
    report = (run.path / "report.md").read_text("utf-8")
    assert expected in report.split("## Not measured")[1]
    assert run.trials.groupby("cell")["fell"].mean().tolist() == [0.0, 1.0]


def test_runs_of_before_tell_it_too(run, tmp_path: Path):
    """Without the table it is told from the trials."""
    from retrowalk.experiments.store.not_measured import not_measured_rows

    pd.testing.assert_frame_equal(
        not_measured_rows(run.plan, run.trials), run.not_measured, check_dtype=False
    )


def test_its_replay_and_pictures_show_it(run):
    from retrowalk.experiments.drawing.bodies import body_poses

    recording = run.recording(min(run.recordings))
    body = build_body(run.config.body)
    model = body.spec().compile()
    position, _ = body_poses(model, recording["qpos"].values[0, :3])
    root = model.body(body.anatomy.root).id
    stored = recording["pelvis_position_m"].values[0, :3]
    np.testing.assert_allclose(position[:, root], stored, atol=1e-5)
    page = run.replay(min(run.recordings))
    assert len(page._repr_html_()) > 10_000


@pytest.mark.parametrize("mode", ["excitation", "joint", "residual"])
@pytest.mark.parametrize("body", SMALL)
def test_environments_take_it(body, mode, bodies_of_tests):
    import gymnasium as gym

    env = gym.make_vec(
        "retrowalk/Backward-v0", num_envs=2, vectorization_mode="vector_entry_point",
        body=body, action_mode=mode, pushes={"every_s": (0.3, 0.5)},
    )  # fmt: skip
    try:
        seen, _ = env.reset(seed=1)
        assert seen.shape == env.observation_space.shape
        rng, reward = np.random.default_rng(0), np.empty(0)
        for _ in range(5):
            seen, reward, *_ = env.step(rng.uniform(-0.2, 0.2, env.action_space.shape))
        assert np.isfinite(seen).all()
        assert np.isfinite(reward).all()
    finally:
        env.close()


def test_an_action_of_one_is_the_largest_torque(bodies_of_tests):
    from retrowalk.envs.gaits.gait_files import gait_table
    from retrowalk.envs.gym.batch_task import BatchTask
    from retrowalk.envs.task.task import Task

    task = Task(body="stick-torque", action_mode="excitation", start_noise_rad=0.0)
    batch = BatchTask(task, "flat", gait_table("backward", "young-adult"), [0, 1])
    batch.reset(np.arange(2))
    body, names = build_body("stick-torque"), batch.actions.names
    low, high = np.array(body.excitation_range).T
    stance = batch.stance
    for sign, limit in ((1.0, high), (-1.0, low), (0.0, 0.0 * high)):
        given = batch.actions.excite(batch.state, np.full((2, len(names)), sign))
        turned = np.isin(body.roles.actuator_roles, list(body.roles.turning))
        np.testing.assert_allclose(given[:, ~turned], np.tile(limit, (2, 1))[:, ~turned])
    alone = np.zeros((2, len(names)))
    alone[:, names.index("stance_knee")] = -0.5
    given = batch.actions.excite(batch.state, alone)
    for row, foot in enumerate(stance):
        driven = np.flatnonzero(given[row])
        (knee,) = driven
        assert body.roles.actuator_roles[knee] == "knee"
        assert body.roles.actuator_sides[knee] == "lr"[foot]
        assert given[row, knee] == pytest.approx(-90.0)


def test_observing_muscles_that_there_are_none_of_is_refused(bodies_of_tests):
    import gymnasium as gym

    with pytest.raises(rw.ConfigError, match="muscles: the body 'stick-torque' has none"):
        gym.make("retrowalk/Backward-v0", body="stick-torque", muscles=True)


def test_a_body_says_what_is_wrong_with_it(bodies_of_tests):
    import stick

    from retrowalk.models.body import finished_body
    from retrowalk.models.walker import Walker

    spec = stick.skeleton()
    spec.add_actuator(
        name="pusher", trntype=mujoco.mjtTrn.mjTRN_JOINT, target="left_knee", gear=[5] + [0] * 5
    ).set_to_motor()
    with pytest.raises(rw.RetrowalkError, match="actuator 'pusher' is neither a muscle nor a moto"):
        finished_body("odd", Walker(), spec, stick.anatomy(spec), leg_joints=("knee",))
