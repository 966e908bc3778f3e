"""From a rater's probability to an answer: first, second, a tie, or "can't tell"."""

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.seeds import Seed


def draw_labels(
    prob_first: Float[Tensor, " pairs"], seed: Seed, tie_logit: float = 0.0, cant_tell: float = 0.0
) -> Float[Tensor, " pairs"]:
    """Draw each answer: 1 the first, 0 the second, ½ a tie, NaN "can't tell".

    With log-odds d of the first and a threshold η = `tie_logit`, the first is chosen with
    probability σ(d − η), the second with σ(−d − η), and the rest are ties: tanh(η/2) of the
    answers at d = 0, none at η = 0. `cant_tell` strikes any pair alike, without moving the
    answers of the others.

    Source: Rao & Kupper (1967), JASA 62:194 (η is the log of their θ).

    Raises:
        ValueError: `tie_logit` is negative or `cant_tell` is no probability.
    """
    if tie_logit < 0:
        raise ValueError(f"tie_logit={tie_logit}: below 0 both would be chosen; 0 means no ties")
    if not 0 <= cant_tell <= 1:
        raise ValueError(f"cant_tell={cant_tell} is not a probability: give one in [0, 1]")
    logit = prob_first.double().logit()
    at = torch.rand(logit.shape, generator=seed.child("choice").torch(), dtype=torch.float64)
    first = at < (logit - tie_logit).sigmoid()
    second = at >= (logit + tie_logit).sigmoid()
    choice = torch.full(logit.shape, 0.5)
    choice[first] = 1.0
    choice[second] = 0.0
    silent = torch.rand(logit.shape, generator=seed.child("cant_tell").torch()) < cant_tell
    return choice.masked_fill(silent, float("nan"))
