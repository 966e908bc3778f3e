"""Rows of the study of audits: each fall with each number of labels, and what the fall says."""

from typing import Any, NamedTuple

import numpy as np

from looksgood.core.seeds import Seed
from looksgood.measures.audits import Found
from looksgood.ops.moment_tilt import MomentTilt
from looksgood.studies.power.scene import Scene
from looksgood.studies.power.settings import PowerSpec

Row = dict[str, Any]
BASE = "base"


class Broken(NamedTuple):
    """A policy in which gold fell, and what audits find of it."""

    drop: float
    """In base sd; 0: nothing fell."""
    tilt: MomentTilt
    found: dict[str, Found]


class Rows(NamedTuple):
    """Rows of two tables."""

    points: list[Row]
    samples: list[Row]

    def add(self, more: "Rows") -> None:
        """Put rows under these."""
        self.points.extend(more.points)
        self.samples.extend(more.samples)


def of_fall(drop: float) -> str:
    """Return what stands in the column `optimizer` for the policy that is broken by so much."""
    return f"fall-{drop:g}" if drop else BASE


def fall_rows(
    spec: PowerSpec,
    scene: Scene,
    broken: Broken,
    reach: float,
    seed: Seed,
) -> Rows:
    """Return the rows of one policy: a point for each number of labels, and some of what it says.

    Scores are differences from the base on the same prompts. Per design there are the channels
    `power`, `formula`, `seen` and `sd` (`measures.audits.Found`).
    """
    drop, tilt, found = broken
    how = {"optimizer": of_fall(drop), "beta": None, "step": 0}
    shift = {
        name: (tilt.weights - 1 / tilt.weights.shape[1]) * scene.judges[of].opinion
        for name, of in (("rater", "rater"), ("gold", "truth"))
    }
    kl = tilt.kl_nats
    measured = {
        "kl": float(kl.mean()),
        "kl_se": float(kl.std(ddof=1) / len(kl) ** 0.5),
        **{name: float(table.sum(1).mean()) for name, table in shift.items()},
        "samples": tilt.weights.size,
        "channel.drop": drop,
        "channel.reach": reach,
        "channel.exposed": len(scene.prompts) / len(scene.pool.prompts),
        "channel.effective_samples": tilt.effective_samples,
        "channel.correlation": scene.correlation(tilt),
    }
    points = [
        {**how, "n": labels, **measured, **_designs(found, i)}
        for i, labels in enumerate(spec.labels)
    ]
    return Rows(points, [{**how, "n": None, **row} for row in _samples(spec, scene, tilt, seed)])


def _designs(found: dict[str, Found], at: int) -> Row:
    columns = {}
    for design, one in found.items():
        told = {"power": one.power[at], "formula": one.formula[at], "seen": one.seen, "sd": one.sd}
        columns |= {f"channel.{design}.{name}": float(value) for name, value in told.items()}
    return columns


def _samples(spec: PowerSpec, scene: Scene, tilt: MomentTilt, seed: Seed) -> list[Row]:
    """Return one response of the policy to each of the first prompts, drawn like any other."""
    draw, pool = seed.numpy(), tilt.weights.shape[1]
    rows = []
    for i, place in enumerate(scene.prompts[: spec.measure.keep_prompts]):
        j = int(draw.choice(pool, p=tilt.weights[i]))
        prompt, at = scene.pool.prompts[place], place * scene.pool.k + j
        logp = float(scene.pool.logp[at].sum())
        rows.append(
            {
                "prompt_id": prompt.id,
                "prompt": prompt.text,
                "response": scene.pool.texts[at],
                "logp_policy": logp + float(np.log(tilt.weights[i, j] * pool)),
                "logp_base": logp,
                "rater": float(scene.judges["rater"].opinion[i, j]),
                "gold": float(scene.judges["truth"].opinion[i, j]),
            }
        )
    return rows
