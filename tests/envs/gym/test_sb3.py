"""The batch as stable-baselines3 takes it: episodes' ends, attributes, pictures, films."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from retrowalk.envs.gym.sb3 import as_vec_env
from retrowalk.envs.gym.single import WalkEnv
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.offscreen import NoOpenGLError, working_kind

pytest.importorskip("stable_baselines3")
ID = "retrowalk/Backward-v0"
STILL = np.zeros((2, 15), np.float32)


@pytest.fixture
def drawn() -> None:
    try:
        working_kind()
    except NoOpenGLError:
        pytest.skip("there is neither EGL nor OSMesa here")


def batch(**fields: Any) -> Any:
    return gym.make_vec(ID, num_envs=2, **fields)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_any_batch_resets_in_the_step_that_ends_an_episode(mode: str):
    env = batch(episode_s=0.1, autoreset_mode=mode)
    adapter = as_vec_env(env)
    assert env.metadata["autoreset_mode"].value == "SameStep"
    adapter.seed(3)
    first = adapter.reset()
    steps = [adapter.step(STILL) for _ in range(10)]
    assert [over.all() for _, _, over, _ in steps] == 2 * ([False] * 4 + [True])
    info = steps[4][3][1]
    assert info["TimeLimit.truncated"]
    assert info["episode"]["l"] == 5
    assert info["episode"]["r"] == pytest.approx(sum(reward[1] for _, reward, _, _ in steps[:5]))
    assert (info["terminal_observation"] != np.asarray(steps[4][0])[1]).any()
    adapter.seed(3)
    np.testing.assert_array_equal(adapter.reset(), first)


def test_what_is_no_native_batch_is_refused():
    others: list[Any] = [WalkEnv(), batch(vectorization_mode="sync")]
    for env in others:
        with pytest.raises(ConfigError, match=r"native batch.*not (WalkEnv|SyncVectorEnv)"):
            as_vec_env(env)


def test_attributes_are_those_of_each_walker():
    adapter = as_vec_env(batch(render_mode="rgb_array"))
    alone = WalkEnv()
    assert adapter.get_attr("action_space") == [alone.action_space] * 2
    assert adapter.get_attr("observation_space", [1]) == [alone.observation_space]
    assert adapter.get_attr("task")[0].direction == "backward"
    assert adapter.get_attr("render_mode") == ["rgb_array"] * 2
    assert adapter.has_attr("task")
    assert not adapter.has_attr("no_such_thing")
    with pytest.raises(AttributeError, match="no_such_thing"):
        adapter.get_attr("no_such_thing")
    with pytest.raises(AttributeError, match="cannot be set"):
        adapter.set_attr("task", None)


@pytest.mark.usefixtures("drawn")
def test_pictures_lie_side_by_side():
    adapter = as_vec_env(batch(render_mode="rgb_array"))
    adapter.reset()
    assert adapter.render_mode == "rgb_array"
    one, other = adapter.get_images()
    together = adapter.render(mode="rgb_array")
    assert one is not None and other is not None and together is not None  # noqa: PT018
    assert one.shape == other.shape == (360, 480, 3)
    assert together.shape in ((720, 480, 3), (360, 960, 3))
    adapter.close()
    blind = as_vec_env(batch())
    assert blind.get_images() == [None, None]
    with pytest.warns(UserWarning, match="no `render_mode`"):
        assert blind.render() is None


@pytest.mark.usefixtures("drawn")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_films_of_stable_baselines_and_gymnasium(tmp_path: Path):
    pytest.importorskip("moviepy", reason="the extra video is needed")
    reader = pytest.importorskip("imageio_ffmpeg")
    from gymnasium.wrappers import RecordVideo
    from stable_baselines3.common.vec_env import VecVideoRecorder

    adapter = as_vec_env(batch(render_mode="rgb_array"))
    filmed = VecVideoRecorder(adapter, str(tmp_path), lambda step: step == 0, video_length=5)
    filmed.reset()
    for _ in range(7):
        filmed.step(STILL)
    filmed.close()
    env = gym.make(ID, render_mode="rgb_array", episode_s=0.1)
    alone = RecordVideo(env, str(tmp_path), episode_trigger=lambda number: True)
    alone.reset(seed=1)
    for _ in range(5):
        alone.step(STILL[0])
    alone.close()
    films = sorted(tmp_path.glob("*.mp4"))
    assert len(films) == 2
    for film in films:
        frames = reader.read_frames(str(film))
        assert next(frames)["fps"] == 50
        assert len(list(frames)) >= 5
