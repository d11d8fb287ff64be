"""Walkers whose steps run on a device see, earn and fall as those of the processor.

Tolerances are those of `test_warp`. What is drawn on the device (later starts, pushes) is other
than on the host, so what is compared starts from the same states.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_warp import DEVICE, STEPS, STRENGTHS, actions, tolerances

from retrowalk.envs.gym import starts
from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.sim.errors import ConfigError

torch = pytest.importorskip("torch", reason="the extra `rl` is not installed")
pytest.importorskip("mujoco_warp", reason="the extra `gpu` is not installed")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from retrowalk.envs.gaits import tensor_optimiser  # noqa: E402
from retrowalk.envs.gym.tensors import TensorEnv, as_tensor_env  # noqa: E402
from retrowalk.sim.physics.static_optimisation import solve_box_least_squares  # noqa: E402

EARNED = 1e-3


@pytest.fixture(autouse=True)
def small_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "COUNT", (6, 8))


def on_host(**fields: Any) -> WalkVectorEnv:
    env = WalkVectorEnv(3, autoreset_mode="Disabled", speed_m_per_s=0.6, **fields)
    env.reset(seed=1)
    return env


def on_device(**fields: Any) -> TensorEnv:
    fields = {"action_mode": "excitation", "speed_m_per_s": 0.6} | fields
    env = as_tensor_env(WalkVectorEnv(3, backend="warp", device=DEVICE, **fields))
    env.reset(seed=1)
    return env


def given(action: np.ndarray, env: TensorEnv) -> Any:
    return torch.tensor(action, dtype=torch.float32, device=env.device)


@pytest.mark.parametrize(
    "fields",
    [
        {"action_mode": "excitation", "muscles": True},
        {"action_mode": "excitation", "surfaces": "treadmill", "randomise": STRENGTHS},
        {"action_mode": "excitation", "slip": True},
        {"action_mode": "excitation", "surfaces": ["flat", "treadmill"]},
        {"action_mode": "excitation", "body": "human-torque", "rewards": {"wide": 1.0, "speed": 1}},
        {"action_mode": "joint", "surfaces": "treadmill"},
        {"action_mode": "joint", "body": "human-torque"},
    ],
)
def test_steps_on_a_device_are_those_of_the_processor(fields: dict[str, Any]):
    ours, theirs = on_host(**fields), on_device(**fields)
    tolerance = tolerances(ours)
    for action in actions(ours, STEPS):
        seen, reward, fallen, truncated, info = ours.step(action)
        _, also_reward, also_fallen, also_truncated, also_info = theirs.step(given(action, theirs))
        assert (np.abs(seen - also_info["final_obs"].cpu().numpy()) < tolerance).all()
        np.testing.assert_allclose(reward, also_reward.cpu().numpy(), atol=EARNED)
        np.testing.assert_array_equal(fallen, also_fallen.cpu().numpy())
        np.testing.assert_array_equal(truncated, also_truncated.cpu().numpy())
        for name in ("speed_m_per_s", *(k for k in info if k.startswith("reward_"))):
            np.testing.assert_allclose(info[name], also_info[name].cpu().numpy(), atol=EARNED)


def test_each_walker_has_its_own_friction():
    slippery = {"action_mode": "excitation", "randomise": {"friction": [0.1, 0.5]}}
    ours, theirs, usual = on_host(**slippery), on_device(**slippery), on_device()
    seen, also_seen, usually = np.zeros((3, 3, 1))
    for action in actions(ours, 3):
        seen = ours.step(action)[0]
        also_seen, usually = (
            env.step(given(action, env))[0].cpu().numpy() for env in (theirs, usual)
        )
    assert (np.abs(seen - also_seen) < tolerances(ours)).all()
    assert (np.abs(usually - also_seen) > tolerances(ours)).any(1).all()


def test_slack_walkers_fall_at_the_same_step():
    ours, theirs = on_host(action_mode="excitation"), on_device()
    slack = np.full(ours.action_space.shape or (), -1.0)
    fallen, also_fallen = [], []
    for _ in range(45):
        fallen.append(ours.step(slack)[2])
        also_fallen.append(theirs.step(given(slack, theirs))[2].cpu().numpy())
    assert fallen[-1].all()
    first, also_first = np.argmax(fallen, 0), np.argmax(also_fallen, 0)
    assert np.abs(first - also_first).max() <= 1


def test_episodes_begin_anew_where_they_ended_and_others_go_on():
    ours, alone = on_device(), on_device()
    slack = torch.full((3, size_of(ours)), -0.9, device=ours.device)
    part = ours.parts[0]
    for step in range(8):
        if step == 3:
            part.state.qvel[1, 2] = torch.nan
        seen, _, fallen, _, info = ours.step(slack)
        also_seen = alone.step(slack)[0]
        assert fallen.tolist() == [False, step == 3, False]
        assert torch.equal(seen[[0, 2]], also_seen[[0, 2]])
        assert torch.equal(seen[[0, 2]], info["final_obs"][[0, 2]])
        steps = [step + 1, step + 1 if step <= 3 else step - 3, step + 1]
        assert info["steps"].tolist() == steps
        if step == 3:
            assert not torch.equal(seen[1], info["final_obs"][1])
            first, parts = seen[1], part._starts
            heights = parts.arrays["qpos"][:, 2]
            assert (part.state.qpos[1, 2] == heights).any()
            assert torch.equal(first, part.observe()[1])
            assert part.time.tolist() == pytest.approx([0.08, 0.0, 0.08])


def test_a_start_from_the_bank_is_one_of_the_task():
    ours, theirs = on_host(action_mode="excitation"), on_device()
    walk, seen = ours.walks[0], theirs.reset(seed=1).cpu().numpy()
    assert (np.abs(walk.observe() - seen) < tolerances(ours)).all()
    bank = theirs.parts[0]._starts
    assert bank.count == 6
    assert len(torch.unique(bank.arrays["qpos"], dim=0)) == bank.count


def test_a_seed_repeats_all_that_follows():
    env = on_device(episode_s=0.06, pushes={"every_s": [0.05, 0.1], "lasts_s": 0.02})
    walks = []
    for _ in range(2):
        env.reset(seed=4)
        slack = torch.full((3, size_of(env)), -0.5, device=env.device)
        walks.append(torch.stack([env.step(slack)[0] for _ in range(8)]))
    assert torch.equal(*walks) or DEVICE != "cpu"
    assert not torch.equal(walks[0][2], walks[0][5])


def test_episodes_are_cut_short():
    env = on_device(episode_s=0.06)
    slack = torch.full((3, size_of(env)), -0.9, device=env.device)
    ends = torch.stack([env.step(slack)[3] for _ in range(6)])
    assert ends.all(1).tolist() == [False, False, True] * 2


def test_pushes_push():
    pushes = {"every_s": [0.02, 0.03], "lasts_s": 0.01, "velocity_change_m_per_s": [0.4, 0.4]}
    pushed, calm = on_device(pushes=pushes), on_device()
    slack = torch.full((3, size_of(calm)), -0.9, device=calm.device)
    both: list[Any] = []
    for _ in range(3):
        both = [env.step(slack)[-1]["final_obs"] for env in (pushed, calm)]
    velocity = [name.startswith("com_velocity") for name in columns(calm)]
    change = (both[0] - both[1])[:, velocity].norm(dim=1)
    assert (change > 0.2).all()
    assert (change < 0.9).all()


def size_of(env: TensorEnv) -> int:
    """Columns of an action."""
    assert env.single_action_space.shape is not None
    return env.single_action_space.shape[0]


def columns(env: TensorEnv) -> list[str]:
    return [name for term in env.env.walks[0].terms.values() for name in term.columns]


def test_tensors_are_the_memory_of_warp_and_stay_on_the_device():
    warp: Any = pytest.importorskip("warp")
    env = on_device(muscles=True)
    part = env.parts[0]
    batch = part.state.batch
    for name in ("qpos", "qvel", "ctrl", "sensordata", "xmat"):
        array = getattr(batch._data, name)
        assert batch.tensor(name).data_ptr() == array.ptr
    before = {name: batch.tensor(name).data_ptr() for name in ("qpos", "ctrl", "sensordata")}
    host = env.env.walks[0].sim.qpos.copy()
    action = torch.zeros((3, size_of(env)), device=env.device)
    env.step(action)
    env.step(action)
    found = env.step(action)
    for value in (*found[:4], *found[4].values()):
        assert isinstance(value, torch.Tensor)
        assert value.device == env.device
    for name, pointer in before.items():
        assert batch.tensor(name).data_ptr() == pointer == getattr(batch._data, name).ptr
    assert str(env.device) == str(warp.device_to_torch(DEVICE))
    np.testing.assert_array_equal(host, env.env.walks[0].sim.qpos)  # the host's are left behind


@pytest.mark.parametrize("action_mode", ["excitation", "joint"])
def test_a_step_waits_for_no_number_of_the_device(action_mode: str):
    env = on_device(action_mode=action_mode, surfaces="treadmill", pushes={}, slip=True)
    action = torch.zeros((3, size_of(env)), device=env.device)
    for _ in range(3):
        env.step(action)
    if env.device.type == "cuda":
        torch.cuda.set_sync_debug_mode("error")
    try:
        with Watched() as watched:
            env.step(action)
    finally:
        if env.device.type == "cuda":
            torch.cuda.set_sync_debug_mode("default")
    assert watched.count > 100
    assert watched.waits == []


class Watched(TorchDispatchMode):
    """Notes what of torch's operators would let the host wait for a device."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.waits = 0, []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += 1
        waits = (
            "_local_scalar_dense",
            "nonzero",
            "masked_select",
            "equal",
            "unique",
            "linalg_solve",
        )
        masks = [
            one
            for many in args
            if isinstance(many, list | tuple)
            for one in many
            if torch.is_tensor(one) and one.dtype == torch.bool
        ]
        index = str(func).startswith("aten.index") and masks
        if index or str(func).split(".")[1] in waits:
            self.waits.append(str(func))
        return func(*args, **(kwargs or {}))


