"""A residual network is learned, kept, and learned on; its update moves to what is rewarded."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from reference_walks import start

from retrowalk.envs.gaits.reference_gait import ReferenceGait
from retrowalk.envs.gaits.residual_files import shipped_networks
from retrowalk.envs.gaits.residual_network import (
    ACTIONS,
    ResidualSenses,
    network_bytes,
    read_network,
)
from retrowalk.experiments.store.lock import held_file
from retrowalk.experiments.study.load import load_tool_config
from retrowalk.experiments.tuning import residual_learning
from retrowalk.experiments.tuning.residual_learner import GAMMA, ResidualLearner
from retrowalk.experiments.tuning.residual_learning import (
    ResidualConfig,
    learn_residual,
)
from retrowalk.experiments.tuning.search import find_tune_config
from retrowalk.experiments.tuning.start_bank import LEAST, StartBank
from retrowalk.models.catalogue import find_walker
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError, RetrowalkError
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.physics.body_state import BodyState

pytest.importorskip("torch")
CONFIG = {
    "name": "tiny",
    "gait": "reference-residual",
    "direction": "forward",
    "speeds_m_per_s": [1.2, 1.1],
    "walkers": 4,
    "episode_s": 1.1,
    "push_m_per_s": 0.1,
    "updates": 1,
    "segment": 16,
    "gains": "gains.yaml",
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A search that is over soon."""
    shipped = find_tune_config(Path("reference-residual-forward")).parent / "starts"
    gains = (shipped / "reference-forward-1.2.yaml").read_text("utf-8")
    (tmp_path / "gains.yaml").write_text(gains, "utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(CONFIG), "utf-8")
    return path


def test_it_begins_with_a_network_that_ships(config: Path, tmp_path: Path):
    shipped = shipped_networks()[0].network
    learner = ResidualLearner(1, 1e-3, 0.1)
    learner.begin_with(shipped)
    learner.scaled(np.ones((8, ResidualSenses.size)), learn=True)
    seen = np.random.default_rng(1).standard_normal((5, ResidualSenses.size))
    seen[:, -1] = shipped.mean[-1]  # the speed it learned at
    np.testing.assert_allclose(learner.network().act(seen), shipped.act(seen), atol=1e-5)
    path = tmp_path / "own.npz"
    path.write_bytes(network_bytes(shipped))
    assert residual_learning._start(str(path)).digest == shipped.digest
    with pytest.raises(ConfigError, match="unknown network 'nothing'"):
        learn_residual(config, tmp_path / "out.npz", ["start=nothing"])


def test_a_network_of_one_speed_can_tell_others_when_it_learns_on():
    learner, shipped = ResidualLearner(1, 1e-3, 0.1), shipped_networks()[0].network
    one_speed = replace(shipped, deviation=shipped.deviation.copy())
    one_speed.deviation[-1] = 1e-3
    learner.begin_with(one_speed)
    seen = np.tile(shipped.mean, (2, 1))
    seen[:, -1] += (-0.2, 0.2)
    assert np.abs(learner.scaled(seen)[:, -1]).max() < 3.0
    assert learner.network().deviation[:-1] == pytest.approx(shipped.deviation[:-1], rel=1e-6)
    one_speed.deviation[-1] = 0.05  # of 1.1 and 1.2 m/s: widened, it would act otherwise
    learner.begin_with(one_speed)
    assert learner.network().deviation[-1] == pytest.approx(0.05, rel=1e-3)


def test_the_value_is_learned_first_where_a_network_begins(config: Path, tmp_path: Path):
    path = tmp_path / "own.npz"
    path.write_bytes(network_bytes(shipped_networks()[0].network))
    out = tmp_path / "out.npz"
    asked = [f"start={path}", "value_first=1"]
    first = read_network(learn_residual(config, out, asked))
    np.testing.assert_array_equal(first.weights[0], read_network(path).weights[0])
    on = read_network(learn_residual(config, out, [*asked, "updates=2"], resume=True))
    assert np.abs(on.weights[0] - first.weights[0]).max() > 0.0
    from_nothing = learn_residual(config, tmp_path / "new.npz", ["value_first=1"])
    bias = read_network(from_nothing).biases[-1]
    assert np.abs(bias).max() > 0.0  # nothing added at first: the policy did learn


def test_it_writes_a_network_and_goes_on_from_it(config: Path, tmp_path: Path):
    told: list[tuple[int, int, list[tuple[str, float]]]] = []

    def tell(update: int, steps: int, between: list[tuple[str, float]]) -> None:
        told.append((update, steps, between))

    out = learn_residual(config, tmp_path / "out.npz", report=tell)
    first = read_network(out)
    assert told[0][:2] == (1, 64)
    assert [name for name, _ in told[0][2]] == ["1.2 m/s", "1.1 m/s"]
    with pytest.raises(ConfigError, match="give --resume"):
        learn_residual(config, out)
    learn_residual(config, out, ["updates=2"], resume=True, report=tell)
    assert told[1][:2] == (2, 128)
    assert np.abs(read_network(out).weights[0] - first.weights[0]).max() > 0.0
    for change in ("seed=5", "learning_rate=0.001"):
        with pytest.raises(ConfigError, match=f"a search with other {change.partition('=')[0]};"):
            learn_residual(config, out, [change], resume=True)
    gains = tmp_path / "gains.yaml"
    text = gains.read_text("utf-8")
    edited = yaml.safe_load(text)
    name = next(iter(edited["gains"]))
    for value, why in ((edited["gains"][name] + 0.5, "other gains"), ("a lot", "a finite number")):
        edited["gains"][name] = value
        gains.write_text(yaml.safe_dump(edited), "utf-8")
        with pytest.raises(ConfigError, match=why):
            learn_residual(config, out, resume=True)
    gains.write_text(text, "utf-8")
    kept = out.with_suffix(".pt")
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    with pytest.raises(ConfigError, match=r"out\.pt: damaged"):
        learn_residual(config, out, resume=True)


def test_the_value_is_learned_before_the_policy_follows_it():
    learner = ResidualLearner(1, 1e-4, 0.1)
    first, shape = learner.network(), (32, 16)
    several = (ResidualConfig.model_fields["value_first"].default, *shape, ResidualSenses.size)
    observed = np.random.default_rng(1).standard_normal(several).astype(np.float32)
    for seen in observed:
        told = {
            "seen": seen,
            "action": np.zeros((*shape, ACTIONS), np.float32),
            "likely": np.zeros(shape, np.float32),
            "reward": np.full(shape, 0.15, np.float32),
            "over": np.zeros(shape, bool),
            "after": np.zeros(shape, np.float32),
            "value": np.array([learner.worth(x) for x in (*seen, seen[-1])]),
        }
        learner.learn(told, policy=False)
    assert learner.worth(observed[0, 0]).mean() == pytest.approx(0.15 / (1.0 - GAMMA), rel=0.1)
    assert learner.network().digest == first.digest


def test_a_report_tells_the_time_between_falls(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told: list[float] = []

    def learn(name: str) -> None:
        learn_residual(
            config,
            tmp_path / name,
            report=lambda _, __, between: told.extend(t for _, t in between),
        )

    learn("none.npz")
    monkeypatch.setattr(residual_learning, "has_fallen", lambda sim: np.ones(sim.n, bool))
    learn("each.npz")
    assert told == pytest.approx([np.inf, np.inf, 0.02, 0.02])  # one after every policy step


def test_further_grounds_are_each_walked_at_the_speeds_in_turn(config: Path, tmp_path: Path):
    asked = ["surfaces=[treadmill, {roughness_m: 0.03, slope: -0.1}, grass]", "walkers=5"]
    told = load_tool_config(ResidualConfig, config, [*asked, "fresh_ground_every=4"])

    def walked(updates: int) -> list[tuple[float, str]]:
        return [
            (speed, residual_learning.ground_name(ground))
            for speed, ground, _ in told.walks(updates)
        ]

    level, bumps = [(1.2, "flat"), (1.1, "flat")], "roughness_m 0.03, slope -0.1"
    first = [(1.2, "treadmill"), (1.1, bumps), (1.2, "grass")]
    assert walked(0) == walked(3) == walked(8) == [*level, *first]
    assert walked(4) == [*level, (1.1, "treadmill"), (1.2, bumps), (1.1, "grass")]


def test_ground_is_laid_anew(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    laid, lay = list[tuple[float, float]](), residual_learning.Course.lay

    def noted(course: residual_learning.Course, *given: Any) -> Any:
        ground = lay(course, *given)
        if isinstance(course.surface, Surface) and course.surface.roughness_m:
            at = np.linspace(0.5, 2.5, 5)[None, :, None] * [1.0, 0.0]
            laid.append((course.reach_m, float(ground.height(at)[0].std())))
        return ground

    monkeypatch.setattr(residual_learning.Course, "lay", noted)
    asked = ["surfaces=[{roughness_m: 0.05}]", "walkers=6", "segment=1", "fresh_ground_every=2"]
    learn_residual(config, tmp_path / "out.npz", [*asked, "updates=4"])
    (reach, bumps), (slower, others) = laid
    assert reach > slower  # at 1.2, then at 1.1 m/s
    assert bumps != others


def test_people_walk_in_turn_each_with_a_body_of_his_own(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Three groups, two people: at each laying anew the other begins."""
    strengths, build = list[float](), residual_learning.build_body

    def noted(name: str, walker: Walker) -> Any:
        strengths.append(walker.strength)
        return build(name, walker)

    monkeypatch.setattr(residual_learning, "build_body", noted)
    asked = ["people=[young-adult, weak-general]", "surfaces=[grass]", "walkers=6", "segment=1"]
    names = list[str]()
    learn_residual(
        config,
        tmp_path / "out.npz",
        [*asked, "fresh_ground_every=1", "updates=2"],
        report=lambda *told: names.extend(name for name, _ in told[2]),
    )
    weak = find_walker("weak-general").strength
    assert strengths == [1.0, weak, 1.0, weak, 1.0, weak]
    assert names == [
        "1.2 m/s as weak-general",
        "1.1 m/s as young-adult",
        "1.1 m/s on grass as weak-general",
    ]
    with pytest.raises(ConfigError, match="unknown walker 'weak'"):
        learn_residual(config, tmp_path / "other.npz", ["people=[weak]"])


def test_people_sense_and_move_with_their_own_noise_while_learning(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The network sees what its walker senses; one without noise sees the truth, as before."""
    off = dict[str, float]()
    network_sees = ReferenceGait.seen

    def noted(gait: ReferenceGait, state: BodyState) -> np.ndarray:
        name = gait.body.walker.name
        error = np.abs(state.qpos - gait._sim.qpos).max()
        off[name] = max(off.get(name, 0.0), float(error))
        return network_sees(gait, state)

    monkeypatch.setattr(ReferenceGait, "seen", noted)
    noisy = "{sensory_noise: 1.4, motor_noise: 0.03, height_m: 1.6}"
    asked = [f"people=[young-adult, {noisy}]", "surfaces=[grass]", "walkers=6", "segment=3"]
    names = list[str]()
    learn_residual(
        config,
        tmp_path / "out.npz",
        [*asked, "updates=1"],
        report=lambda *told: names.extend(name for name, _ in told[2]),
    )
    assert names[1] == "1.1 m/s as height_m 1.6, sensory_noise 1.4, motor_noise 0.03"
    assert off["young-adult"] == 0.0
    assert 1e-4 < off["young-adult (changed)"] < 0.2


def test_grounds_that_cannot_be_are_refused(config: Path, tmp_path: Path):
    more = ["surfaces=[treadmill, incline-5pct]", "walkers=8"]
    told_steps: list[int] = []
    learn_residual(config, tmp_path / "out.npz", more, report=lambda _, n, __: told_steps.append(n))
    assert told_steps == [16 * 8]
    with pytest.raises(ConfigError, match="unknown surface 'lava'"):
        learn_residual(config, tmp_path / "out.npz", ["surfaces=[lava]"])
    with pytest.raises(ConfigError, match=r"surfaces\.0\.roughness_m = 3: must be"):
        learn_residual(config, tmp_path / "out.npz", ["surfaces=[{roughness_m: 3}]"])
    few = ["walkers=4", "surfaces=[trail, grass, treadmill]"]
    with pytest.raises(ConfigError, match="walkers = 4: must be at least 5, one for each speed"):
        learn_residual(config, tmp_path / "out.npz", few)


def test_states_are_drawn_from_the_bank_once_it_holds_enough():
    bank = StartBank(start(1)[1], np.random.default_rng(1))
    assert bank.draw(3) is None
    bank.states += [np.full(4, float(i)) for i in range(LEAST)]
    drawn = bank.draw(3)
    assert drawn is not None
    assert drawn.shape == (3, 4)
    none = bank.draw(0)
    assert none is not None
    assert len(none) == 0


def test_without_the_extra_one_line_says_what_to_install(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(RetrowalkError, match=r"needs the extra `rl`.*: pip install '"):
        learn_residual(config, tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()


def test_a_second_process_is_refused(config: Path, tmp_path: Path):
    out = tmp_path / "out.npz"
    with held_file(out), pytest.raises(ConfigError, match=r"out\.npz"):
        learn_residual(config, out)


def segment_of(learner: ResidualLearner, rng: np.random.Generator, time: int, n: int):
    """A segment of walkers that all fall at once, without a reward yet."""
    told = {"over": np.ones((time, n), bool), "after": np.zeros((time, n), np.float32)}
    for name, size in (("seen", ResidualSenses.size), ("action", ACTIONS)):
        told[name] = np.zeros((time, n, size), np.float32)
    told["likely"], told["reward"] = np.zeros((2, time, n), np.float32)
    told["value"] = np.zeros((time + 1, n), np.float32)
    for t in range(time):
        x = learner.scaled(rng.standard_normal((n, ResidualSenses.size)), learn=True)
        told["seen"][t] = x
        told["action"][t], told["likely"][t], told["value"][t] = learner.act(x)
    return told


def test_an_update_moves_actions_to_what_is_rewarded():
    learner, rng, time, n = ResidualLearner(1, 1e-3, 0.2), np.random.default_rng(2), 16, 32
    seen = rng.standard_normal((50, ResidualSenses.size))
    assert np.abs(learner.network().act(seen)).max() < 0.05  # nothing is added at first
    for _ in range(5):
        told = segment_of(learner, rng, time, n)
        told["reward"][:] = -((told["action"][:, :, 0] - 0.5) ** 2)
        learner.learn(told)
    assert learner.network().act(seen)[:, 0].mean() > 0.1
    assert learner.steps == 5 * time * n


def test_actions_beyond_what_is_taken_are_drawn_back():
    learner, rng = ResidualLearner(1, 3e-2, 0.2), np.random.default_rng(2)
    beyond = replace(learner.network())
    beyond.biases[-1][14] = -1.5
    learner.begin_with(beyond)
    for _ in range(20):
        learner.learn(segment_of(learner, rng, 16, 32))
    assert -1.2 < learner.network().biases[-1][14] < -0.8
