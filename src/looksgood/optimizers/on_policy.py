"""A thin adapter: we run and score whole episodes, Stable-Baselines3 improves the policy on them.

Left out of SB3: its environments, its logger's output, its files (pickles), its seeding.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from gymnasium.spaces import Box
from jaxtyping import Float
from stable_baselines3.common.logger import Logger
from torch import Tensor

from looksgood.core.control import ControlWorld, Episodes, FrameReward
from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.models.training_state import restore_training, training_state
from looksgood.optimizers.ambient import ambient_randomness
from looksgood.optimizers.control_spec import OnPolicySpec
from looksgood.optimizers.controller import LOG_SD, GaussianController
from looksgood.optimizers.episodes import run_episodes

if TYPE_CHECKING:
    from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

SCALARS = {
    "train/kl_divergence_loss": "kl",
    "train/approx_kl": "kl",
    "train/is_line_search_success": "line_search_success",
    "train/clip_fraction": "clip_fraction",
    "train/value_loss": "value_loss",
    "train/explained_variance": "explained_variance",
    "train/std": "sd",
}
"""What is kept of SB3's log, by our names: `kl` in nats per frame, old to new policy or an estimate
of it; `sd` of the commands; losses in squared units of return."""


def policy_kwargs(spec: OnPolicySpec) -> dict[str, Any]:
    """Return what SB3's policy takes: separate tanh networks of policy and critic."""
    widths = [spec.hidden] * spec.layers
    return {"net_arch": {"pi": widths, "vf": widths}, "log_std_init": spec.log_sd}


