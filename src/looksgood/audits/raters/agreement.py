"""Do the raters agree, and how often is each right if what they agree on is?"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.raters.each_rater import by_rater, share_of, share_said
from looksgood.audits.raters.votes import GRADES, Votes
from looksgood.core.audit_result import NotMeasured, Section
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.dawid_skene import dawid_skene
from looksgood.ops.krippendorff import Metric
from looksgood.ops.krippendorff_interval import krippendorff_interval

FEWEST_RATERS = 3
"""With two raters nothing tells which of them is wrong where they differ."""
PRIOR = 1.0
"""Votes of each kind that are added to each rater's: a rater of five votes is never perfect."""
TITLE = "Do the raters agree?"


def agreement(votes: Votes) -> Section:
    """Return Krippendorff's alpha, and each rater's accuracy against the consensus."""
    if len(votes.values) > GRADES:
        why = f"{len(votes.values)} different marks: scores of different scales cannot agree"
        return _silent("agreement between raters", why)
    once = _once_per_item(votes)
    values, place = np.unique(once.vote, return_inverse=True)
    counts = np.zeros((len(votes.cluster), len(values)))
    np.add.at(counts, (once.item, place), 1.0)
    metric: Metric = "nominal" if votes.kind == "choice" or len(values) == 2 else "ordinal"
    try:
        alpha = krippendorff_interval(counts, values, votes.cluster, metric)
    except TooFew as error:
        return _silent("agreement between raters", str(error))
    items = int((counts.sum(axis=1) >= 2).sum())
    says = [
        f"Raters agree to a Krippendorff alpha ({metric}) of {alpha.value:.2f} [{alpha.low:.2f}, "
        f"{alpha.high:.2f}] over {items} items with two answers or more: 1 is perfect, 0 is chance."
    ]
    part = Section(name="raters_agreement", title=TITLE, says=says)
    if len(votes.raters) < FEWEST_RATERS:
        why = f"{len(votes.raters)} raters: with fewer than 3 nothing tells who is wrong"
        part.not_measured.append(NotMeasured("accuracy against a consensus", why))
    else:
        _add_consensus(part, once, place)
    return part


def _silent(what: str, why: str) -> Section:
    return Section(name="raters_agreement", title=TITLE, not_measured=[NotMeasured(what, why)])


def _once_per_item(votes: Votes) -> Votes:
    """Return one vote per rater and item: their mean, a choice once more first, second or tie."""
    key = votes.item * len(votes.raters) + votes.rater
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    mean = np.bincount(place, weights=votes.vote) / np.bincount(place)
    if votes.kind == "choice":
        mean = (np.sign(mean - 0.5) + 1) / 2
    one = np.zeros(len(votes), dtype=bool)
    one[first] = True
    return replace(votes.where(one), vote=mean[place[one]])


def _add_consensus(part: Section, votes: Votes, answer: Int[np.ndarray, " votes"]) -> None:
    """Say how often each rater is right if Dawid and Skene's consensus is."""
    seen, item = np.unique(votes.item, return_inverse=True)
    fit = dawid_skene(item, votes.rater, answer, PRIOR, tolerance=1e-4, max_steps=300)
    everyone = np.ones(len(votes), dtype=bool)
    # its mean over a rater's votes is the accuracy in the model's own confusion table
    believed = np.minimum(fit.probabilities[item, answer], 1.0)
    accuracy = share_of(believed, everyone, votes.cluster[votes.item])
    caption = (
        "Right if the consensus is (Dawid and Skene's model): mistakes that raters share are "
        "invisible to it. Intervals at 95 %, clustered, the model taken as true."
    )
    part.tables.append(by_rater(votes, everyone, {"right": accuracy}, caption))
    if not fit.converged:
        part.says.append("The consensus had not settled after 300 steps: take it as rough.")
    part.says.append(_shared_mistakes(votes, fit.probabilities, seen))


def _shared_mistakes(
    votes: Votes, probabilities: Float[np.ndarray, "items classes"], seen: Int[np.ndarray, " items"]
) -> str:
    """Say how often the consensus itself is wrong, where the truth is known."""
    values, good = votes.values, votes.is_good[seen]
    blind = "A consensus takes for true what raters agree on: mistakes that they share do not show."
    if votes.middle is None or not np.isfinite(good).any():
        return blind
    taken = (np.sign(values[probabilities.argmax(axis=1)] - votes.middle) + 1) / 2
    known = np.isfinite(good)
    wrong = np.abs(taken - good)[known]
    try:
        share = clustered_share(wrong, votes.cluster[seen][known])
    except TooFew:
        return blind
    sure = probabilities.max(axis=1)[known]
    return (
        f"The consensus itself is wrong on {share_said(share)} of the {int(known.sum())} items "
        f"whose truth is known, and expected {100 * (1 - float(sure.mean())):.3g} %: what is above "
        "that are mistakes that raters share."
    )
