"""What audits of one arm look at: prompts on which its rater can be fooled, and who is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from looksgood.core.protocols import World
from looksgood.core.records import Channels, Samples
from looksgood.measures.audit_judges import Judge, exact_judge, rater_judge
from looksgood.measures.audit_moments import Moments
from looksgood.measures.scale import Scale
from looksgood.measures.unseen_fall import exposed, plain_fall, unseen_fall
from looksgood.ops.moment_tilt import MomentTilt
from looksgood.studies.power.settings import PowerSpec


@dataclass(frozen=True)
class Scene:
    """A pool, the prompts of it that are audited, and the judges."""

    pool: Samples
    prompts: list[int]
    """Places of these prompts in the pool."""
    judges: Mapping[str, Judge]
    """rater, expert, truth: opinions in base sd, base mean 0, of the prompts that are looked at."""
    kind: str
    """How gold falls: `PowerSpec.fall`."""

    @classmethod
    def of(cls, spec: PowerSpec, pool: Samples, channels: Channels, world: World) -> "Scene":
        """Look at a pool through the arm's rater, the expert and the truth."""
        gold = channels.weighed(world.weights)
        raters = {"rater": spec.rater, "expert": spec.expert}
        built = {name: rater.build(world.weights) for name, rater in raters.items()}
        points = {name: rater.score(channels) for name, rater in built.items()} | {"truth": gold}
        tables = {name: as_table(score, pool.k) for name, score in points.items()}
        is_exposed = exposed(tables["truth"], tables["rater"])
        if spec.fall == "plain":
            is_exposed[:] = True
        scales = {name: Scale.of(score, pool.k) for name, score in points.items()}
        opinions = {
            name: as_table(scales[name].apply(score), pool.k)[is_exposed]
            for name, score in points.items()
        }
        rows = torch.from_numpy(np.flatnonzero(np.repeat(is_exposed, pool.k)))
        judges = {"truth": exact_judge(opinions["truth"])}
        for name, rater in raters.items():
            noise = rater.temperature / scales[name].sd
            judges[name] = rater_judge(
                built[name], channels.rows(rows), opinions[name], noise, rater.lapse
            )
        return cls(pool, np.flatnonzero(is_exposed).tolist(), judges, spec.fall)

    def fall(self, drop: float) -> MomentTilt:
        """Return the policy in which gold fell by so much.

        Raises:
            OutOfReach: the pool holds no such policy.
        """
        gold = self.judges["truth"].opinion
        if self.kind == "plain":
            return plain_fall(gold, drop)
        return unseen_fall(gold, self.judges["rater"].opinion, drop)

    def correlation(self, tilt: MomentTilt) -> float:
        """Return that of the rater's paired differences with the truth's."""
        return Moments(tilt.weights).correlation(self.judges["truth"], self.judges["rater"])


def as_table(scores: Tensor, k: int) -> np.ndarray:
    """Return scores as (prompts, pool) in double precision."""
    return scores.double().reshape(-1, k).numpy()
