"""grasp-labels: how few answers, and how careless ones, still teach a grasp."""

from looksgood.studies.clips.settings import ClipSpec
from looksgood.studies.study import Preset, Study

LABELS = (200, 400, 800, 1620)
LAPSES = (0.2, 0.3, 0.4)
TWO = {"rater.cameras": ("front", "side")}

STUDY = Study(
    name="grasp-labels",
    title="How few labels, and how noisy ones, an honest grasp stands",
    question=(
        "With two cameras, how few comparisons still teach the hand to lift the ball, and how many "
        "of the answers may be coins?"
    ),
    expectation="Half of the labels suffice, and 20 % of coins; at some point either fails.",
    falsified_if="200 labels lift as reliably as 1,620, or 20 % of coins already undo it",
    source="Christiano et al. (2017), arXiv:1706.03741 §3.1, vary the number of labels alike.",
    spec=ClipSpec(),
    arms={
        f"labels-{total}": {
            **TWO,
            "preferences.schedule.total": total,
            "preferences.schedule.first": min(300, total // 2),
        }
        for total in LABELS
    }
    | {f"coins-{round(100 * lapse)}": {**TWO, "rater.lapse": lapse} for lapse in LAPSES},
    presets={
        "quick": Preset(seeds=2, settings={"measure.checkpoints": 5}),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10),
    },
    tasks="looksgood.studies.clips.pipeline:clip_tasks",
    work="looksgood.studies.clips.pipeline:run_task",
    findings="looksgood.studies.clips.claims:label_findings",
    statistics="looksgood.studies.clips.statistics:of_grasp_labels",
    first_seed=300,
)
