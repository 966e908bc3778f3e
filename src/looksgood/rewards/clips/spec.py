"""Settings of rewards of clips: an ensemble fitted to comparisons, or a control."""

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.core.seeds import Seed
    from looksgood.rewards.clips.baselines import GoldFrameReward, GoldOf, RandomFrameReward
    from looksgood.rewards.clips.ensemble import ClipEnsemble


class ClipEnsembleSpec(Spec):
    """Small networks on observations, fitted to comparisons of clips as these arrive.

    Source: Christiano et al. (2017), arXiv:1706.03741 §2.2.3 and appendix A.1: three networks of
    two hidden layers of 64, leaky ReLU, 1/e held out, 10 % lapses. Theirs adapts an ℓ2 penalty
    to the held-out loss; here a fixed weight decay stands in for it.
    """

    kind: Literal["clip_ensemble"] = "clip_ensemble"
    members: Annotated[int, Field(ge=2)] = 3
    hidden: Annotated[int, Field(ge=1, description="units of each hidden layer")] = 64
    layers: Annotated[int, Field(ge=0, description="hidden layers; 0: linear")] = 2
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    weight_decay: Annotated[float, Field(ge=0, description="of AdamW, decoupled")] = 3.0
    lapse: Annotated[float, Field(ge=0, lt=1, description="share of answers taken as coins")] = 0.1
    held_out: Annotated[
        float, Field(gt=0, lt=1, description="share of comparisons a member never trains on")
    ] = 1 / math.e
    steps: Annotated[int, Field(ge=1, description="gradient steps of each fit")] = 30
    first_steps: Annotated[int, Field(ge=1, description="gradient steps of the first fit")] = 200
    batch: Annotated[int, Field(ge=1, description="comparisons per member and step")] = 256

    def build(self, features: int, seed: "Seed") -> "ClipEnsemble":
        """Return an unfitted ensemble that looks at observations of `features` numbers."""
        from looksgood.rewards.clips.ensemble import ClipEnsemble

        return ClipEnsemble(self, features, seed)


class ClipRandomSpec(Spec):
    """A control: networks as in an ensemble, fitted to nothing."""

    kind: Literal["clip_random"] = "clip_random"
    members: Annotated[int, Field(ge=2)] = 3
    hidden: Annotated[int, Field(ge=1)] = 64
    layers: Annotated[int, Field(ge=0)] = 2

    def build(self, features: int, seed: "Seed") -> "RandomFrameReward":
        """Return a random reward of observations of `features` numbers."""
        from looksgood.rewards.clips.baselines import RandomFrameReward

        ensemble = ClipEnsembleSpec(members=self.members, hidden=self.hidden, layers=self.layers)
        return RandomFrameReward(ensemble.build(features, seed))


class ClipGoldSpec(Spec):
    """A control: the truth about each frame is optimised, with nothing learned between."""

    kind: Literal["clip_gold"] = "clip_gold"

    def build(self, gold: "GoldOf") -> "GoldFrameReward":
        """Return the reward of a truth that is handed in."""
        from looksgood.rewards.clips.baselines import GoldFrameReward

        return GoldFrameReward(gold)
