"""capability: does a more capable policy exploit the same rater more; gradually, or at once?"""

from looksgood.studies.panels.settings import FIRST_SEED_AGAIN, QUICK, PanelSpec
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Settings, Study

WIDTHS: dict[str, Settings] = {
    "width-16": {"policy.width": 16, "policy.layers": 1, "policy.learning_rate": 1e-2},
    "width-32": {"policy.width": 32, "policy.learning_rate": 1e-2},
    "width-64": {},
    "width-96": {"policy.width": 96, "policy.learning_rate": 4e-3},
}
"""Over more than sixteenfold in weights, pretrained on as much of one corpus; small ones take
higher rates, as in any scaling study. `width-64` is the model whose responses are compared."""
SIZES = tuple(WIDTHS)
SMALLEST, LARGEST = SIZES[0], SIZES[-1]
ORACLE: Settings = {"rater.kind": "oracle"}
FEW = {"measure.checkpoints": 4}

STUDY = Study(
    name="capability",
    title="What a more capable policy makes of the same rater",
    question=(
        "Optimised against the same r̂, does a larger policy, or one trained longer, exploit the "
        "rater more, and does it come little by little or at once?"
    ),
    expectation=(
        "Simplicia: no. At equal proxy or KL a larger policy has the better answers to offer, so "
        "raters are fooled no more; what changes, changes gradually. Doomimir: yes. The more a "
        "policy can do, the more of what fools raters it finds at the same proxy and KL, and at "
        "some size or budget the truth drops at once."
    ),
    falsified_if=(
        "at equal proxy false approval rises no more in the largest policy than in the smallest"
    ),
    source=(
        "Pan, Bhatia & Steinhardt (2022), arXiv:2201.03544: more capable agents have higher proxy "
        "and lower truth, some with phase transitions. Sizes as in Gao, Schulman & Hilton (2022), "
        "arXiv:2210.10760 §3.4. False approval: Wen et al. (2024), arXiv:2409.12822 §3."
    ),
    spec=PanelSpec(
        betas=(0.0,),
        compared={"kind": "small"},
        reward_body={"kind": "small"},
        optimizer={"kind": "rloo", "learning_rate": 2e-3, "steps": 80},
        measure=MeasureSpec(prompts=256, pool=32, checkpoints=16),
        best_of=(1,),
    ),
    arms={
        **{arm: WIDTHS[arm] for arm in reversed(SIZES)},
        "oracle": {**WIDTHS[LARGEST], **ORACLE},
        f"oracle-{SMALLEST}": {**WIDTHS[SMALLEST], **ORACLE},
        "gold": {**WIDTHS[LARGEST], "reward.kind": "gold", **FEW},
        "random": {**WIDTHS[LARGEST], "reward.kind": "random", **FEW},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **QUICK,
                "compared.epochs": 1.0,
                "reward_body.epochs": 1.0,
                "optimizer.steps": 32,
            },
            arms=tuple(reversed(SIZES)),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 512, "measure.pool": 64}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.panels.pipeline:run_task",
    findings="looksgood.studies.panels.capability_claims:capability_findings",
    statistics="looksgood.studies.panels.capability_claims:capability_statistics",
    headline="false-approval-equal-proxy",
    first_seed=FIRST_SEED_AGAIN,
)
