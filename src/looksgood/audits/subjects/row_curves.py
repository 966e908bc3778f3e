"""Curves from rows: means at each checkpoint, and gold from few labels with a judge's help."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.rollouts import Rollouts
from looksgood.audits.subjects.checkpoints import (
    Checkpoints,
    gather,
    on_shared_prompts,
    prompts_seen,
)
from looksgood.audits.subjects.label_weights import gold_weights
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured
from looksgood.ops.curve import Curve, curve_of_means, curve_of_ratios
from looksgood.ops.kept_rows import kept_rows
from looksgood.ops.ppi_curve import PPICurve, curve_of_ppi_means

COMPLETE = 0.95
"""Share of the responses that a judge must have scored to help where gold is missing."""

Rows = Float[np.ndarray, " rows"]
Chosen = Bool[np.ndarray, " rows"]


def of_rows(rollouts: Rollouts, name: str, kl_means: str = "") -> Subject:
    """Return one run's rows as a subject."""
    left_out: list[NotMeasured] = []
    checkpoints = gather(rollouts.step)
    shared = on_shared_prompts(rollouts.prompt, checkpoints.place, len(checkpoints))
    if shared is not None and not shared.all():
        what = "responses to prompts that not every checkpoint has"
        why = f"{(~shared).sum()} of {len(shared)}, left out: they cannot be compared over steps"
        left_out.append(NotMeasured(what, why, name))
        rollouts = rollouts.where(shared)
        checkpoints = Checkpoints(checkpoints.step, checkpoints.place[shared], checkpoints.merged)
    rows = _Rows(rollouts.prompt, checkpoints.place, checkpoints.step, name, left_out)
    curves: dict[str, Curve] = {}
    for score in ("proxy", "rater", "kl"):
        curve = rows.means(score, rollouts.score(score))
        if curve is not None:
            curves[score] = curve
    ppi, judge = None, ""
    if rollouts.has("gold"):
        if not np.isfinite(rollouts.gold).all():
            judge = _judge(rollouts)
        weights = gold_weights(rollouts, checkpoints.place)
        ppi = rows.ppi(rollouts.gold, rollouts.score(judge), weights) if judge else None
        gold = ppi.curve if ppi else None if judge else rows.means("gold", rollouts.gold, weights)
        if gold is not None:
            curves["gold"] = gold
    return Subject(
        name=name,
        curves=curves,
        rollouts=rollouts,
        checkpoints=checkpoints,
        paired=shared is not None,
        ppi=ppi,
        judge=judge,
        kl_means=kl_means,
        not_measured=left_out,
    )


def _judge(rollouts: Rollouts) -> str:
    """Return which score is complete enough to help: the rater, else the proxy, else none."""
    for score in ("rater", "proxy"):
        if np.isfinite(rollouts.score(score)).mean() >= COMPLETE:
            return score
    return ""


@dataclass(frozen=True, slots=True)
class _Rows:
    prompt: Int[np.ndarray, " rows"]
    place: Int[np.ndarray, " rows"]
    """Of its checkpoint."""
    step: Float[np.ndarray, " checkpoints"]
    run: str
    left_out: list[NotMeasured]
    """Added to: what could not be measured."""

    def means(self, score: str, values: Rows, weights: Rows | None = None) -> Curve | None:
        """Return the curve over rows that have the score; None where nothing has an error."""
        known = np.isfinite(values)
        if not known.any():
            return None
        if score != "gold" and not known.all():
            why = f"{(~known).sum()} of {len(known)} have no number: means are over the others"
            self.left_out.append(NotMeasured(f"{score} of every response", why, self.run))
        kept, x, place = self._with_prompts(score, known)
        if not len(x):
            return None
        known &= kept
        values, place, prompt = kept_rows(known, values, place, self.prompt)
        if weights is None:
            return curve_of_means(x, values, place, prompt)
        counts = weights[known]
        return curve_of_ratios(x, counts * values, counts, place, prompt)

    def ppi(self, gold: Rows, judged: Rows, weights: Rows | None) -> PPICurve | None:
        """Return gold over all rows, by those labelled and a judge.

        Where the judge is silent its mean stands in: PPI holds for any judge, also for that one.
        """
        kept, x, place = self._with_prompts("gold", np.isfinite(gold))
        if not len(x):
            return None
        judged = np.where(np.isfinite(judged), judged, np.nanmean(judged))
        counts = None if weights is None else weights[kept]
        return curve_of_ppi_means(
            x, gold[kept], judged[kept], place[kept], self.prompt[kept], counts
        )

    def _with_prompts(
        self, score: str, known: Chosen
    ) -> tuple[Chosen, Float[np.ndarray, " kept"], Int[np.ndarray, " rows"]]:
        """Return the rows of checkpoints that have the score for 2 prompts; their x and places."""
        size = len(self.step)
        seen = prompts_seen(self.prompt[known], self.place[known], size)
        enough = seen >= 2
        if not enough.all():
            some = int((seen == 1).sum())
            none = int((seen == 0).sum())
            whys = [f"no prompt has it at {none} of {size} checkpoints"] if none else []
            whys += [f"only one prompt has it at {some} of {size}"] if some else []
            why = f"{', '.join(whys)}: these are left out, as how prompts differ is unknown there"
            self.left_out.append(NotMeasured(f"{score} at every checkpoint", why, self.run))
            place = (np.cumsum(enough) - 1)[self.place]
            return enough[self.place], self.step[enough], place
        return np.ones(len(self.place), dtype=bool), self.step, self.place
