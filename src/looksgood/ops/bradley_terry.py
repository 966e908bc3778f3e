"""Bradley-Terry loss: fit rewards to pairwise choices, and nothing else."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def bradley_terry_loss(
    first: Float[Tensor, " pairs"],
    second: Float[Tensor, " pairs"],
    choice: Float[Tensor, " pairs"],
    lapse: float = 0.0,
) -> Float[Tensor, ""]:
    """Mean of −c log P − (1 − c) log(1 − P) with P = σ(first − second), in nats per pair.

    `choice` c is 1 where the first was chosen, 0 where the second was, ½ for a tie; NaN ("can't
    tell") gives NaN, so leave those out. Equal rewards score log 2 = 0.693. Rewards are logits: a
    margin of 1 means odds of e to 1. Only differences enter: two fits may differ by a constant.

    `lapse` λ says which share of answers is believed to be a coin: P' = (1 − λ) P + λ/2.

    Source: Bradley & Terry (1952), Biometrika 39:324; soft targets and λ = 0.1 from Christiano et
    al. (2017), arXiv:1706.03741 §2.2.3.

    Raises:
        ValueError: there are no pairs, or `lapse` is outside [0, 1).
    """
    if len(choice) == 0:
        raise ValueError("no pairs: the mean loss of none is not defined")
    if not 0 <= lapse < 1:
        raise ValueError(f"lapse={lapse}: give a share in [0, 1); at 1 nothing can be learned")
    margin = first - second
    # logsigmoid, not log(sigmoid): at a margin of -110 float32 gives log(0) = -inf
    log_first, log_second = F.logsigmoid(margin), F.logsigmoid(-margin)
    if lapse:
        coin = margin.new_tensor(math.log(lapse) - math.log(2))
        log_first = torch.logaddexp(log_first + math.log1p(-lapse), coin)
        log_second = torch.logaddexp(log_second + math.log1p(-lapse), coin)
    return -(choice * log_first + (1 - choice) * log_second).mean()