def test_what_is_no_number_ends_that_walker_alone():
    env = on_device()
    action = torch.full((3, size_of(env)), -0.9, device=env.device)
    action[1, 4] = torch.nan
    seen, reward, fallen, _, info = env.step(action)
    assert info["blown_up"].tolist() == fallen.tolist() == [False, True, False]
    assert seen.isfinite().all()
    assert reward.isfinite().all()
    action[1, 4] = 0.0
    assert not env.step(action)[2].any()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"eyes": True}, "eyes is computed on the host alone"),
        ({"walker": "older-adult"}, "the walker's"),
        ({"technique": "coached"}, "technique is computed on the host alone"),
    ],
)
def test_what_a_device_cannot_is_refused_in_a_sentence(fields: dict[str, Any], said: str):
    with pytest.raises(ConfigError, match=said):
        on_device(**fields)


def test_other_environments_and_actions_are_refused_in_a_sentence():
    with pytest.raises(ConfigError, match="backend 'warp'"):
        as_tensor_env(on_host(action_mode="excitation"))
    env = on_device()
    size = size_of(env)
    wrongs: list[tuple[Any, str]] = [
        (torch.zeros((2, size), device=env.device), "shape"),
        (np.zeros((3, size)), "a tensor of shape"),
        (torch.zeros((3, size), dtype=torch.long, device=env.device), "floats on"),
    ]
    for wrong, said in wrongs:
        with pytest.raises(ConfigError, match=said):
            env.step(wrong)
    fresh = as_tensor_env(WalkVectorEnv(1, action_mode="excitation", backend="warp", device=DEVICE))
    with pytest.raises(ConfigError, match="reset"):
        fresh.step(torch.zeros((1, size), device=env.device))


