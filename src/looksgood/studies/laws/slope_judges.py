"""Judges who also say which way gold would go: its covariance with the proxy, by prompt."""

from dataclasses import dataclass, replace

from torch import Tensor

from looksgood.core.records import Samples
from looksgood.measures.judges import Judged, Judges
from looksgood.studies.laws.forecasts import COVARIANCE


@dataclass(frozen=True)
class SlopeJudges(Judges):
    """Judges whose channels hold `COVARIANCE`, in base sd squared.

    Each response has (proxy − mean)(gold − mean) k/(k − 1), means over the k responses of its
    prompt: averaged it is the unbiased covariance under the policy that drew them, which is gold's
    slope along the tilt, dE[gold]/d(1/β). It needs gold labels of these samples only.
    """

    def judge(self, samples: Samples) -> Judged:
        """Score responses; without gold nothing is added."""
        judged = super().judge(samples)
        if "gold" not in judged.scores:
            return judged
        proxy, gold = (_within(judged.scores[name], samples.k) for name in ("proxy", "gold"))
        product = (proxy * gold).flatten() * samples.k / (samples.k - 1)
        column = {COVARIANCE: product.to(judged.channels.values.dtype)}
        return replace(judged, channels=judged.channels.seen_as(**column))


def _within(scores: Tensor, k: int) -> Tensor:
    table = scores.double().reshape(-1, k)
    return table - table.mean(1, keepdim=True)
