"""design-loop: what a loop of training, looking and fixing repairs, and what it cannot see."""

from looksgood.preferences.spec import PreferencesSpec
from looksgood.studies.chains.loop_settings import LoopSpec
from looksgood.studies.panels.settings import FIRST_SEED, QUICK
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

FEW, MANY = 50, 800
"""Labels a round in the arms beside the main one."""

STUDY = Study(
    name="design-loop",
    title="Train, look, fix, train again",
    question=(
        "Of the failures of a policy, which does a loop of audits and fixes remove, for how many "
        "labels, and do the fixes reach prompts and policies that were never audited?"
    ),
    expectation=(
        "Simplicia: failures are visible, so audits find them, more labels find more, and the "
        "fixes carry over; the loop works. Doomimir: what the auditor sees is fixed and what they "
        "do not see stays, so approval and truth part; a fix reaches the prompts it was made on "
        "and less than half of it others; a more capable policy fails anew. Both: an audit that "
        "knows the truth fixes what raters cannot see."
    ),
    falsified_if=(
        "an audit by the raters fixes as large a share of what is illegible to them as of what is "
        "legible; or, for Simplicia's side, audits fix nothing or more labels buy nothing"
    ),
    source=(
        "Bai et al. (2022), arXiv:2204.05862 §4.5 (rounds, each from the base, on all comparisons "
        "so far); Ganguli et al. (2022), arXiv:2209.07858 (finding failures by looking); Wen et "
        "al. (2024), arXiv:2409.12822 (what does not show)."
    ),
    spec=LoopSpec(
        turns=6,
        betas=(0.05,),
        optimizer={"kind": "rloo", "steps": 30},
        preferences=PreferencesSpec(prompts=400, pairs_per_prompt=10),
        measure=MeasureSpec(prompts=64, pool=16, checkpoints=1, keep_prompts=4),
    ),
    arms={
        "expert": {},
        "raters-again": {"audit.who.kind": "ordinary"},
        "truth": {"audit.who.kind": "oracle"},
        "no-audit": {"audit.labels": 0},
        "expert-few": {"audit.labels": FEW},
        "expert-many": {"audit.labels": MANY},
        "expert-against": {"audit.fix": "against"},
        "expert-everywhere": {"audit.everywhere": True},
        "more-capable": {
            "weaker": {"kind": "small", "width": 16, "layers": 1, "learning_rate": 1e-2}
        },
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **QUICK,
                "preferences.prompts": 400,
                "measure.pool": 16,
                "turns": 4,
            },
            arms=("expert", "raters-again", "truth", "no-audit", "expert-many"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "turns": 8}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.chains.loop_pipeline:run_task",
    findings="looksgood.studies.chains.loop_claims:loop_findings",
    statistics="looksgood.studies.chains.loop_claims:loop_statistics",
    headline="illegible-stays-raters",
    first_seed=FIRST_SEED,
)
