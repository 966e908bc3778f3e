"""kl-sweep: from very strong to no KL penalty, where does optimisation stop being good?"""

from looksgood.studies.settings import SweepSpec
from looksgood.studies.study import Preset, Study

QUICK = {
    "world.documents": 10000,
    "policy.epochs": 1.0,
    "preferences.prompts": 300,
    "optimizer.steps": 12,
    "optimizer.prompts": 12,
}
"""A base, comparisons and RL runs in a fifth of the time, for the quick presets that share them."""

STUDY = Study(
    name="kl-sweep",
    title="What a weaker KL penalty buys, and from whom",
    question=(
        "As the KL penalty is relaxed, does optimisation against raters with blind spots keep "
        "making responses better, or only better-looking; and who would notice?"
    ),
    expectation=(
        "Gold rises, peaks and falls while the proxy rises. Past gold's peak the raters still "
        "approve (gap 2: they would not notice); without a penalty even they turn away (gap 1: "
        "they would). With an oracle as rater gap 2 is gone; optimised directly, gold holds."
    ),
    falsified_if=(
        "gold does not fall by a fifth of its best gain, or it falls when optimised directly; or "
        "the raters turn away as soon as gold falls"
    ),
    source=(
        "Design of Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3, with a ground truth above "
        "the raters; Stiennon et al. (2020), arXiv:2009.01325 fig. 5; Wen et al. (2024), "
        "arXiv:2409.12822."
    ),
    spec=SweepSpec(optimizer={"kind": "rloo", "steps": 40}),
    arms={
        "ordinary": {},
        "oracle": {"rater.kind": "oracle"},
        "random": {"reward.kind": "random", "preferences.rounds": 1, "thin": 2},
        "gold": {"reward.kind": "gold", "thin": 2},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **QUICK,
                "measure.prompts": 48,
                "measure.pool": 32,
                "measure.checkpoints": 1,
                "best_of": (1, 2, 4, 8, 16, 32),
            },
        ),
        "standard": Preset(seeds=6),
        "full": Preset(
            seeds=10,
            settings={
                "measure.prompts": 256,
                "measure.pool": 256,
                "best_of": (1, 2, 4, 8, 16, 32, 64, 128, 256),
                "measure.checkpoints": 5,
                "optimizer.steps": 80,
                "betas": (
                    16.0,
                    4.0,
                    1.5,
                    0.7,
                    0.4,
                    0.25,
                    0.15,
                    0.1,
                    0.07,
                    0.045,
                    0.035,
                    0.025,
                    0.0,
                ),
            },
        ),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.pipeline:run_task",
    findings="looksgood.studies.sweep_claims:sweep_findings",
    statistics="looksgood.studies.sweep_claims:sweep_statistics",
    headline="gap-2",
    first_seed=34,
)
