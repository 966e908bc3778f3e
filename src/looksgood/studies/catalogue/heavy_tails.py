"""heavy-tails: an error that now and then is huge makes optimisation worthless at a small KL."""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.selection.settings import SelectionSpec
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

DOUBLED = tuple(2**i for i in range(10))
TILTS = tuple(round(32 * 2 ** (-i / 3), 4) for i in range(22))
"""From almost the base to KLs of some nats, whatever the tail."""

STUDY = Study(
    name="heavy-tails",
    title="What a heavy-tailed reward error does at a small KL",
    question=(
        "Does a reward model whose error has a heavy tail gain proxy at a KL below 1 nat while "
        "responses stay as they were, and does one with a light tail make them better?"
    ),
    expectation=(
        "With a Student-t error (2 degrees of freedom) the KL-optimal policy gains a base sd of "
        "proxy within 1 nat and no gold, and best-of-n falls back; with a normal error, or none, "
        "the same proxy brings gold. The trained reward models' own tails are light, or cannot be "
        "told."
    ),
    falsified_if=(
        "gold gains a tenth of a base sd under the heavy error where proxy has gained one sd, or "
        "nothing under the light one"
    ),
    source=(
        "Kwa, Thomas & Garriga-Alonso (2024), arXiv:2407.14503; the exact unit test is "
        "ops/heavy_tail_best_of_n.py. The error is planted: a fixed function of the response."
    ),
    spec=SelectionSpec(
        rater={"kind": "oracle"},
        best_of=DOUBLED,
        tilts=TILTS,
        measure=MeasureSpec(prompts=48, pool=1024, keep_prompts=6),
    ),
    arms={
        "heavy": {"error": {"df": 2.0}},
        "light": {"error": {}},
        "trained": {},
        "ordinary": {"rater.kind": "ordinary"},
        "random": {"reward.kind": "random"},
        "gold": {"reward.kind": "gold"},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **kl_sweep.QUICK,
                "measure.prompts": 24,
                "measure.pool": 512,
                "best_of": DOUBLED[:9],
            },
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 96, "measure.pool": 4096}),
    },
    tasks="looksgood.studies.selection.pipeline:selection_tasks",
    work="looksgood.studies.selection.pipeline:run_task",
    findings="looksgood.studies.laws.tail_claims:tail_findings",
    statistics="looksgood.studies.laws.tail_claims:tail_statistics",
    headline="heavy-gold-stays",
    first_seed=602,
)
