"""Auxiliary confidence loss: a student may believe itself where its supervisor says otherwise."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def hardened(
    logits: Float[Tensor, " items"], share: Float[Tensor, ""] | float
) -> Float[Tensor, " items"]:
    """Return the student's own answers: 1 for the `share` of items it is surest of, else 0.

    So the threshold keeps the balance of the classes: without it the student's own answers could
    drift to one class, and pull it further. Ties go to the items that come first.

    Raises:
        ValueError: `share` lies outside [0, 1].
    """
    if not 0 <= float(share) <= 1:
        raise ValueError(f"share={float(share)}: give a share in [0, 1]")
    count = round(float(share) * len(logits))
    answers = torch.zeros_like(logits)
    answers[logits.argsort(descending=True, stable=True)[:count]] = 1.0
    return answers.detach()


def confidence_loss(
    logits: Float[Tensor, " items"], weak: Float[Tensor, " items"], weight: float
) -> Float[Tensor, ""]:
    """Mean of (1 − α) CE(f, weak) + α CE(f, f̂), in nats per item; α = `weight`.

    f = σ(`logits`) is the student's probability of 1, `weak` the supervisor's answer (1, 0, or in
    between), and f̂ the student's own answers, `hardened` so that as large a share of them is 1 as
    of the supervisor's in this batch. No gradient flows through f̂. At α = 0 this is the
    cross-entropy with the supervisor, and log 2 where the student knows nothing.

    Source: Burns et al. (2023), arXiv:2312.09390 §4.3, eq. 1; the balance as in their released
    code. That code's loss at `weight` 0.5 is its default.

    Raises:
        ValueError: there are no items, or `weight` lies outside [0, 1].
    """
    if len(logits) == 0:
        raise ValueError("no items: the mean loss of none is not defined")
    if not 0 <= weight <= 1:
        raise ValueError(f"weight={weight}: give a share of the loss in [0, 1]")
    target = (1 - weight) * weak + weight * hardened(logits, weak.mean())
    return F.binary_cross_entropy_with_logits(logits, target)


def warmed_up(weight: float, done: float, warm_up: float) -> float:
    """Return the weight at a share `done` of training: it grows linearly over the first `warm_up`.

    Burns et al. (2023) §4.3 warm it up; their released code multiplies by `done` in place of
    `done` / `warm_up`, so that the weight jumps.
    """
    return weight if done >= warm_up else weight * done / warm_up