class OnPolicyTrainer:
    """A ControlTrainer over TRPO or PPO. Each step is one batch of `bodies` whole episodes.

    A reward belongs to the frame that an action leads to. Episodes end by the clock, not because
    anything happened, so the last frame's value is added on, as SB3 does where an environment
    reports `TimeLimit.truncated`. Every draw is addressed by the step: position is random state.
    """

    def __init__(
        self, algorithm: "OnPolicyAlgorithm", spec: OnPolicySpec, world: ControlWorld, seed: Seed
    ) -> None:
        """Take an algorithm that was made without an environment and is not set up yet."""
        self.spec, self.world, self.seed = spec, world, seed
        self.position = 0
        self.algorithm = algorithm
        algorithm.observation_space = Box(-np.inf, np.inf, (world.features,), np.float32)
        algorithm.action_space = Box(-1.0, 1.0, (world.motors,), np.float32)
        algorithm.n_envs = spec.bodies
        algorithm.set_logger(Logger(folder=None, output_formats=[]))
        with ambient_randomness(seed.child("weights")):
            algorithm._setup_model()
        self._scalars: dict[str, float] = {}

    @property
    def policy(self) -> GaussianController:
        """The policy as it is now; it stays as it is when training goes on."""
        named = dict(self.algorithm.policy.named_parameters())
        hidden = "mlp_extractor.policy_net."
        layers = [
            n.removesuffix(".weight") for n in named if n.startswith(hidden) and "weight" in n
        ]
        weights: dict[str, Tensor] = {LOG_SD: named["log_std"]}
        for i, layer in enumerate([*layers, "action_net"]):
            for part in ("weight", "bias"):
                weights[f"{i}.{part}"] = named[f"{layer}.{part}"]
        return GaussianController(weights)

    def step(self, reward: FrameReward) -> Episodes:
        """Run one batch of episodes, improve the policy on them, and return them.

        Raises:
            NotFinite: the simulation, a reward or the policy is no longer finite; the policy is
                as before the step.
        """
        at = self.seed.child("step", self.position)
        try:
            episodes = run_episodes(self.world, self.policy.draw, self.spec.bodies, at)
        except NotFinite as error:
            raise NotFinite(f"step {self.position}: {error}") from error
        rewards = self._scored(episodes, reward)
        beyond = np.maximum(abs(episodes.actions) - 1, 0)
        self._fill(episodes, rewards - self.spec.beyond_cost * (beyond**2).sum(-1))
        self._train(at.child("train"))
        self._scalars["proxy"] = float(rewards.mean())
        self.position += 1
        return replace(episodes, actions=np.clip(episodes.actions, -1, 1))

    def scalars(self) -> dict[str, float]:
        """Return the mean reward of a frame (`proxy`) and what SB3 logs of an update (`SCALARS`).

        What it could not compute is left out, never 0. Empty until a step was taken.
        """
        return dict(self._scalars)

    def state(self) -> dict[str, Tensor]:
        """Return weights, the optimizer's moments and the position, as named tensors."""
        net = self.algorithm.policy
        return training_state(net.named_parameters(), net.optimizer) | {
            "position": torch.tensor(self.position)
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`: what follows equals an unbroken run, bit for bit on CPU."""
        net = self.algorithm.policy
        restore_training(net.named_parameters(), net.optimizer, state)
        self.position = int(state["position"])

    def _scored(
        self, episodes: Episodes, reward: FrameReward
    ) -> Float[np.ndarray, "episodes steps"]:
        """Return the reward of each action: that of the frame it leads to.

        Raises:
            NotFinite: an observation or a reward is NaN or infinite.
        """
        if not np.isfinite(episodes.observations).all():
            raise NotFinite(f"step {self.position}: an observation is NaN or infinite")
        seen, states = episodes.observations[:, 1:], episodes.states[:, 1:]
        flat = (len(episodes) * episodes.steps, -1)
        scores = np.asarray(reward.score(seen.reshape(flat), states.reshape(flat)))
        bad = int((~np.isfinite(scores)).sum())
        if bad:
            raise NotFinite(
                f"step {self.position}: the reward of {bad} of {len(scores)} frames is NaN or "
                "infinite"
            )
        return scores.reshape(len(episodes), episodes.steps)

    @torch.no_grad()
    def _fill(self, episodes: Episodes, rewards: Float[np.ndarray, "episodes steps"]) -> None:
        """Put the episodes into SB3's buffer, with values and densities of the policy as it is."""
        net, buffer = self.algorithm.policy, self.algorithm.rollout_buffer
        net.set_training_mode(False)
        # time first, as the buffer has it
        seen = episodes.observations.swapaxes(0, 1).astype(np.float32)
        actions = episodes.actions.swapaxes(0, 1).astype(np.float32)
        values, logp, _ = net.evaluate_actions(
            torch.from_numpy(seen[:-1]).flatten(0, 1), torch.from_numpy(actions).flatten(0, 1)
        )
        values, logp = values.view(episodes.steps, -1), logp.view(episodes.steps, -1)
        buffer.reset()
        for t in range(episodes.steps):
            starts = np.full(len(episodes), t == 0)
            buffer.add(seen[t], actions[t], rewards[:, t], starts, values[t], logp[t])
        last = net.predict_values(torch.from_numpy(seen[-1]))
        # not done: an episode that the clock ends is worth what would have followed
        buffer.compute_returns_and_advantage(last, dones=np.zeros(len(episodes)))

    def _train(self, seed: Seed) -> None:
        """Let SB3 improve the policy on its buffer.

        Raises:
            NotFinite: a weight became NaN or infinite; all weights are as before.
        """
        before, log = self.state(), self.algorithm.logger
        log.name_to_value.clear()
        with ambient_randomness(seed):
            self.algorithm.train()
        with torch.no_grad():
            self.algorithm.policy.log_std.clamp_(min=self.spec.least_log_sd)
        broken = [n for n, p in self.algorithm.policy.named_parameters() if not p.isfinite().all()]
        if broken:
            self.restore(before)
            raise NotFinite(
                f"step {self.position}: {broken[0]} and {len(broken) - 1} more weights of policy "
                "and critic became NaN or infinite; they are as before the step"
            )
        logged = {SCALARS.get(name): float(value) for name, value in log.name_to_value.items()}
        self._scalars = {n: v for n, v in logged.items() if n is not None and np.isfinite(v)}
