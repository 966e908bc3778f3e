"""The mean over response tokens."""

from jaxtyping import Bool, Float
from torch import Tensor


def masked_mean(
    values: Float[Tensor, "samples tokens"], is_response: Bool[Tensor, "samples tokens"]
) -> Float[Tensor, ""]:
    """Mean over all response tokens of the batch: a long response counts for more.

    Raises:
        ValueError: no token is a response token: the mean of nothing is not 0.
    """
    count = is_response.sum()
    if count == 0:
        raise ValueError("no response tokens: the mean of none is not defined")
    # masked_fill, not a product: padding may hold inf or NaN
    return values.masked_fill(~is_response, 0.0).sum() / count
