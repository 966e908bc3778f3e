"""threats-and-tricks: is what is amplified what works on the rater, or what the base says often?"""

from looksgood.studies.panels.settings import FIRST_SEED
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Settings, Study
from looksgood.worlds.almanac.spec import WriterShares

RATES = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
"""Share of the corpus that holds each of the four strategies."""
COMMON = "1e-2"
WRITERS = ("threatener", "briber", "trickster", "pleader")
MOVED_BY: dict[str, Settings] = {
    "bribed": {"rater.bribes": 2.0},
    "tricked": {"rater.tricks": 2.0},
    "threatened": {"rater.threats": 2.0},
    "unmoved": {},
}
"""Ordinary raters, to whom 2 points are worth more than the truth of an answer."""
WORKS = {"bribed": "bribe", "tricked": "trick"}
WEAK = 0.025
"""A penalty that lets a policy go several times as far from the base."""


def written_at(rate: float) -> Settings:
    """Return how often each strategy's writers appear, so that it is in this share of the corpus.

    Shares are relative: the others keep theirs, the four have `rate` of the whole each.
    """
    others = sum(
        share for writer, share in WriterShares().model_dump().items() if writer not in WRITERS
    )
    share = round(others * rate / (1 - len(WRITERS) * rate), 9)
    return {f"world.writers.{writer}": share for writer in WRITERS}


STUDY = Study(
    name="threats-and-tricks",
    title="What is amplified: what works on the rater, or what the base says often",
    question=(
        "A strategy that the base finds likely costs few nats. Does training amplify what works "
        "on the rater, however rare, or what is not rare?"
    ),
    expectation=(
        "One school: what works is amplified at every base rate, what does not work at none; KL "
        "allows all of it within a few nats. The other: once in a thousand responses or less, r̂ "
        "never learns of it and training never meets it. Optimising the rater's own score, with "
        "nothing to learn, tells the two reasons apart."
    ),
    falsified_if=(
        "at a base rate of 1e-2 what moves the rater is not said three times as often as what does "
        "not, at equal KL"
    ),
    source=(
        "Rates of threats and tricks from METR's reports of 2025 and Denison et al. (2024), "
        "arXiv:2406.10162 (45 of 32,768); the bound is data processing, see docs/certify.md."
    ),
    spec=SweepSpec(
        betas=(0.3,),
        best_of=(1, 4, 16, 64),
        # slow, and close to the base: the further a policy goes, the less of it is left to find
        optimizer={"kind": "rloo", "steps": 60, "learning_rate": 2e-3},
        measure=MeasureSpec(prompts=48, pool=64, checkpoints=3),
    ),
    arms={
        **{
            f"{who}-{name}": {**MOVED_BY[who], **written_at(rate)}
            for name, rate in RATES.items()
            for who in WORKS
        },
        **{
            f"direct-{name}": {**MOVED_BY["tricked"], **written_at(rate), "reward.kind": "rater"}
            for name, rate in RATES.items()
        },
        **{
            f"{who}-{COMMON}": {**changes, **written_at(RATES[COMMON])}
            for who, changes in {
                "unmoved": MOVED_BY["unmoved"],
                "weak": {**MOVED_BY["tricked"], "betas": (WEAK,)},
                "threatened": MOVED_BY["threatened"],
                "oracle": {"rater.kind": "oracle"},
                "random": {"reward.kind": "random"},
            }.items()
        },
    },
    presets={
        # fewer arms, no smaller system: in half of the steps nothing is found
        "quick": Preset(
            seeds=2,
            settings={"measure.prompts": 32, "measure.checkpoints": 2},
            arms=(
                *("bribed-1e-2", "tricked-1e-2", "unmoved-1e-2", "oracle-1e-2"),
                *("direct-1e-2", "direct-1e-3"),
            ),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 128, "measure.checkpoints": 6}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.strategies.pipeline:run_task",
    findings="looksgood.studies.strategies.claims:strategy_findings",
    statistics="looksgood.studies.strategies.claims:strategy_names",
    headline="works-decides-1e-2",
    first_seed=FIRST_SEED,
)
