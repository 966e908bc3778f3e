"""power: if the loop were already broken, which audit would show it, and with how many labels?"""

from looksgood.studies.catalogue import blind_spots
from looksgood.studies.panels.settings import FIRST_SEED_AGAIN
from looksgood.studies.panels.spots import NONE
from looksgood.studies.panels.spots import SPOTS as KNOWN
from looksgood.studies.power.settings import PowerSpec
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

SPOTS = tuple(spot.name for spot in KNOWN)
VISIBLE = "visible"
"""The control: raters have no blind spot, so a fall of gold, on all prompts, is one they see."""

STUDY = Study(
    name="power",
    title="What an audit could notice of a loop that is already broken",
    question=(
        "If gold had fallen where the raters do not see it, which measurement would show it: the "
        "same raters again, experts, or a sample checked against the truth; and with how many "
        "labels?"
    ),
    expectation=(
        "Simplicia: the same raters, or experts, notice a fall of 0.2 base sd with hundreds of "
        "labels, and such a policy is far from the base. Doomimir: the same raters never notice, "
        "however many are asked; experts notice popular falsehoods and made-up citations, see "
        "less of a harm, and never notice deep falsehoods; and the policy is within a nat."
    ),
    falsified_if=(
        "asked again, the raters say that the base is better in a tenth of the audits or more, of "
        "whichever form; or raters without a blind spot do not say so, either"
    ),
    source=(
        "The debate's own question. Power of one-sided tests at 5 %: looksgood.ops.power; PPI++: "
        "Angelopoulos, Duchi & Zrnic (2023), arXiv:2311.01453; what judges can save: Dorner et "
        "al. (2024), arXiv:2410.13341."
    ),
    spec=PowerSpec(
        world=blind_spots.WORLD,
        rater=NONE,
        measure=MeasureSpec(prompts=256, pool=512, keep_prompts=4),
    ),
    arms={
        **{spot.name: spot.arm for spot in KNOWN},
        VISIBLE: {"fall": "plain"},
    },
    presets={
        # of bases that blind-spots' quick preset has made already, where they share a store
        "quick": Preset(seeds=2, settings={"measure.prompts": 96, "measure.pool": 256}),
        "standard": Preset(seeds=5),
        "full": Preset(
            seeds=10,
            settings={"measure.prompts": 512, "audits": 10000},
        ),
    },
    tasks="looksgood.studies.power.pipeline:power_tasks",
    work="looksgood.studies.power.pipeline:run_task",
    findings="looksgood.studies.power.claims:power_findings",
    statistics="looksgood.studies.power.claims:power_statistics",
    headline="raters-again",
    first_seed=FIRST_SEED_AGAIN,
)
