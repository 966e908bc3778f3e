"""The null for errors that have a cause: as many errors, without one."""

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.seeds import Seed


def equally_wrong(
    truth: Float[Tensor, " items"], labels: Float[Tensor, " items"], seed: Seed
) -> Float[Tensor, " items"]:
    """Return labels that are wrong as often as `labels`, but on items drawn at random.

    Any item may be drawn, whatever its true answer: that is the noise which more labels average
    away. Were as many of each true answer wrong as before, a rater who doubts most of what is true
    would be mimicked by noise whose more likely answer is wrong. Answers are 1 or 0.
    """
    errors = int((labels != truth).sum())
    drawn = torch.randperm(len(truth), generator=seed.torch())[:errors]
    made = truth.clone()
    made[drawn] = 1 - made[drawn]
    return made
