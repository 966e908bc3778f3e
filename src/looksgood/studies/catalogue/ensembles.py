"""ensembles: what several reward models see through together, and what none of them does."""

from looksgood.preferences.spec import PreferencesSpec
from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.selection.settings import SelectionSpec
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

DOUBLED = tuple(2**i for i in range(10))
FLIPS = {"rater.kind": "oracle", "rater.lapse": 0.5}
"""Half of the answers are coins: a quarter of those that would have been given are flipped."""
MEAN = {"reward.kind": "ensemble", "reward.aggregate": "mean"}
WORST = {"reward.kind": "ensemble", "reward.aggregate": "worst"}
UNCERTAINTY = {"reward.kind": "ensemble", "reward.aggregate": "uncertainty"}

STUDY = Study(
    name="ensembles",
    title="What an ensemble of reward models mends, and what it cannot",
    question=(
        "Does taking the worst case of five reward models, or their mean less their spread, keep "
        "best-of-n from over-optimising where labels are noisy; and where all raters share a "
        "blind spot?"
    ),
    expectation=(
        "With 25 % of the comparisons flipped, one model and the mean of five fall from gold's "
        "peak and the careful aggregates do not. Against a blind spot that all raters share no "
        "aggregate helps: each is exploited as much as one model."
    ),
    falsified_if=(
        "the careful aggregates lose more than 0.3 of what one model loses; or an ensemble's rate "
        "of fabricated citations under raters who do not check differs by more than 20 % from "
        "that of one model"
    ),
    source=(
        "Coste et al. (2023), arXiv:2310.02743 §5; the negative: Eisenstein et al. (2023), "
        "arXiv:2312.09244. Best-of-n only: five members under every KL penalty would take hours."
    ),
    spec=SelectionSpec(
        preferences=PreferencesSpec(prompts=800, pairs_per_prompt=10),
        best_of=DOUBLED,
        measure=MeasureSpec(prompts=48, pool=1024, keep_prompts=6),
    ),
    arms={
        "single": FLIPS,
        "mean": {**FLIPS, **MEAN},
        "worst": {**FLIPS, **WORST},
        "uncertainty": {**FLIPS, **UNCERTAINTY},
        "blind-single": {},
        "blind-mean": MEAN,
        "blind-worst": WORST,
        "blind-uncertainty": UNCERTAINTY,
        "oracle": {"rater.kind": "oracle"},
        "random": {"reward.kind": "random"},
        "gold": {"reward.kind": "gold"},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **kl_sweep.QUICK,
                "measure.prompts": 24,
                "measure.pool": 256,
                "best_of": DOUBLED[:9],
            },
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 96, "measure.pool": 4096}),
    },
    tasks="looksgood.studies.selection.pipeline:selection_tasks",
    work="looksgood.studies.selection.pipeline:run_task",
    findings="looksgood.studies.laws.ensemble_claims:ensemble_findings",
    statistics="looksgood.studies.laws.ensemble_claims:ensemble_statistics",
    headline="blind-worst-deceives-as-much",
    first_seed=502,
)