def test_a_single_walker_stays_on_the_device_too():
    env = as_tensor_env(
        WalkVectorEnv(1, action_mode="excitation", speed_m_per_s=0.6, backend="warp", device=DEVICE)
    )
    seen = env.reset(seed=1)
    assert torch.allclose(seen[0], on_device().reset(seed=1)[0], atol=1e-5)
    found = env.step(torch.zeros((1, size_of(env)), device=env.device))
    assert all(value.device == env.device for value in found[4].values())


def test_torques_are_shared_as_on_the_host():
    rng, (m, d, k) = np.random.default_rng(0), (200, 7, 21)
    matrix = 4.0 * rng.normal(size=(m, d, k)) * (rng.random((m, d, k)) < 0.5)
    target, cost = 2.0 * rng.normal(size=(m, d)), 0.1 * rng.random((m, k))
    before = solve_box_least_squares(matrix, target, 0.05, 0.0005, 1.0, None, cost)[1]
    target = target + 0.1 * rng.normal(size=(m, d))  # of the next control period
    wanted, rest = solve_box_least_squares(matrix, target, 0.05, 0.0005, 1.0, before, cost)
    problem = [torch.tensor(one, dtype=torch.float32) for one in (matrix, target, cost, before)]
    found, left = tensor_optimiser.solve(problem, 0.05, 0.0005)
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-4)
    np.testing.assert_allclose(left.numpy(), rest, atol=1e-3)
