"""weak-to-strong: what does a strong student learn from labels that are wrong?"""

from looksgood.studies.panels.settings import FIRST_SEED
from looksgood.studies.study import Preset, Settings, Study
from looksgood.studies.weak_to_strong.settings import WeakToStrongSpec

STUDENTS: dict[int, Settings] = {
    16: {"student.width": 16, "student.learning_rate": 1e-2},
    32: {"student.width": 32, "student.learning_rate": 1e-2},
    64: {"student.width": 64, "student.learning_rate": 6e-3},
}
"""By width; pretrained on the same corpus in as many passes. The weak model is of the smallest."""
WIDTHS = tuple(STUDENTS)
LARGEST, LOWEST = max(WIDTHS), min(WIDTHS)
CONFIDENT: Settings = {"fit.confidence": 0.5}
TASKS: dict[str, dict[str, Settings]] = {
    "claims": {
        "model": {},
        "rater": {"supervisor": "rater"},
        "model-noise": {"noise": True},
        "rater-noise": {"supervisor": "rater", "noise": True},
        "truth": {"supervisor": "truth"},
        "model-confident": CONFIDENT,
        "rater-confident": {"supervisor": "rater", **CONFIDENT},
    },
    "comparisons": {
        "model": {},
        "rater": {"supervisor": "rater"},
        "model-noise": {"noise": True},
        "rater-noise": {"supervisor": "rater", "noise": True},
        "truth": {"supervisor": "truth"},
        "model-confident": CONFIDENT,
    },
}
"""By task: who supervises, and whether the student may believe itself."""


def arm_of(task: str, supervision: str, width: int) -> str:
    """Return the name of an arm."""
    return f"{task}-{supervision}-{width}"


def _arms(tasks: dict[str, tuple[int, ...]]) -> dict[str, Settings]:
    return {
        arm_of(task, supervision, width): {"task": task, **STUDENTS[width], **settings}
        for task, widths in tasks.items()
        for width in widths
        for supervision, settings in TASKS[task].items()
    }


STUDY = Study(
    name="weak-to-strong",
    title="A strong student of weak supervisors",
    question=(
        "Taught by labels that are wrong, does a strong student recover what its supervisors do "
        "not know, or does it only average away what in their errors is random?"
    ),
    expectation=(
        "Labels of a small model bring a large one part of the way to what the truth would (one "
        "school: it knows what was meant). Errors that people share are learned, not recovered, "
        "where as many random ones are averaged away (the other: it learns what raters say). "
        "Larger students share fewer of a small model's errors; comparisons recover less than "
        "claims; the confidence loss does not help students of this size."
    ),
    falsified_if=(
        "at equal accuracy random errors are not recovered by a fifth of the gap more than those "
        "that people share; or labels of a small model bring nothing; or larger students do not "
        "share fewer of its errors"
    ),
    source=(
        "Burns et al. (2023), arXiv:2312.09390: §3 design and measure, §4.3 loss, §5.1 errors of "
        "supervisors. That it averages away noise is the null that its critics named."
    ),
    spec=WeakToStrongSpec(),
    arms=_arms({"claims": WIDTHS[::-1], "comparisons": WIDTHS[::-1]}),
    presets={
        "quick": Preset(
            seeds=2, arms=tuple(_arms({"claims": WIDTHS[::-1], "comparisons": (LARGEST,)}))
        ),
        "standard": Preset(seeds=10),
        "full": Preset(seeds=20),
    },
    tasks="looksgood.studies.weak_to_strong.pipeline:weak_to_strong_tasks",
    work="looksgood.studies.weak_to_strong.pipeline:run_task",
    findings="looksgood.studies.weak_to_strong.claims:weak_to_strong_findings",
    statistics="looksgood.studies.weak_to_strong.claims:weak_to_strong_statistics",
    headline="noise-beats-rater",
    first_seed=FIRST_SEED,
)
