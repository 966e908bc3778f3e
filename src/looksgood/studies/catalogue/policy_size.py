"""policy-size: does a larger policy make more, or worse, of the same reward model?"""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Settings, Study

SMALLER: dict[str, Settings] = {
    "width-16": {"policy.width": 16, "policy.layers": 1, "policy.learning_rate": 1e-2},
    "width-32": {"policy.width": 32, "policy.learning_rate": 1e-2},
}
"""Pretrained as the default is: on as much of the same corpus, in as many passes. Small ones take
higher rates, as in any scaling study."""
LARGEST = "width-64"
SIZES = (*SMALLER, LARGEST)

STUDY = Study(
    name="policy-size",
    title="What a larger policy makes of the same reward model",
    question=(
        "Optimised against the same r̂, does a larger policy gain less, turn over at another KL, or "
        "leave a larger gap between r̂ and the truth?"
    ),
    expectation=(
        "It starts higher and gains less; gold peaks at nearly the same KL, and the gap between "
        "proxy and gold at equal KL is nearly the same."
    ),
    falsified_if=(
        "the KL of gold's peak differs by more than a factor of two between sizes, or the gap at "
        "equal KL by more than a fifth"
    ),
    source=(
        "Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.4 and §4.4: two sizes, one family, no "
        "seeds. Hou et al. (2024), arXiv:2412.06000, also find that larger policies gain less."
    ),
    spec=SweepSpec(
        betas=(0.0,),
        compared={"kind": "small"},
        reward_body={"kind": "small"},
        optimizer={"kind": "rloo", "learning_rate": 2e-3, "steps": 40},
        measure=MeasureSpec(prompts=64, pool=128, checkpoints=20),
        best_of=(1, 2, 4, 8, 16, 32, 64, 128),
    ),
    arms={
        LARGEST: {},
        **SMALLER,
        "gold": {"reward.kind": "gold"},
        "gold-width-16": {**SMALLER["width-16"], "reward.kind": "gold"},
        "random": {"reward.kind": "random"},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **kl_sweep.QUICK,
                "compared.epochs": 1.0,
                "reward_body.epochs": 1.0,
                "optimizer.steps": 24,
                "measure.prompts": 32,
                "measure.pool": 64,
                "measure.checkpoints": 8,
                "best_of": (1, 2, 4, 8, 16, 32, 64),
            },
            arms=(LARGEST, "width-16", "gold"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "measure.pool": 512}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.pipeline:run_task",
    findings="looksgood.studies.laws.size_claims:size_findings",
    statistics="looksgood.studies.laws.size_claims:size_statistics",
    headline="gap-alike-training",
    first_seed=1100,
)
