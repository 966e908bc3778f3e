"""Learning from comparisons of clips: ask, fit r̂, improve the policy, and again."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.control import Clips, ControlTrainer, ControlWorld, Episodes, FrameReward
from looksgood.core.seeds import Seed
from looksgood.optimizers.episodes import run_episodes, shifted
from looksgood.preferences.clip_spec import ClipQueriesSpec
from looksgood.preferences.clips import ClipComparisons, draw_queries
from looksgood.rewards.clips.baselines import GoldFrameReward, RandomFrameReward
from looksgood.rewards.clips.ensemble import ClipEnsemble
from looksgood.studies.clips.asking import ClipAsker


class Asking:
    """r̂ and what it was fitted to: new clips are asked about as they come."""

    def __init__(
        self,
        spec: ClipQueriesSpec,
        asker: ClipAsker,
        reward: ClipEnsemble,
        seed: Seed,
    ) -> None:
        self.spec, self.asker, self.reward, self.seed = spec, asker, reward, seed
        self.answered: ClipComparisons | None = None

    def due(self, iteration: int) -> int:
        """Return how many answers are due before an iteration; none a second time."""
        return max(0, self.spec.schedule.by(iteration) - self.labels)

    def ask(self, iteration: int, episodes: Episodes) -> None:
        """Ask what is due before an iteration, about these episodes, and fit r̂ to all answers."""
        due = self.due(iteration)
        seed = self.seed.child(iteration)
        told = self._disagreement if self.answered is not None else None
        whole = self.spec.model_copy(update={"every": 1})
        first, second = draw_queries(whole, episodes, due, seed.child("queries"), told)
        said = self.asker.ask(first, second, f"iteration{iteration}", seed.child("answers"))
        new = ClipComparisons(
            first.take(said.pair).thinned(self.spec.every),
            second.take(said.pair).thinned(self.spec.every),
            said.choice,
            said.chance,
        )
        self.answered = new if self.answered is None else self.answered.append(new)
        self.reward.fit(self.answered.first, self.answered.second, self.answered.choice)

    def _disagreement(self, first: Clips, second: Clips) -> Float[np.ndarray, " pairs"]:
        every = self.spec.every
        return self.reward.disagreement(first.thinned(every), second.thinned(every))

    @property
    def labels(self) -> int:
        """Comparisons answered so far."""
        return len(self.answered) if self.answered is not None else 0

    def held_out_accuracy(self) -> float | None:
        """Return the share of held-out answers that r̂ orders as the rater did."""
        if self.answered is None:
            return None
        answered = self.answered
        return self.reward.accuracy(answered.first, answered.second, answered.choice)


class Learning:
    """The policy, its reward, and the episodes it ran last: all that a resumed cell needs."""

    def __init__(
        self,
        world: ControlWorld,
        trainer: ControlTrainer,
        reward: ClipEnsemble | RandomFrameReward | GoldFrameReward,
        asking: Asking | None,
        bodies: int,
        seed: Seed,
    ) -> None:
        self.world, self.seed = world, seed
        self.trainer, self.reward, self.asking = trainer, reward, asking
        self.recent = run_episodes(world, trainer.policy.act, bodies, seed)

    def prepare(self) -> FrameReward:
        """Ask, fit and standardise, so that the reward is that of the next iteration.

        Nothing is due a second time, so a resumed run may come here again.
        """
        if self.asking is not None and self.asking.due(self.trainer.position):
            self.asking.ask(self.trainer.position, self._shown(self.asking.spec))
        episodes = self.recent
        features, numbers = episodes.observations.shape[-1], episodes.states.shape[-1]
        self.reward.standardise(
            episodes.observations.reshape(-1, features), episodes.states.reshape(-1, numbers)
        )
        return self.reward

    def _shown(self, spec: ClipQueriesSpec) -> Episodes:
        """Return what clips are cut from: the last episodes, and some with a motor shifted."""
        count = round(spec.shifted * len(self.recent))
        if not count:
            return self.recent
        seed = self.seed.child("shifted", self.trainer.position)
        act = self.trainer.policy.act
        act = shifted(act, spec.shift_sd, spec.shift_motors, seed.child("shift"))
        return self.recent.and_then(run_episodes(self.world, act, count, seed))

    def step(self) -> dict[str, float]:
        """Run one iteration on the reward as prepared; return its scalars."""
        self.recent = self.trainer.step(self.reward)
        return self.trainer.scalars()

    def spent(self) -> dict[str, float | None]:
        """Return what was used so far, actions and labels, and how well r̂ knows the latter.

        Actions are those that the policy was trained on; the first comparisons are of one batch
        before them.
        """
        asking, recent = self.asking, self.recent
        spent: dict[str, float | None] = {
            "actions": float(self.trainer.position * len(recent) * recent.steps)
        }
        if asking is not None:
            spent["labels"] = float(asking.labels)
            spent["held_out_accuracy"] = asking.held_out_accuracy()
            spent["accuracy_ceiling"] = asking.answered.ceiling() if asking.answered else None
        return spent

    def state(self) -> dict[str, Tensor]:
        """Return everything as named tensors."""
        parts = {"trainer": self.trainer.state(), "reward": self.reward.state()}
        parts["recent"] = {
            "observations": torch.from_numpy(self.recent.observations),
            "states": torch.from_numpy(self.recent.states),
            "actions": torch.from_numpy(self.recent.actions),
        }
        if self.asking is not None and self.asking.answered is not None:
            parts["answered"] = self.asking.answered.state()
        return {
            f"{part}.{name}": tensor.contiguous()
            for part, tensors in parts.items()
            for name, tensor in tensors.items()
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`: what follows equals an unbroken run."""

        def part(name: str) -> dict[str, Tensor]:
            start = f"{name}."
            return {n.removeprefix(start): t for n, t in state.items() if n.startswith(start)}

        self.trainer.restore(part("trainer"))
        self.reward.restore(part("reward"))
        self.recent = Episodes(**{name: tensor.numpy() for name, tensor in part("recent").items()})
        answered = part("answered")
        if answered and self.asking is not None:
            self.asking.answered = ClipComparisons.of(answered)
