"""Rows of what selection from one pool of base samples gives: best-of-n and KL-optimal policies."""

from collections.abc import Iterator, Sequence

from looksgood.core.records import Samples
from looksgood.measures.judges import Judged
from looksgood.measures.point import Point, Row, judged_columns, sample_rows
from looksgood.optimizers.best_of_n import BestOfN
from looksgood.optimizers.tilt import Tilt
from looksgood.runs.tables import Kind

BASE: Row = {"optimizer": "base", "beta": None, "step": 0, "n": None}


def best_of(n: int) -> Row:
    """Return what names best-of-n in a table."""
    return {"optimizer": "best_of_n", "beta": None, "step": 0, "n": n}


def tilt(beta: float) -> Row:
    """Return what names the KL-optimal policy under a penalty in a table."""
    return {"optimizer": "tilt", "beta": beta, "step": 0, "n": None}


def selected(
    pool: Samples, judged: Judged, ns: Sequence[int], tilts: Sequence[float], keep_prompts: int
) -> dict[Kind, list[Row]]:
    """Return the rows of each table: the base as its pool is, each n, each penalty.

    Of the first `keep_prompts` prompts the first two responses and the best by proxy are kept.
    """
    measured = [(BASE, _base_point(pool, judged))]
    measured += list(best_of_n_points(pool, judged, ns))
    measured += [
        (tilt(beta), Point(pool.prompts, pool.k, columns))
        for beta, columns in _tilted(pool, judged, tilts)
    ]
    prompts = range(min(keep_prompts, len(pool.prompts)))
    first = [p * pool.k + j for p in prompts for j in range(min(2, pool.k))]
    return {
        "points": [{**how, **point.row()} for how, point in measured],
        "prompts": [{**how, **row} for how, point in measured for row in point.prompt_rows()],
        "samples": [
            *({**BASE, **row} for row in sample_rows(pool, judged, pool.logp, first)),
            *best_of_all_rows(pool, judged, keep_prompts),
        ],
    }


def best_of_n_points(
    pool: Samples, judged: Judged, ns: Sequence[int]
) -> Iterator[tuple[Row, Point]]:
    """Yield the measured point of each n."""
    best = BestOfN.from_pool(judged.scores["proxy"].reshape(-1, pool.k), ns)
    for n, columns in zip(best.ns, best.means(by_response(judged)), strict=True):
        yield best_of(n), Point(pool.prompts, pool.k, columns)


def best_of_all_rows(pool: Samples, judged: Judged, keep_prompts: int) -> list[Row]:
    """Return rows of `samples`: of each of the first prompts the best response by proxy."""
    proxy = judged.scores["proxy"].reshape(-1, pool.k)
    chosen = [p * pool.k + int(proxy[p].argmax()) for p in range(min(keep_prompts, len(proxy)))]
    return [{**best_of(pool.k), **row} for row in sample_rows(pool, judged, pool.logp, chosen)]


def _base_point(pool: Samples, judged: Judged) -> Point:
    columns = judged_columns(judged, pool.k)
    return Point(pool.prompts, pool.k, {"kl": 0 * columns["proxy"], **columns})


def _tilted(pool: Samples, judged: Judged, tilts: Sequence[float]) -> Iterator[tuple[float, dict]]:
    if tilts:
        found = Tilt.from_pool(judged.scores["proxy"].reshape(-1, pool.k), tilts)
        yield from zip(found.betas, found.means(by_response(judged)), strict=True)


def by_response(judged: Judged) -> dict:
    """Return every score and channel of each response, by name."""
    return {
        **judged.scores,
        **{f"channel.{name}": judged.channels[name] for name in judged.channels.names},
    }
