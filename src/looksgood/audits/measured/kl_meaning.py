"""What a log's column `kl` is: a KL per sequence in nats, or something that only bears its name.

KL here is the mean over prompts of KL(π‖π₀) per sequence, in nats. No two trainers log the same
number under the name: token means, k2 and clamped terms are no KL per sequence, and a curve over
their square roots cannot be laid beside others.
"""

import re
from dataclasses import replace

import numpy as np
from jaxtyping import Int

from looksgood.audits.measured.kl_signs import (
    KlMeaning,
    Steps,
    Values,
    averaged,
    clamped,
    never_negative,
    repeated,
)
from looksgood.audits.record import K1_FROM_LOGP
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve

UNKNOWN = KlMeaning("a KL as its log states it", None, "neither the files nor the numbers say more")

MOST = 100_000
"""Rows looked at, evenly spaced."""

_STATED = (
    (r"(?<!not )(clamp|clip)", False, "clamped terms do not sum to a KL"),
    (r"token[- ]mean|(mean|averaged?) over (the )?tokens|per[- ]token", False, "it is no sum"),
    (r"\bk2\b", False, "k2 is biased wherever the policy has moved"),
    (r"(logp|k1|k3|exact).*(sequence|sum)|nats per sequence", True, "as the files state it"),
)


def kl_meaning(stated: str, kl: Values, step: Steps, length: Int[np.ndarray, " rows"]) -> KlMeaning:
    """Return what the files state, or else what the numbers of single responses give away.

    The first that holds: computed from log-probabilities; the files say that it is no sum; one
    number per step; clamped; averaged over tokens; the files say that it is a KL per sequence;
    never negative; what else the files say. A log without rows is taken at its word.
    """
    if stated == K1_FROM_LOGP:
        return KlMeaning(stated, True, "computed from the log-probabilities")
    told = stated_meaning(stated)
    if told is not None and told.comparable is False:
        return replace(told, has_error=repeated(kl, step) is None)
    known = np.flatnonzero(np.isfinite(kl))
    known = known[:: max(1, len(known) // MOST)]
    kl, step, length = kl[known], step[known], length[known]
    shown = repeated(kl, step) or clamped(kl, step) or averaged(kl, step, length)
    if shown is not None:
        return shown
    if told is not None and told.comparable:
        return told
    return never_negative(kl, step) or told or UNKNOWN


def kl_meaning_of(subject: Subject) -> KlMeaning:
    """Return what the `kl` of a run under audit is."""
    rows = subject.rollouts
    if rows is None:
        return stated_meaning(subject.kl_means) or UNKNOWN
    return kl_meaning(subject.kl_means, rows.kl, rows.step, rows.length)


def comparable_kl(subject: Subject) -> Curve:
    """Return the mean KL of each checkpoint, where nothing tells that it is no KL per sequence.

    Raises:
        TooFew: there is none, or something does.
    """
    curve = subject.curves.get("kl")
    if curve is None:
        raise TooFew("the data have no KL from the base")
    meaning = kl_meaning_of(subject)
    if meaning.comparable is False:
        raise TooFew(f"the logged number is no KL per sequence: {meaning.words}")
    return curve


def stated_meaning(stated: str) -> KlMeaning | None:
    """Return what a format's own words say; None where it says nothing."""
    text = re.sub(r"un(clamp|clip)", "", stated.lower())
    for pattern, comparable, why in _STATED:
        if re.search(pattern, text):
            return KlMeaning(stated, comparable, why)
    return KlMeaning(stated, None, UNKNOWN.why) if stated else None
