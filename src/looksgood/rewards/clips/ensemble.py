"""r̂ of clips: an ensemble of small networks fitted to comparisons by Bradley-Terry on clip sums."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from looksgood.core.control import Clips
from looksgood.core.errors import NotFinite, TooFew
from looksgood.core.seeds import Seed
from looksgood.models.training_state import restore_training, training_state
from looksgood.ops.bradley_terry import bradley_terry_loss
from looksgood.rewards.clips.net import MemberNets
from looksgood.rewards.clips.spec import ClipEnsembleSpec
from looksgood.rewards.clips.splits import HELD_OUT, uses
from looksgood.rewards.quality import quality

FARTHEST = 10.0
"""Inputs are cut at this many standard deviations: nobody labelled what lies beyond."""


class ClipEnsemble:
    """A reward for each frame; a clip is worth the sum over its frames, in logits.

    Comparisons arrive over time and are handed to each fit all together, in order of arrival.
    Every draw is addressed by the number of the fit, so the position is the random state.

    Source: Christiano et al. (2017), arXiv:1706.03741 §2.2.3.
    """

    def __init__(self, spec: ClipEnsembleSpec, features: int, seed: Seed) -> None:
        self.spec, self.features, self.seed = spec, features, seed
        self.position = 0
        """Fits so far."""
        self.nets = MemberNets(
            spec.members, features, spec.hidden, spec.layers, seed.child("weights")
        )
        self.optimizer = torch.optim.AdamW(
            self.nets.parameters(),
            lr=spec.learning_rate,
            weight_decay=spec.weight_decay,
            fused=True,
        )
        self._scale = {
            "input_mean": torch.zeros(features),
            "input_sd": torch.ones(features),
            "member_mean": torch.zeros(spec.members, 1, dtype=torch.float64),
            "member_sd": torch.ones(spec.members, 1, dtype=torch.float64),
            "together_sd": torch.ones((), dtype=torch.float64),
        }

    # ---- fitting

    def fit(self, first: Clips, second: Clips, choice: Float[Tensor, " pairs"]) -> float:
        """Go on fitting to all comparisons so far; return the last step's loss, nats per pair.

        `choice` is 1 where the first was chosen, 0 the second, ½ for a tie; NaN ("can't tell") is
        left out. Inputs are normalised on the frames of all answered comparisons.

        Raises:
            TooFew: a member has no answered comparison to train on.
            NotFinite: the loss is NaN or infinite; r̂ is as before.
        """
        pools = self._pools(choice)
        before = self.state()
        try:
            loss = self._fit(first, second, choice, pools)
        except NotFinite:
            self.restore(before)
            raise
        self.position += 1
        return loss

    def _fit(self, first: Clips, second: Clips, choice: Tensor, pools: list[np.ndarray]) -> float:
        spec, answered = self.spec, torch.isfinite(choice).numpy()
        frames = (first.observations[answered], second.observations[answered])
        self.normalise_inputs(np.concatenate(frames).reshape(-1, self.features))
        one, other = self._inputs(first.observations), self._inputs(second.observations)
        draw = self.seed.child("fit", self.position).numpy()
        steps = spec.steps if self.position else spec.first_steps
        mean = float("nan")
        for step in range(steps):
            rows = torch.from_numpy(
                np.stack([pool[draw.integers(len(pool), size=spec.batch)] for pool in pools])
            )
            margins = self._sums(one[rows]) - self._sums(other[rows])
            loss = bradley_terry_loss(
                margins.flatten(),
                torch.zeros(margins.numel()),
                choice[rows].flatten().to(margins),
                spec.lapse,
            )
            mean = loss.item()
            if not np.isfinite(mean):
                raise NotFinite(
                    f"r̂ of clips: the loss is {mean} at step {step} of {steps} of fit "
                    f"{self.position}; look for NaN among the observations of the clips"
                )
            self.optimizer.zero_grad(set_to_none=True)
            (loss * spec.members).backward()  # members share nothing: each has its own mean loss
            self.optimizer.step()
        return mean

    def _pools(self, choice: Tensor) -> list[np.ndarray]:
        """Return the rows each member trains on, as often as its bootstrap has them."""
        counts = self._uses(len(choice))
        counts[~torch.isfinite(choice).numpy()] = 0
        rows = np.arange(len(choice))
        pools = [np.repeat(rows, np.maximum(column, 0)) for column in counts.T]
        if min(len(pool) for pool in pools) == 0:
            raise TooFew(
                f"{int(torch.isfinite(choice).sum())} answered comparisons leave a member of r̂ "
                f"with none to train on (each holds out {self.spec.held_out:.0%}): collect more"
            )
        return pools

    # ---- what it thinks

    def score(
        self,
        observations: Float[np.ndarray, "frames features"],
        states: Float[np.ndarray, "frames numbers"] | None = None,  # noqa: ARG002 - never looks
    ) -> Float[np.ndarray, " frames"]:
        """Return the mean of the members' standardised rewards, standardised again.

        Raises:
            NotFinite: a reward is NaN or infinite.
        """
        scores = (self._standard(self._raw(observations)) / self._scale["together_sd"]).numpy()
        bad = int((~np.isfinite(scores)).sum())
        if bad:
            raise NotFinite(f"r̂ of clips is NaN or infinite on {bad} of {len(scores)} frames")
        return scores

    def standardise(
        self,
        observations: Float[np.ndarray, "frames features"],
        states: Float[np.ndarray, "frames numbers"] | None = None,  # noqa: ARG002 - never looks
    ) -> None:
        """Make `score` have mean 0 and sd 1 on these frames; each member counts alike.

        Raises:
            NotFinite: a reward is NaN or infinite, or is the same on all frames.
        """
        raw = self._raw(observations)
        self._scale["member_mean"] = raw.mean(1, keepdim=True)
        self._scale["member_sd"] = _sd(raw)
        self._scale["together_sd"] = _sd(self._standard(raw)[None])[0, 0]

    def disagreement(self, first: Clips, second: Clips) -> Float[np.ndarray, " pairs"]:
        """Return the variance over members of the probability that the first is chosen."""
        return self._margins(first, second).sigmoid().var(0, unbiased=False).numpy()

    def accuracy(
        self, first: Clips, second: Clips, choice: Float[Tensor, " pairs"]
    ) -> float | None:
        """Return the share of held-out answers (no ties) that a member orders as the rater did.

        A comparison counts once for every member that held it out. It measures agreement with the
        rater's labels and nothing else; None where none is held out. With lapses at rate λ a
        perfect r̂ reaches 1 − λ/2.
        """
        held = self._held_out(len(choice))
        margins = self._margins(first, second)
        answers = choice.expand(self.spec.members, -1)[held].to(margins)
        return quality(margins[held], answers).accuracy

    # ---- parts

    def normalise_inputs(self, observations: Float[np.ndarray, "frames features"]) -> None:
        """Measure inputs in standard deviations of these frames; what never varies is left as is.

        This changes what the networks compute, so it is done when they are fitted.
        """
        frames = torch.from_numpy(np.asarray(observations, dtype=np.float32))
        sd = frames.std(0, unbiased=False)
        self._scale["input_mean"] = frames.mean(0)
        self._scale["input_sd"] = torch.where(sd > 1e-6, sd, torch.ones_like(sd))

    def _uses(self, comparisons: int) -> Int[np.ndarray, "comparisons members"]:
        return uses(
            comparisons, self.spec.members, self.spec.held_out, self.seed.child("comparisons")
        )

    def _held_out(self, comparisons: int) -> Bool[Tensor, "members comparisons"]:
        return torch.from_numpy(self._uses(comparisons).T == HELD_OUT)

    def _inputs(self, observations: Float[np.ndarray, "*rows features"]) -> Tensor:
        raw = torch.from_numpy(np.asarray(observations, dtype=np.float32))
        normal = (raw - self._scale["input_mean"]) / self._scale["input_sd"]
        return normal.clamp(-FARTHEST, FARTHEST)

    def _sums(self, inputs: Float[Tensor, "members clips frames features"]) -> Tensor:
        members, clips, frames, features = inputs.shape
        flat = inputs.reshape(members, clips * frames, features)
        return self.nets(flat).view(members, clips, frames).sum(2)

    @torch.no_grad()
    def _margins(self, first: Clips, second: Clips) -> Float[Tensor, "members pairs"]:
        """Return r̂(first) − r̂(second) of each member in logits, before standardising."""
        sides = [
            self._sums(self._inputs(side.observations).expand(self.spec.members, -1, -1, -1))
            for side in (first, second)
        ]
        return sides[0] - sides[1]

    @torch.no_grad()
    def _raw(
        self, observations: Float[np.ndarray, "frames features"]
    ) -> Float[Tensor, "members frames"]:
        inputs = self._inputs(observations)
        return self.nets(inputs.expand(self.spec.members, -1, -1)).double()

    def _standard(self, raw: Float[Tensor, "members frames"]) -> Float[Tensor, " frames"]:
        return ((raw - self._scale["member_mean"]) / self._scale["member_sd"]).mean(0)

    # ---- resuming

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        scale = {f"scale.{name}": value.clone() for name, value in self._scale.items()}
        position = {"position": torch.tensor(self.position)}
        return training_state(self.nets.named_parameters(), self.optimizer) | scale | position

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`: what follows equals an unbroken run, bit for bit on CPU."""
        restore_training(self.nets.named_parameters(), self.optimizer, state)
        self._scale = {name: state[f"scale.{name}"].clone() for name in self._scale}
        self.position = int(state["position"])


def _sd(rewards: Float[Tensor, "members frames"]) -> Float[Tensor, "members 1"]:
    """Return each row's standard deviation.

    Raises:
        NotFinite: one is 0, NaN or infinite.
    """
    sd = rewards.std(1, keepdim=True, unbiased=False)
    if not bool((torch.isfinite(sd) & (sd > 0)).all()):
        raise NotFinite(
            f"r̂ of clips has sd {sd.flatten().tolist()} on {rewards.shape[1]} frames: it cannot "
            "be standardised; look for NaN, or frames that are all alike"
        )
    return sd
