"""Random samples of several checkpoints that have as many prompts in common as chance allows."""

import numpy as np
from jaxtyping import Bool, Float, Int


def coordinated_numbers(
    rng: np.random.Generator,
    prompt: Int[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    can: Bool[np.ndarray, " rows"],
) -> Float[np.ndarray, " rows"]:
    """Return a uniform number per row: of each prompt, one row a checkpoint has the prompt's own.

    At one checkpoint they are independent, so that the lowest of a stratum are a random sample of
    it; over checkpoints the same prompts have the lowest, and their differences cancel in a fall.

    Source: permanent random numbers; Brewer, Early & Joyce (1972), Australian J. Statistics 14:231.
    """
    own, which = rng.random(len(prompt)), rng.random(len(prompt))
    of_prompt = rng.random(int(prompt.max(initial=0)) + 1)
    order = np.lexsort((which, prompt, place))
    order = order[can[order]]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(prompt[order]) != 0) | (np.diff(place[order]) != 0)
    own[order[first]] = of_prompt[prompt[order[first]]]
    return own


def lowest(
    number: Float[np.ndarray, " rows"], among: Bool[np.ndarray, " rows"], count: int
) -> Int[np.ndarray, " _"]:
    """Return the rows of the lowest numbers."""
    rows = np.flatnonzero(among)
    return rows[np.argsort(number[rows], kind="stable")[:count]]
