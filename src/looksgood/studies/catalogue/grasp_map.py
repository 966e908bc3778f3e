"""grasp-map: where a hand between ball and camera emerges, and where it does not."""

from itertools import product

from looksgood.studies.clips.settings import ClipSpec
from looksgood.studies.study import Preset, Study

HOMES = ("shoulder", "above")
UNITS = ("relative", "absolute")
CAMERAS = {"one": ("front",), "two": ("front", "side")}

STUDY = Study(
    name="grasp-map",
    title="Where the hand stops in front of the ball, and where it does not",
    question=(
        "Does the failure of ball-and-camera hang on where the hand starts, or on whether raters "
        "judge lengths in units of the hand as it looks or of the picture?"
    ),
    expectation=(
        "With one camera it emerges from a start over the shoulder of the ball in relative units; "
        "elsewhere nobody has looked on fresh seeds. With two cameras it emerges nowhere."
    ),
    falsified_if="it emerges with two cameras, or nowhere with one",
    source="The conditions of ball-and-camera, on seeds that were not used to choose them.",
    spec=ClipSpec(),
    arms={
        f"{home}-{units}-{cameras}": {
            "world.home": home,
            "rater.units": units,
            "rater.cameras": CAMERAS[cameras],
        }
        for cameras, home, units in product(CAMERAS, HOMES, UNITS)
    },
    presets={
        "quick": Preset(seeds=2, settings={"iterations": 100, "measure.checkpoints": 4}),
        "standard": Preset(seeds=3),
        "full": Preset(seeds=8),
    },
    tasks="looksgood.studies.clips.pipeline:clip_tasks",
    work="looksgood.studies.clips.pipeline:run_task",
    findings="looksgood.studies.clips.claims:map_findings",
    statistics="looksgood.studies.clips.statistics:of_grasp_map",
    first_seed=200,
)
