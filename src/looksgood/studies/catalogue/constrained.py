"""constrained: do penalties that bound rare things beat a KL penalty where these count?"""

from looksgood.preferences.spec import PreferencesSpec
from looksgood.raters.spec import OrdinarySpec
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Study

POINTS = (0.3, 0.5, 0.7, 0.9)
"""Proxy points, base sd: a grid like those of the penalties, of which the best is taken."""
CHI2 = {"optimizer.kind": "chi2_rloo", "betas": (0.3, 0.1, 0.03, 0.01, 0.003)}
DPO = {
    "optimizer.kind": "dpo",
    "optimizer.learning_rate": 1e-3,
    "betas": (1.0, 0.1, 0.03),
    "measure.checkpoints": 6,
}
"""At the rate of the others even the strongest penalty lets a policy go where r̂ falls, too."""
ORACLE = {"rater.kind": "oracle"}


def _at(point: float) -> dict[str, object]:
    """Seek a point, at a rate slow enough not to be far beyond it before the weight on r̂ falls."""
    return {
        "optimizer.kind": "proxy_point_rloo",
        "optimizer.proxy_point": point,
        "optimizer.learning_rate": 2e-3,
        "betas": (0.05,),
    }


STUDY = Study(
    name="constrained",
    title="Penalties that bound rare things, and training without a reward model",
    question=(
        "Where raters fall for something that the base seldom says, does a χ² penalty or a stop at "
        "a proxy point end better than the best KL penalty; and does DPO over-optimise, too?"
    ),
    expectation=(
        "Each tuned on one half of the prompts and read on the other, χ² and the proxy point have "
        "higher gold than KL where rare exploits exist; elsewhere nothing is claimed. "
        "Exploits are never more common than χ² allows. At its smallest β DPO loses a fifth of "
        "gold's peak within one epoch, while the proxy rises."
    ),
    falsified_if=(
        "best-tuned gold under χ², or under a proxy point, is not above that under a KL penalty; "
        "or at its smallest β DPO keeps gold to the end of the epoch"
    ),
    source=(
        "Laidlaw, Singhal & Dragan (2024), arXiv:2403.03185 §5; Moskovitz et al. (2023), "
        "arXiv:2310.04373 §4; Rafailov et al. (2024), arXiv:2406.02900 §3."
    ),
    spec=SweepSpec(
        rater=OrdinarySpec(tricks=2.0),
        preferences=PreferencesSpec(prompts=1600, pairs_per_prompt=10),
        betas=(1.5, 0.4, 0.15, 0.07, 0.025, 0.0),
        best_of=(1,),
        measure=MeasureSpec(prompts=64, pool=48),
    ),
    arms={
        "kl": {},
        "chi2": CHI2,
        **{f"point-{point:g}": _at(point) for point in POINTS},
        "dpo": DPO,
        "oracle-kl": {**ORACLE, "betas": (0.4, 0.07)},
        "oracle-chi2": {**ORACLE, **CHI2, "betas": (0.3, 0.03)},
        "oracle-point-0.5": {**ORACLE, **_at(0.5)},
        "oracle-dpo": {**ORACLE, **DPO, "betas": (0.03,)},
        "gold": {"reward.kind": "gold", "betas": (0.0,), "measure.checkpoints": 4},
        "random": {"reward.kind": "random", "betas": (0.0,)},
    },
    presets={
        # fewer arms, points and penalties, no smaller system
        "quick": Preset(
            seeds=3,
            settings={"thin": 2, "measure.pool": 32},
            arms=("kl", "chi2", "point-0.5", "point-0.9", "dpo", "gold"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "measure.pool": 256}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.laws.constrained_pipeline:run_task",
    findings="looksgood.studies.laws.constrained_claims:constrained_findings",
    statistics="looksgood.studies.laws.constrained_claims:constrained_statistics",
    first_seed=1000,
)
