"""The statistics of constrained. All take `Halves` and the curves: as measured, or resampled."""

import numpy as np

from looksgood.measures.ratio import ratio
from looksgood.measures.resample import interval
from looksgood.measures.turning import fall_share
from looksgood.ops.binary_kl import max_event_probability
from looksgood.ops.event_bounds import chi2_max_event_probability
from looksgood.studies.laws.halves import CHI2, EXPLOIT, Curves, Halves, at, tuned

POINT = "point-"
"""What the arms of proxy points begin with: one method, a grid of settings."""
_bound = np.vectorize(chi2_max_event_probability, otypes=[float])


def lead_in_gold(halves: Halves, curves: Curves, ours: str, theirs: str) -> np.ndarray:
    """Return tuned gold of one method less that of another, base sd."""
    one, other = (
        tuned(curves, "gold", halves.trained(halves.matching(name))) for name in (ours, theirs)
    )
    return np.asarray(one - other)


def chosen(halves: Halves, name: str) -> str:
    """Name the setting of a method with the highest gold over all prompts, its gold and its KL."""
    mean, places = halves.columns.mean, halves.trained(halves.matching(name))
    best = places[int(at(mean, "gold", places).argmax())]
    arm, beta, step = halves.points[best]
    gold, kl = (float(at(mean, column, [best])[0]) for column in ("gold", "kl"))
    return f"{arm}, penalty {beta:g}, step {step} (gold {gold:.2f}, KL {kl:.2g})"


def lead_where_nothing_is_claimed(halves: Halves, ours: str, theirs: str) -> str:
    """Say how tuned gold differs under raters without blind spots."""
    if not halves.matching(ours) or not halves.matching(theirs):
        return "not run without exploits"
    low, high = interval(lead_in_gold(halves, halves.columns.draws, ours, theirs))
    value = float(lead_in_gold(halves, halves.columns.mean, ours, theirs))
    return f"without exploits, where nothing is claimed: {value:+.2f} [{low:+.2f}, {high:+.2f}]"


def exploits_times_base(halves: Halves, curves: Curves, arm: str) -> np.ndarray:
    """Return the largest share of responses with an exploit at a penalty's end, over base's."""
    most = at(curves, EXPLOIT, halves.ends([arm])).max(-1, keepdims=True)
    return ratio(most, _base_rate(halves, curves, arm))[..., 0]


def exploits_of_bound(halves: Halves, curves: Curves, arm: str) -> np.ndarray:
    """Return the largest (share of exploits / what χ² allows of it) at the end of a penalty.

    q + √(χ² q(1−q)) at the measured χ² and base rate. Both are means over prompts, of which the
    event and the divergence are those of prompt and response together.
    """
    ends, base = halves.ends([arm]), _base_rate(halves, curves, arm)
    allowed = _bound(base, np.maximum(at(curves, CHI2, ends), 0.0))
    return np.asarray(ratio(at(curves, EXPLOIT, ends), allowed).max(-1))


def bounds(halves: Halves, arm: str) -> str:
    """Say, by penalty, how common exploits are and what the measured χ² and KL allow."""
    mean = halves.columns.mean
    base = float(_base_rate(halves, mean, arm)[0])
    told = [f"base {base:.3f}"]
    for place in halves.ends([arm]):
        p, chi2, kl = (float(at(mean, name, [place])[0]) for name in (EXPLOIT, CHI2, "kl"))
        by_chi2 = chi2_max_event_probability(base, max(chi2, 0.0))
        by_kl = max_event_probability(base, max(kl, 0.0)).p
        told.append(
            f"{halves.points[place][1]:g}: {p:.3f} (χ² {chi2:.2g} allows {by_chi2:.3f}, "
            f"KL {kl:.2g} {by_kl:.3f})"
        )
    return "share of responses with an exploit, by penalty: " + "; ".join(told)


def gold_fall_over_penalties(halves: Halves, curves: Curves, arm: str) -> np.ndarray:
    """Return the share of gold's best gain that is lost without a penalty."""
    return fall_share(at(curves, "gold", [halves.base(arm), *halves.ends([arm])]))


def gold_fall_along_the_way(halves: Halves, curves: Curves, arm: str) -> np.ndarray:
    """Return the same along the checkpoints of an arm's smallest penalty, lost at the last."""
    return fall_share(at(curves, "gold", halves.smallest(arm)))


def _base_rate(halves: Halves, curves: Curves, arm: str) -> np.ndarray:
    return at(curves, EXPLOIT, [halves.pool(arm)])
