"""How well a score tells right from wrong: AUROC over responses that share prompts."""

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.ranks import mean_ranks
from looksgood.ops.t_interval import Interval, t_interval


def clustered_auroc(
    scores: Float[np.ndarray, " responses"],
    good: Bool[np.ndarray, " responses"],
    clusters: Int[np.ndarray, " responses"],
    confidence: float = 0.95,
) -> Interval:
    """Return the probability that a good response scores above a wrong one; ties count half.

    Over all responses, whatever their prompts; the error is from each response's placement among
    those of the other kind, summed by cluster, with Student's t of the rarer kind's clusters.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837; Obuchowski (1997), Biometrics
    53:567 (clusters).

    Raises:
        TooFew: under 2 clusters have a good response, or a wrong one, or no placement differs.
        ValueError: a score is not finite, or lengths differ.
    """
    same_length(scores=scores, good=good, clusters=clusters)
    scores = finite("scores", scores, at_least=2)
    fewest = min(len(np.unique(clusters[kind])) for kind in (good, ~good))
    if fewest < 2:
        raise TooFew(f"right or wrong responses are on {fewest} prompts: at least 2 are needed")
    among_all = mean_ranks(scores)
    places = np.empty(len(scores))
    for kind in (good, ~good):
        # how many of the other kind are below it, ties half
        places[kind] = (among_all[kind] - mean_ranks(scores[kind])) / int((~kind).sum())
    area = float(places[good].mean())
    residuals = np.where(good, places - area, 1 - places - area)
    residuals /= np.where(good, good.sum(), (~good).sum())
    names, place = np.unique(clusters, return_inverse=True)
    by_cluster = np.bincount(place, weights=residuals)
    se = math.sqrt(float(by_cluster @ by_cluster) * len(names) / (len(names) - 1))
    if se == 0:
        raise TooFew(f"every response has the same place: AUROC {area:g} has no error to see")
    return t_interval(area, se, fewest - 1, confidence)
