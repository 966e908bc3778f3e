"""What optimisation gained, by the proxy, by these raters and by the truth: the two gaps.

Where a pair's responses come from two checkpoints, the later one's wins are counted three times:
as the proxy has it, as raters vote, as the truth has it. The first gap is proxy less raters, the
second raters less truth; a later policy that only looks better wins the first two counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from looksgood.campaigns.ballots import Ballots
from looksgood.campaigns.figure import Figure, figure, share_figure
from looksgood.core.choices import DECIDED
from looksgood.ops.clustered import clustered_mean
from looksgood.ops.gap import gap_decomposition
from looksgood.ops.t_interval import Interval

STEP, PROXY = ("step_first", "step_second"), ("proxy_first", "proxy_second")
"""Names in a pair's `extra`: where its responses come from, and what the proxy says of them."""


def votes_against_proxy(rated: Ballots) -> Figure:
    """Tell how often votes go against the proxy, whose order of the two is known."""
    proxy = np.array([_leans(vote.extra, PROXY) for vote in rated.votes], dtype=np.float64)
    against = np.where(proxy == 0.5, np.nan, np.abs(rated.first - proxy))
    title = "Gap 1, the proxy against raters: the response of the lower proxy is chosen"
    none = "of no pair is it known which response the proxy prefers"
    return share_figure("against_proxy", "gaps", title, against, rated.prompt, none=none)


@dataclass(frozen=True, slots=True)
class _Wins:
    """Per pair of two checkpoints: how far the later one's response wins. NaN unknown."""

    proxy: Float[np.ndarray, " pairs"]
    raters: Float[np.ndarray, " pairs"]
    """The mean over its votes."""
    truth: Float[np.ndarray, " pairs"]
    prompt: Int[np.ndarray, " pairs"]


def gain_figures(rated: Ballots) -> list[Figure]:
    """Return the later checkpoint's wins by proxy, raters and truth, and the gaps between them.

    Nothing where no pair is of two checkpoints.
    """
    wins = _later_wins(rated)
    if not len(wins.prompt):
        return []
    counted = [
        share_figure(
            name,
            "gaps",
            f"The later checkpoint's response wins, by {whose}",
            won,
            wins.prompt,
            none="of no pair of two checkpoints is it known",
            note="50 % without gain",
        )
        for name, whose, won in (
            ("later_by_proxy", "the proxy", wins.proxy),
            ("later_by_raters", "raters", wins.raters),
            ("later_by_truth", "the truth", wins.truth),
        )
    ]
    return [*counted, *_gaps(wins)]


def _gaps(wins: _Wins) -> list[Figure]:
    """Return the differences of those wins, and with a proxy their sum."""
    scored, golden = np.isfinite(wins.proxy), np.isfinite(wins.truth)

    def first() -> Interval:
        return clustered_mean((wins.proxy - wins.raters)[scored], wins.prompt[scored])

    def second() -> Interval:
        return clustered_mean((wins.raters - wins.truth)[golden], wins.prompt[golden])

    def both() -> Interval:
        proxy, raters, truth = wins.proxy[scored], wins.raters[scored], wins.truth[scored]
        return gap_decomposition(proxy, raters, truth, wins.prompt[scored]).total

    return [
        figure(
            name,
            "gaps",
            title,
            int(counts.sum()),
            measure,
            none="of no pair of two checkpoints are both known",
            unit="difference of shares",
        )
        for name, title, counts, measure in (
            ("gain_gap_1", "Gap 1 of these wins: proxy less raters", scored, first),
            ("gain_gap_2", "Gap 2 of these wins: raters less truth", golden, second),
            ("gain_gap", "Both gaps: proxy less truth", scored & golden, both),
        )
    ]


def _later_wins(rated: Ballots) -> _Wins:
    rows: dict[int, list[int]] = {}
    for i, vote in enumerate(rated.votes):
        if _leans(vote.extra, STEP) in (0.0, 1.0):
            rows.setdefault(vote.pair_id, []).append(i)
    proxy, raters, truth, prompt = [], [], [], []
    for pair_id, of in rows.items():
        extra = rated.votes[of[0]].extra
        told = rated.truths.get(pair_id)
        for column, first_wins in (
            (proxy, _leans(extra, PROXY)),
            (raters, float(rated.first[of].mean())),
            (truth, np.nan if told is None else DECIDED[told.choice]),
        ):
            column.append(first_wins if _leans(extra, STEP) == 1 else 1 - first_wins)
        prompt.append(rated.prompt[of[0]])
    columns = (np.array(column, dtype=np.float64) for column in (proxy, raters, truth))
    return _Wins(*columns, prompt=np.array(prompt, dtype=np.int64))


def _leans(extra: Mapping[str, Any], names: tuple[str, str]) -> float:
    """Return 1 where the first of two numbers is the larger, 0 the second, ½ equal, else NaN."""
    first, second = (extra.get(name) for name in names)
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return np.nan
    return float(np.sign(first - second)) / 2 + 0.5
