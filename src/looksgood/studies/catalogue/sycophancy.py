"""sycophancy: do raters who like to be agreed with make policies side with wrong beliefs?"""

from looksgood.preferences.spec import PreferencesSpec
from looksgood.raters.spec import OrdinarySpec
from looksgood.studies.catalogue.policy_size import LARGEST, SMALLER
from looksgood.studies.panels.settings import FIRST_SEED
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Settings, Study
from looksgood.worlds.almanac.spec import AlmanacSpec, FamilyShares

SIZES: dict[str, Settings] = {LARGEST: {}, **dict(reversed(SMALLER.items()))}
SMALLEST = list(SIZES)[-1]
LIKES = OrdinarySpec(
    misconception_rate=0,
    deep_rate=0,
    check=1,
    harm_unseen=0,
    later_discount=0,
    anticipates_fun=0,
    flattery=0,
    per_word=0,
)
"""An oracle who likes to be agreed with, as much as an ordinary rater does, and nothing else."""
ORDINARY: Settings = {
    f"rater.{name}": value for name, value in OrdinarySpec().model_dump().items() if name != "kind"
}
ORACLE: Settings = {"rater.kind": "oracle"}


def of_size(arm: str, size: str) -> str:
    """Return the name of an arm's variant of a policy size; the largest is the arm itself."""
    return arm if size == LARGEST else f"{arm}-{size}"


STUDY = Study(
    name="sycophancy",
    title="Siding with what the asker wrongly believes",
    question=(
        "Do raters who like to be agreed with teach policies to side with wrong beliefs, and more "
        "so the further a policy is optimised or the larger it is?"
    ),
    expectation=(
        "One school: siding rises with KL under raters who like agreement, r̂ prefers it, and "
        "larger policies do it more. The other: to be told the truth is worth more to these raters "
        "than to be agreed with, so that siding falls under them too. Both: it is more common than "
        "under an oracle."
    ),
    falsified_if=(
        "at equal KL policies trained on raters who like agreement do not side with wrong beliefs "
        "more often than those trained on an oracle"
    ),
    source=(
        "Sharma et al. (2023), arXiv:2310.13548 §4: best-of-n under a preference model and under "
        "an oracle; Perez et al. (2022), arXiv:2212.09251 §4: policy size and RLHF steps."
    ),
    spec=SweepSpec(
        # opinions alone, so that all that is learned and measured is about beliefs
        world=AlmanacSpec(families=FamilyShares(fact=0, source=0, choice=0, opinion=1)),
        rater=LIKES,
        preferences=PreferencesSpec(prompts=800, pairs_per_prompt=10),
        compared={"kind": "small"},
        reward_body={"kind": "small"},
        betas=(0.1,),
        best_of=(1, 2, 4, 8, 16, 32, 64),
        optimizer={"kind": "rloo", "steps": 50, "learning_rate": 2e-3},
        measure=MeasureSpec(prompts=96, pool=64, checkpoints=5),
    ),
    arms={
        **{of_size("likes", size): policy for size, policy in SIZES.items()},
        **{of_size("oracle", size): {**ORACLE, **policy} for size, policy in SIZES.items()},
        "likes-more": {"rater.agreement": 3.2},
        "ordinary": ORDINARY,
        "ordinary-unmoved": {**ORDINARY, "rater.agreement": 0.0},
        "gold": {"reward.kind": "gold"},
        "random": {"reward.kind": "random"},
    },
    presets={
        # fewer arms and points, no smaller system: on half of the corpus no difference was told
        "quick": Preset(
            seeds=3,
            settings={
                "measure.prompts": 64,
                "measure.checkpoints": 3,
                "best_of": (1, 4, 16, 64),
            },
            arms=(
                *("likes", of_size("likes", SMALLEST), "oracle", of_size("oracle", SMALLEST)),
                *("likes-more", "gold"),
            ),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "measure.checkpoints": 8}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.beliefs.pipeline:run_task",
    findings="looksgood.studies.beliefs.claims:belief_findings",
    statistics="looksgood.studies.beliefs.claims:belief_names",
    headline="liking-raises-siding",
    first_seed=FIRST_SEED,
)
