"""The bodies of `myo-sim` walk, fall, are recorded, measured, drawn and learned on."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest

import retrowalk as rw
from retrowalk.experiments.drawing.bodies import groups_of
from retrowalk.experiments.drawing.muscle_tubes import MuscleTubes
from retrowalk.experiments.replay.scene import figure, track
from retrowalk.experiments.replay.stage import Size, _dressed
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.ground.ground import lay_ground
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.measures.base.needs import BodyParts
from retrowalk.sim.measures.not_measured import cannot
from retrowalk.sim.physics.simulation import Simulation

pytest.importorskip("myo_sim")

WALKS = {
    "myolegs": ("backward", "treadmill", 0.6),
    "myolegs26": ("forward", "rough-2cm", 0.6),
}
PUSH = {"kind": "push", "impulse_n_s": 150.0, "push_towards": "left", "at_s": 0.8}


@pytest.fixture(scope="module", params=WALKS)
def recording(request):
    """A short walk that ends in a push."""
    direction, surface, speed = WALKS[request.param]
    return rw.simulate(
        body=request.param, trials=1, duration_s=2.0, speed_m_per_s=speed, seed=1, threads=1,
        hazards=[PUSH], direction=direction, surface=surface,
    )  # fmt: skip


def test_it_walks_on_its_weight_until_it_is_pushed_over(recording):
    onset, fell = (recording[k].values.item() for k in ("hazard_onset_s", "time_to_fall_s"))
    assert 0.8 <= onset < fell < 2.0
    force = recording["ground_force_n"].sum(("foot", "region")).sel(axis="z")
    weight = recording.attrs["body_mass_kg"] * 9.81
    assert float(force.sel(time=slice(0.2, 0.8)).mean()) == pytest.approx(weight, rel=0.2)
    assert np.isfinite(recording["joint_moment_n_m"].sel(time=slice(0, onset))).all()


def test_what_it_cannot_give_is_null_with_the_reason(recording):
    trials, _ = rw.measure(recording)
    parts = BodyParts.of(recording)
    lacking = cannot(parts)
    assert parts == build_body(recording.attrs["body"]).parts
    assert trials[list(lacking)].isna().all(axis=None)
    reasons = set(lacking.values())
    assert "the body has no muscle of erector spinae" in reasons
    assert ("muscles of the body bend around surfaces" in str(reasons)) == (
        recording.attrs["body"] == "myolegs"
    )


def test_joints_that_follow_the_knee_do_so_while_it_walks(recording):
    body = build_body(recording.attrs["body"])
    sim = Simulation(body.spec(), body.anatomy, 1)
    poses = recording["qpos"].values[0, 40:160:10]
    settled, rates = poses.copy(), np.zeros((len(poses), sim.model.nv))
    sim.coupled.settle(settled, rates)
    assert np.abs(poses - settled).max() < 0.003  # m, rad


def test_its_replay_shows_bones_and_muscles(recording):
    body = build_body(recording.attrs["body"])
    model = body.spec().compile()
    drawn = figure(model, groups_of(recording), Walker(), body.muscles)
    bones = {drawn["bodies"][piece["body"]] for piece in drawn["skin"]}
    assert bones >= {"pelvis", "femur_l", "tibia_r", "calcn_l", "head"}
    assert len(drawn["muscles"]) == len(body.muscles)
    assert track(recording.isel(trial=0), model, length_s=0.5)["frames"] == 16
    tubes = MuscleTubes(sim := Simulation(body.spec(), body.anatomy, 1), body)
    sim.forward()
    corners = tubes.vertices(sim.site_position[0], sim.fibre_length[0])
    assert len(corners) == len(body.muscles)
    assert np.abs(corners[..., 2]).max() < 3.0


def test_its_pictures_show_bones(recording):
    body = build_body(recording.attrs["body"])
    ground = lay_ground(Surface(), 1.0, 10.0, [np.random.default_rng(0)])
    model = _dressed(body.spec(), Walker(), ground, Size(64, 64), see_through=True, squares=True)
    seen = {model.body(model.geom_bodyid[i]).name for i in np.flatnonzero(model.geom_group == 4)}
    assert seen >= {"pelvis", "femur_l", "tibia_r", "calcn_l", "head"}


@pytest.mark.parametrize("mode", ["excitation", "joint"])
@pytest.mark.parametrize("body", WALKS)
def test_environments_take_it(body, mode):
    env = gym.make("retrowalk/Backward-v0", body=body, action_mode=mode)
    seen, _ = env.reset(seed=1)
    seen, reward, *_ = env.step(np.zeros_like(env.action_space.sample()))
    assert env.observation_space.contains(seen)
    assert np.isfinite(float(reward))
    env.close()
