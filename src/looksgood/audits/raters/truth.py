"""How often are the raters wrong, by what experts or a check say?"""

import numpy as np
from jaxtyping import Bool, Float

from looksgood.audits.raters.each_rater import by_rater, measured, share_of, share_said
from looksgood.audits.raters.votes import Votes
from looksgood.core.audit_result import NotMeasured, Section
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_auroc import clustered_auroc
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.t_interval import Interval

TITLE = "How often are the raters wrong?"
CAPTION = "Against experts or a check. Intervals at 95 % for each number by itself, clustered."
SAID = {
    "wrong approved": "Of responses that are wrong, raters approve {}.",
    "right": "Raters are right in {} of votes (a tie counts half).",
    "good rejected": "Of responses that are good, raters reject {}.",
}


def against_truth(votes: Votes) -> Section:
    """Return accuracy, false approvals and good ones rejected, per rater; of scores the AUROC."""
    part = Section(name="raters_truth", title=TITLE)
    good = votes.is_good[votes.item]
    known = np.isfinite(good)
    if not known.any():
        why = "no item has an expert's answer or a check, and agreement is not accuracy"
        part.not_measured.append(NotMeasured("how often raters err", why))
    elif votes.middle is None:
        _add_auroc(part, votes, good, known)
    else:
        _add_shares(part, votes, good, known)
    return part


def _add_shares(
    part: Section,
    votes: Votes,
    good: Float[np.ndarray, " votes"],
    known: Bool[np.ndarray, " votes"],
) -> None:
    cluster = votes.cluster[votes.item]
    measures = {"right": share_of(votes.is_right, known, cluster)}
    if votes.kind == "mark":
        approves = (votes.vote > votes.middle).astype(np.float64)
        measures["wrong approved"] = share_of(approves, good == 0, cluster)
        measures["good rejected"] = share_of(1 - approves, good == 1, cluster)
    part.tables.append(by_rater(votes, known, measures, CAPTION))
    for name, said in SAID.items():
        if name in measures:
            found = measured(measures[name], known)
            if isinstance(found, str):
                part.not_measured.append(NotMeasured(f"share of votes: {name}", found))
            else:
                part.says.append(said.format(share_said(found)))
    part.says.extend(_majority(votes))


def _majority(votes: Votes) -> list[str]:
    """Say how often most raters of an item are wrong together."""
    known = np.isfinite(votes.is_right)
    count = np.bincount(votes.item[known], minlength=len(votes.cluster))
    right = np.bincount(votes.item[known], votes.is_right[known], len(votes.cluster))
    several = count >= 2
    wrong = (1 - np.sign(right - count / 2)) / 2
    try:
        found = clustered_share(wrong[several], votes.cluster[several])
    except TooFew:
        return []
    return [f"Most of an item's raters are wrong together on {share_said(found)} of items."]


def _add_auroc(
    part: Section,
    votes: Votes,
    good: Float[np.ndarray, " votes"],
    known: Bool[np.ndarray, " votes"],
) -> None:
    """Tell per rater how well its scores tell good from wrong, whatever their scale."""
    cluster = votes.cluster[votes.item]

    def auroc(chosen: Bool[np.ndarray, " votes"]) -> Interval:
        if len(np.unique(votes.rater[chosen])) > 1:
            raise TooFew("scores of several raters are on several scales")
        return clustered_auroc(votes.vote[chosen], good[chosen] == 1, cluster[chosen])

    part.tables.append(by_rater(votes, known, {"AUROC": auroc}, CAPTION))
    per_rater = [measured(auroc, known & (votes.rater == i)) for i in range(len(votes.raters))]
    found = [
        (auc.value, name, auc)
        for name, auc in zip(votes.raters, per_rater, strict=True)
        if not isinstance(auc, str)
    ]
    for word, end in (("best", max), ("worst", min)):
        if found:
            _, name, auc = end(found, key=lambda one: one[0])
            part.says.append(
                f"The {word} rater, {name}, puts a good response above a wrong one with "
                f"probability {auc.value:.2f} [{auc.low:.2f}, {auc.high:.2f}]; a coin has 0.5."
            )
    why = "raters give scores, and no mark is said from which on they approve"
    part.not_measured.append(NotMeasured("how often raters approve what is wrong", why))
