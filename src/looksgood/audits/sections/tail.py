"""How heavy is the proxy's upper tail at first? A power law lets its errors alone be selected."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtrit

from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured, Section, Table
from looksgood.core.errors import TooFew
from looksgood.core.in_words import with_limits
from looksgood.ops.score_tail import exceedances_of, said_once
from looksgood.ops.tail_index import gpd_tail_index

TITLE = "How heavy is the proxy's upper tail before training?"
GROUPS = 20
"""Of prompts, each left out in turn: what prompts share is in the error."""
LEAST = 4
"""Responses to a prompt whose median stands for how easy it is."""
MEANS = {
    "heavy": (
        "A power law: by Kwa et al. (2024) no KL then bounds the proxy, and optimising it may "
        "raise its errors alone while gold stays where it was."
    ),
    "light": "No power law is seen: it falls as fast as an exponential, or faster.",
    "unknown": (
        "Not told from an exponential tail: whether the proxy could rise by its errors alone, as "
        "Kwa et al. (2024) show for power laws, stays open."
    ),
}


@dataclass(frozen=True, slots=True)
class ProxyTail:
    """ξ of the greatest scores, with an interval over groups of prompts."""

    xi: float
    low: float
    high: float
    exceedances: int
    responses: int
    centred: bool
    """Scores are less their prompt's median; else too few prompts have 4 responses."""

    @property
    def kind(self) -> str:
        """Heavy, light, or unknown."""
        return "heavy" if self.low > 0 else "light" if self.high < 0 else "unknown"


def tail(subject: Subject) -> Section:
    """Return the tail index of the proxy at the first checkpoint, and what it means."""
    section = Section(name="tail", title=TITLE, run=subject.name)
    try:
        found = _of_first_checkpoint(subject)
    except (TooFew, ValueError) as error:
        section.not_measured.append(NotMeasured("the proxy's tail", str(error), subject.name))
        return section
    less = "less its prompt's median" if found.centred else "as it is, prompts mixed"
    section.says.append(
        f"The greatest {found.exceedances} of {found.responses} proxies at the first checkpoint "
        f"({less}) have the tail index ξ = {with_limits(found.xi, found.low, found.high)}. "
        f"{MEANS[found.kind]}"
    )
    row = (found.xi, found.low, found.high, found.exceedances, found.responses)
    caption = (
        "Generalised Pareto fit of the excesses; nominal 95 %, over groups of prompts. It leaves "
        "out the bias of a threshold that is too low, which draws ξ of a normal below 0."
    )
    columns = ("ξ", "low", "high", "exceedances", "distinct responses")
    section.tables.append(Table(columns=columns, rows=[row], caption=caption))
    return section


def proxy_tail(
    proxy: Float[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    said: Int[np.ndarray, " rows"],
) -> ProxyTail:
    """Return ξ of a score's upper tail within prompts; each distinct response counts once.

    The interval is Student's over 20 groups of prompts, each left out in turn (or the fit's own
    first-order error where that is larger). Measured on 100 prompts of 30: nominal 95 % held ξ in
    95 % (exponential, or Student's t with 2 degrees of freedom, prompts unlike) to 98 %, and told a
    power law of exponential scores in 1 %.

    Source: Smith (1987), Ann. Stat. 15:1174; the delete-a-group jackknife, Shao & Tu (1995) §2.3.

    Raises:
        TooFew: fewer than 500 distinct responses, or than 20 prompts.
        ValueError: ties among the greatest, or a tail that ends abruptly.
    """
    once = said_once(prompt, said)
    values, prompt = proxy[once], np.unique(prompt[once], return_inverse=True)[1]
    values, prompt, centred = _centred(values, prompt)
    if len(np.unique(prompt)) < GROUPS:
        raise TooFew(f"{len(np.unique(prompt))} prompts: {GROUPS} or more are needed")
    whole = gpd_tail_index(values, exceedances_of(values))
    group = np.unique(prompt, return_inverse=True)[1] % GROUPS
    parts = [values[group != place] for place in range(GROUPS)]
    left = np.array([gpd_tail_index(part, exceedances_of(part)).xi for part in parts])
    jackknife = float(np.sqrt((GROUPS - 1) * left.var()))
    half = float(stdtrit(GROUPS - 1, 0.975)) * max(jackknife, whole.se)
    return ProxyTail(
        whole.xi, whole.xi - half, whole.xi + half, whole.exceedances, len(values), centred
    )


def _of_first_checkpoint(subject: Subject) -> ProxyTail:
    rows, checkpoints = subject.rows()
    first = np.flatnonzero((checkpoints.place == 0) & np.isfinite(rows.proxy))
    if not len(first):
        raise TooFew("the first checkpoint has no proxy")
    said = rows.digest[first]
    if (rows.length[first] == 0).all():  # not written: each is taken for another
        said = np.arange(len(first))
    return proxy_tail(rows.proxy[first], rows.prompt[first], said)


def _centred(
    values: Float[np.ndarray, " rows"], prompt: Int[np.ndarray, " rows"]
) -> tuple[Float[np.ndarray, " kept"], Int[np.ndarray, " kept"], bool]:
    """Return scores less their prompt's median, where half of the rows have prompts of 4 or more.

    The median, not the mean: a heavy lower tail would reach the upper one through a mean of few.
    """
    enough = np.bincount(prompt)[prompt] >= LEAST
    if enough.sum() < len(values) / 2:
        return values, prompt, False
    values, prompt = values[enough], np.unique(prompt[enough], return_inverse=True)[1]
    ordered = values[np.lexsort((values, prompt))]
    size = np.bincount(prompt)
    start = np.cumsum(size) - size
    median = (ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2
    return values - median[prompt], prompt, True
