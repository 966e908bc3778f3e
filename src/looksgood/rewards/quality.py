"""How well r̂ predicts comparisons it was not fitted to: accuracy, loss and calibration."""

from dataclasses import asdict, dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.ops.bradley_terry import bradley_terry_loss

BINS = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """On `pairs` answered comparisons; unknown where there are none."""

    pairs: int
    accuracy: float | None
    """Share of decided pairs (no ties) that r̂ orders as the rater did; equal scores are half."""
    loss_nats: float | None
    """Mean Bradley-Terry loss; a coin scores 0.693."""
    calibration_error: float | None
    """Mean |predicted − observed| share of first choices over 10 bins, weighted by pairs."""

    def as_dict(self) -> dict[str, float | int | None]:
        """Return plain data."""
        return asdict(self)


def quality(margins: Float[Tensor, " pairs"], choice: Float[Tensor, " pairs"]) -> Quality:
    """Compare margins (logits) with answers; "can't tell" (NaN) is left out."""
    answered = torch.isfinite(choice)
    margins, choice = margins[answered], choice[answered]
    if not len(choice):
        return Quality(0, None, None, None)
    decided = choice != 0.5
    agrees = ((margins > 0) == (choice > 0.5)).double().masked_fill(margins == 0, 0.5)
    return Quality(
        pairs=len(choice),
        accuracy=float(agrees[decided].mean()) if bool(decided.any()) else None,
        loss_nats=float(bradley_terry_loss(margins, torch.zeros_like(margins), choice)),
        calibration_error=_calibration_error(margins.sigmoid(), choice),
    )


def _calibration_error(predicted: Tensor, choice: Tensor) -> float:
    """Expected calibration error over equal-width bins, each pair seen from both of its sides."""
    both = torch.cat([predicted, 1 - predicted]).double()
    answers = torch.cat([choice, 1 - choice]).double()
    bins = (both * BINS).long().clamp(max=BINS - 1)
    total = 0.0
    for b in range(BINS):
        inside = bins == b
        if bool(inside.any()):
            gap = (both[inside].mean() - answers[inside].mean()).abs()
            total += float(gap) * int(inside.sum()) / len(both)
    return total
