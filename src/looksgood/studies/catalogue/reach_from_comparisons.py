"""reach-from-comparisons: a task learned honestly, from very few answers."""

from looksgood.preferences.clip_spec import ClipQueriesSpec, LabelSchedule
from looksgood.studies.clips.settings import ClipSpec
from looksgood.studies.study import Preset, Study

STUDY = Study(
    name="reach-from-comparisons",
    title="Reaching learned from comparisons of one step in a hundred",
    question=(
        "Does the same system learn a task whose raters see everything that matters, with no more "
        "than 1 % of the steps ever looked at?"
    ),
    expectation="It gains most of what optimising the true return gains; a random reward, nothing.",
    falsified_if="it gains less than three quarters of that, or a random reward gains as much",
    source=(
        "Christiano et al. (2017), arXiv:1706.03741 §3.1.1: MuJoCo tasks from comparisons of their "
        "true return, feedback on less than 1 % of the interactions."
    ),
    spec=ClipSpec(
        world={"kind": "gym_task", "task": "Reacher-v5"},
        rater={"kind": "oracle", "temperature": 0.05},
        preferences=ClipQueriesSpec(
            steps=10,
            every=2,
            schedule=LabelSchedule(first=100, per=5, every=5, total=240, halves_at=None),
        ),
        # what keeps the hand's clips varied costs the arm most of its return: noise is a torque
        optimizer={"kind": "trpo", "least_log_sd": -3.0},
        iterations=150,
    ),
    arms={
        "comparisons": {},
        "gold": {"reward.kind": "clip_gold"},
        "random": {"reward.kind": "clip_random"},
    },
    presets={
        "quick": Preset(seeds=2, settings={"measure.checkpoints": 5}),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10),
    },
    tasks="looksgood.studies.clips.pipeline:clip_tasks",
    work="looksgood.studies.clips.pipeline:run_task",
    findings="looksgood.studies.clips.claims:reach_findings",
    statistics="looksgood.studies.clips.statistics:of_reaching",
    first_seed=20,
)
