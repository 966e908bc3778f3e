"""What the answer probably is when raters err in ways of their own: Dawid and Skene's model.

An item has a class k with probability prevalence_k; rater r answers l with confusion_{r,k,l},
independently given the class. Raters who share a mistake are outside the model: it will take what
they agree on for the truth.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.ops.checks import not_negative, same_length


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """A fit by maximum likelihood (or maximum a posteriori, with a pseudo-count)."""

    probabilities: Float[np.ndarray, "items classes"]
    """Of each item's class, given all answers."""
    prevalence: Float[np.ndarray, " classes"]
    confusion: Float[np.ndarray, "raters classes classes"]
    """P(answer | rater, class), the class second and the answer last."""
    objective_nats: Float[np.ndarray, " steps"]
    """Log-likelihood (with a pseudo-count: plus the log prior, up to a constant); never falls."""
    converged: bool


def dawid_skene(
    items: Int[np.ndarray, " votes"],
    raters: Int[np.ndarray, " votes"],
    answers: Int[np.ndarray, " votes"],
    pseudo_count: float = 0.0,
    tolerance: float = 1e-9,
    max_steps: int = 2000,
) -> DawidSkene:
    """Fit by EM, from each item's shares of answers.

    One entry per vote: items, raters and answers numbered from 0, in any order; a rater may answer
    an item several times. A `pseudo_count` is added to every cell of prevalence and confusion.
    It stops when the objective gains less than `tolerance` nats. A local optimum near the
    majority's answers: classes mean what most raters mean by them.

    Source: Dawid & Skene (1979), Applied Statistics 28:20, equations 2.3 to 2.5, start 3.1.

    Raises:
        TooFew: there are no votes, or an item below the largest number has none.
        ValueError: a number is negative, pseudo_count < 0, or lengths differ.
    """
    same_length(items=items, raters=raters, answers=answers)
    not_negative("pseudo_count", pseudo_count)
    if len(items) == 0:
        raise TooFew("no votes: nothing can be said of any item")
    if min(items.min(), raters.min(), answers.min()) < 0:
        raise ValueError("items, raters and answers are numbered from 0: one is negative")
    votes = np.bincount(items)
    if (votes == 0).any():
        raise TooFew(f"item {int(votes.argmin())} has no vote: leave it out, and number anew")
    shape = raters.max() + 1, answers.max() + 1
    probabilities = np.zeros((len(votes), shape[1]))
    np.add.at(probabilities, (items, answers), 1.0)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    trace: list[float] = []
    while True:
        prevalence, confusion = _maximise(probabilities, items, raters, answers, pseudo_count)
        probabilities, objective = _expect(prevalence, confusion, items, raters, answers)
        trace.append(objective + _log_prior(prevalence, confusion, pseudo_count))
        converged = len(trace) > 1 and trace[-1] - trace[-2] < tolerance
        if converged or len(trace) == max_steps:
            return DawidSkene(probabilities, prevalence, confusion, np.array(trace), converged)


def _maximise(
    probabilities: Float[np.ndarray, "items classes"],
    items: Int[np.ndarray, " votes"],
    raters: Int[np.ndarray, " votes"],
    answers: Int[np.ndarray, " votes"],
    pseudo_count: float,
) -> tuple[Float[np.ndarray, " classes"], Float[np.ndarray, "raters classes classes"]]:
    classes = probabilities.shape[1]
    prevalence = probabilities.sum(axis=0) + pseudo_count
    by_answer = np.full((raters.max() + 1, classes, classes), pseudo_count)
    np.add.at(by_answer, (raters, answers), probabilities[items])
    confusion = by_answer.transpose(0, 2, 1)
    totals = confusion.sum(axis=2, keepdims=True)
    # a class that no vote speaks of: any row will do, and it has no weight
    rows = np.where(totals > 0, confusion / np.where(totals > 0, totals, 1), 1 / classes)
    return prevalence / prevalence.sum(), rows


def _expect(
    prevalence: Float[np.ndarray, " classes"],
    confusion: Float[np.ndarray, "raters classes classes"],
    items: Int[np.ndarray, " votes"],
    raters: Int[np.ndarray, " votes"],
    answers: Int[np.ndarray, " votes"],
) -> tuple[Float[np.ndarray, "items classes"], float]:
    with np.errstate(divide="ignore"):
        log_prevalence, log_confusion = np.log(prevalence), np.log(confusion)
    joint = np.tile(log_prevalence, (items.max() + 1, 1))
    np.add.at(joint, items, log_confusion[raters, :, answers])
    log_total = np.logaddexp.reduce(joint, axis=1)
    return np.exp(joint - log_total[:, None]), float(log_total.sum())


def _log_prior(
    prevalence: Float[np.ndarray, " classes"],
    confusion: Float[np.ndarray, "raters classes classes"],
    pseudo_count: float,
) -> float:
    if pseudo_count == 0:
        return 0.0
    return pseudo_count * float(np.log(prevalence).sum() + np.log(confusion).sum())
