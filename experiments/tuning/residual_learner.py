"""Policy and value of a residual network, and one update of them by proximal policy optimisation.

Schulman et al. 2017 (arXiv:1707.06347) with generalised advantages, for walkers that never all stop
at once: each begins anew by itself, and who is stopped while up counts on with its value. torch
(extra `rl`) is imported when it is needed, so that this module can be without it.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...envs.gaits.residual_network import (
    ACTIONS,
    FARTHEST,
    ResidualNetwork,
    ResidualSenses,
)
from ...sim.errors import ConfigError
from ...sim.shortage import raise_shortage
from ..learning.checkpoint import read_checkpoint
from ..store.atomic import write_atomic

if TYPE_CHECKING:
    import torch
    from torch import nn

HIDDEN = (128, 64)
GAMMA, LAMBDA = 0.985, 0.95
CLIP, EPOCHS, BATCHES = 0.2, 5, 4
VALUE_RATE = 1e-3  # learning rate of the value, which has to be right before the policy follows it
VALUE_SCALE = 10.0  # about what a walker is worth that stays up
LEAST_SPREAD = 0.03  # standard deviation of actions
SEEN_MOST = 400_000  # observations after which their scale stands still
SMALL = 1e-6
ONE_SPEED, OF_SPEED = 0.01, 0.09  # m/s: deviations of the speed asked for, which is seen last


def _layers(out: int) -> nn.Sequential:
    from torch import nn

    sizes = (ResidualSenses.size, *HIDDEN)
    parts: list[nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [nn.Linear(before, after), nn.Tanh()]
    return nn.Sequential(*parts, nn.Linear(sizes[-1], out))


class ResidualLearner:
    """Learns what to add to a gait's torques.

    Args:
        seed: of its first weights and of chance. learning_rate: of its optimiser.
        spread: standard deviation of actions at first, and at most. farthest_kl: how far an update
            may take the policy before it ends.

    Attributes:
        steps: policy steps taken by all walkers.
    """

    def __init__(
        self, seed: int, learning_rate: float, spread: float, farthest_kl: float = 0.03
    ) -> None:
        import torch
        from torch import nn

        torch.manual_seed(seed)
        torch.set_num_threads(1)  # networks this small are slower on several
        self.policy, self.value = _layers(ACTIONS), _layers(1)
        self.spread = nn.Parameter(torch.full((ACTIONS,), math.log(spread)))
        self._farthest_kl = farthest_kl
        self._spreads = math.log(LEAST_SPREAD), math.log(spread)
        with torch.no_grad():  # nothing is added at first
            last = self.policy[-1]
            last.weight.mul_(0.01)  # type: ignore[operator,union-attr]
            last.bias.zero_()  # type: ignore[operator,union-attr]
        self._parts = [*self.policy.parameters(), self.spread]
        self._optimiser = torch.optim.Adam(self._parts, lr=learning_rate)
        self._of_value = torch.optim.Adam(self.value.parameters(), lr=VALUE_RATE)
        self._count = 1e-4
        self._mean = np.zeros(ResidualSenses.size)
        self._variance = np.ones(ResidualSenses.size)
        self.steps = 0

    def begin_with(self, network: ResidualNetwork) -> None:
        """Take over the policy of `network`, and its scale of observations, which then stays.

        One that learned at a single speed has seen no other, and any would be far out of its scale:
        that of speed is widened, which changes nothing at its own. Of several speeds it stays.
        """
        import torch
        from torch import nn

        linear = [part for part in self.policy if isinstance(part, nn.Linear)]
        with torch.no_grad():
            for part, weight, bias in zip(linear, network.weights, network.biases, strict=True):
                part.weight.copy_(torch.as_tensor(weight))
                part.bias.copy_(torch.as_tensor(bias))
        self._mean, self._variance = network.mean.copy(), np.square(network.deviation) - SMALL
        if network.deviation[-1] < ONE_SPEED:
            self._variance[-1] = OF_SPEED**2
        self._count = SEEN_MOST

    def scaled(self, seen: np.ndarray, learn: bool = False) -> np.ndarray:
        """Observations as the networks take them; `learn` takes their scale into account."""
        if learn and self._count < SEEN_MOST:
            n, mean, variance = len(seen), seen.mean(0), seen.var(0)
            total, off = self._count + n, mean - self._mean
            spread = self._variance * self._count + variance * n
            self._variance = (spread + off**2 * self._count * n / total) / total
            self._mean, self._count = self._mean + off * n / total, total
        x = (seen - self._mean) / np.sqrt(self._variance + SMALL)
        return np.clip(x, -FARTHEST, FARTHEST).astype(np.float32)

    def act(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Drawn actions (n, ACTIONS), their log-likelihood and the states' values, (n,)."""
        import torch

        with torch.no_grad():
            seen = torch.as_tensor(x)
            mean, spread = self.policy(seen), self.spread.exp()
            action = mean + spread * torch.randn_like(mean)
            return action.numpy(), self._likely(mean, action).numpy(), self.worth(x)

    def worth(self, x: np.ndarray) -> np.ndarray:
        """Values (n,) of states."""
        import torch

        with torch.no_grad():
            return VALUE_SCALE * self.value(torch.as_tensor(x))[:, 0].numpy()

    def _likely(self, mean: torch.Tensor, action: torch.Tensor) -> torch.Tensor:
        return (-0.5 * ((action - mean) / self.spread.exp()) ** 2 - self.spread).sum(1)

    def learn(self, told: dict[str, np.ndarray], policy: bool = True) -> None:
        """One update from a segment: arrays (time, walkers, ...) by name.

        Means of actions beyond -1 and 1 are drawn back: out there all actions act alike, so that
        rewards would tell nothing. Without `policy` the value alone is learned.

        `seen`, `action`, `likely`, `reward`, `over`, `value` (time + 1), and `after`: the value of
        where a walker was stopped while it was up, else 0.
        """
        import torch

        time, n = told["reward"].shape
        gain: np.ndarray = np.zeros((time, n), np.float32)
        following = np.zeros(n)
        for t in reversed(range(time)):
            over = told["over"][t].astype(float)
            ahead = over * told["after"][t] + (1.0 - over) * told["value"][t + 1]
            error = told["reward"][t] + GAMMA * ahead - told["value"][t]
            following[:] = error + GAMMA * LAMBDA * (1.0 - over) * following
            gain[t] = following
        worth = (gain + told["value"][:-1]).astype(np.float32)

        def flat(part: np.ndarray) -> torch.Tensor:
            return torch.as_tensor(part.reshape(time * n, *part.shape[2:]))

        seen, action, likely = (flat(told[name]) for name in ("seen", "action", "likely"))
        wanted, better = flat(worth / VALUE_SCALE), flat((gain - gain.mean()) / (gain.std() + 1e-8))
        for _ in range(EPOCHS):
            for rows in torch.randperm(time * n).tensor_split(BATCHES):
                off = self.value(seen[rows])[:, 0] - wanted[rows]
                self._step(self._of_value, off.square().mean(), [*self.value.parameters()])
        for _ in range(EPOCHS if policy else 0):
            for rows in torch.randperm(time * n).tensor_split(BATCHES):
                mean = self.policy(seen[rows])
                ratio = (self._likely(mean, action[rows]) - likely[rows]).exp()
                clipped = ratio.clamp(1.0 - CLIP, 1.0 + CLIP)
                loss = -torch.min(ratio * better[rows], clipped * better[rows]).mean()
                loss = loss + (mean.abs() - 1.0).clamp(min=0.0).square().sum(1).mean()
                self._step(self._optimiser, loss, self._parts)
                with torch.no_grad():
                    self.spread.clamp_(*self._spreads)
            with torch.no_grad():
                away = likely - self._likely(self.policy(seen), action)
            if float(away.mean()) > self._farthest_kl:
                break
        self.steps += time * n

    @staticmethod
    def _step(optimiser: torch.optim.Optimizer, loss: torch.Tensor, parts: list[Any]) -> None:
        from torch import nn

        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parts, 0.5)
        optimiser.step()

    def network(self) -> ResidualNetwork:
        """Its policy without chance."""
        from torch import nn

        linear = [part for part in self.policy if isinstance(part, nn.Linear)]
        return ResidualNetwork(
            [part.weight.detach().numpy().astype(float) for part in linear],
            [part.bias.detach().numpy().astype(float) for part in linear],
            self._mean.copy(),
            np.sqrt(self._variance + SMALL),
        )

    def state(self) -> dict[str, Any]:
        """All that it needs to go on."""
        import torch

        return {
            "policy": self.policy.state_dict(),
            "value": self.value.state_dict(),
            "spread": self.spread.detach(),
            "optimiser": self._optimiser.state_dict(),
            "optimiser of value": self._of_value.state_dict(),
            "mean": torch.as_tensor(self._mean),
            "variance": torch.as_tensor(self._variance),
            "count": float(self._count),
            "steps": self.steps,
            "chance": torch.get_rng_state(),
        }

    def save(self, path: Path, **told: Any) -> None:
        """Write a checkpoint, whole or not at all, with what else is `told`."""
        import torch

        write_atomic(path, lambda file: torch.save({**self.state(), **told}, file))

    def restore(self, path: Path) -> dict[str, Any]:
        """Go on from a checkpoint; return all that is in it.

        Raises:
            ConfigError: the file is damaged, or of another search.
        """
        import torch

        kept = read_checkpoint(path)
        try:
            self.policy.load_state_dict(kept["policy"])
            self.value.load_state_dict(kept["value"])
            self._optimiser.load_state_dict(kept["optimiser"])
            self._of_value.load_state_dict(kept["optimiser of value"])
        except Exception as error:
            raise_shortage(error)
            raise ConfigError(f"{path}: not a checkpoint of this search ({error})") from error
        with torch.no_grad():
            self.spread.copy_(kept["spread"])
        self._mean, self._variance = kept["mean"].numpy(), kept["variance"].numpy()
        self._count, self.steps = kept["count"], kept["steps"]
        torch.set_rng_state(kept["chance"])
        return kept
