"""successors: what becomes of the truth when policies label for their successors."""

from looksgood.preferences.spec import PreferencesSpec
from looksgood.studies.chains.successor_settings import SuccessorSpec
from looksgood.studies.panels.settings import FIRST_SEED, QUICK
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

STUDY = Study(
    name="successors",
    title="Policies that label for their successors",
    question=(
        "When each generation of policies answers the comparisons that the next is trained on, "
        "how does the gap to the truth move, and what do 5 % or 25 % of answers by people change?"
    ),
    expectation=(
        "Simplicia: each generation starts from the same base and learns nearly what people "
        "taught the first, so the gap hardly moves, and few people hold it. Doomimir: errors are "
        "passed on and added to, the gap grows with every generation and gold falls; a quarter of "
        "answers by people slows it. Both: with people in every generation nothing is passed on."
    ),
    falsified_if=(
        "without people the gap between proxy and gold does not grow more than with people in "
        "every generation; or a quarter of the answers by people does not lessen that"
    ),
    source=(
        "Bai et al. (2022), arXiv:2212.08073 (a model labels for the next); Rafailov et al. "
        "(2023), arXiv:2305.18290 (a policy as a reward model); Yuan et al. (2024), "
        "arXiv:2401.10020 (self-rewarding); Shumailov et al. (2023), arXiv:2305.17493 (generations "
        "that learn from each other)."
    ),
    spec=SuccessorSpec(
        turns=6,
        betas=(0.15,),
        optimizer={"kind": "rloo", "steps": 30},
        preferences=PreferencesSpec(prompts=400, pairs_per_prompt=10),
        measure=MeasureSpec(prompts=64, pool=16, checkpoints=1, keep_prompts=4),
    ),
    arms={
        "people-0": {},
        "people-5": {"people": 0.05},
        "people-25": {"people": 0.25},
        "people-100": {"people": 1.0},
        "reward-0": {"judge": "reward"},
        "oracle-0": {"rater.kind": "oracle"},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **QUICK,
                "preferences.prompts": 400,
                "measure.pool": 16,
                "turns": 5,
            },
            arms=("people-0", "people-25", "people-100"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "turns": 8}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.chains.successor_pipeline:run_task",
    findings="looksgood.studies.chains.successor_claims:successor_findings",
    statistics="looksgood.studies.chains.successor_claims:successor_statistics",
    headline="gap-grows-without-people",
    first_seed=FIRST_SEED,
)
