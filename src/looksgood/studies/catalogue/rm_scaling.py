"""rm-scaling: what a larger reward model, or more comparisons, mends; and what neither mends."""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Settings, Study

DOUBLED = tuple(2**i for i in range(9))
ALL_PROMPTS = 2240
PROMPTS = (12, 36, 112, 360, 1120)
"""Of ten pairs each, of which nine tenths are trained on: 108 to 10,080; `ALL_PROMPTS`: 20,160."""
BODIES: dict[str, Settings] = {
    "width-8": {"width": 8, "layers": 1, "heads": 2, "learning_rate": 1e-2},
    "width-16": {"width": 16, "layers": 1, "learning_rate": 1e-2},
    "width-32": {"width": 32, "layers": 2, "learning_rate": 1e-2},
    "width-64": {"width": 64, "layers": 2, "learning_rate": 6e-3},
    "width-128": {"width": 128, "layers": 3, "learning_rate": 3e-3},
}
"""The models that r̂ starts from, each pretrained on the policy's corpus. Small ones take higher
rates, as in any scaling study; those of fits are in proportion."""
SIZES = tuple(BODIES)


def _of(body: str, **others: object) -> Settings:
    settings = BODIES[body]
    rate = float(settings["learning_rate"]) / 2
    small = {"kind": "small", **settings}
    return {"reward_body": small, "reward.learning_rate": rate, **others}


def _asking(prompts: int, epochs: float = 1.0) -> Settings:
    return {"preferences.prompts": prompts, "reward.epochs": epochs}


STUDY = Study(
    name="rm-scaling",
    title="What larger reward models and more comparisons mend",
    question=(
        "As r̂ grows, or more is compared, does selection by it get better: by the raters' own "
        "score, and by the truth that they do not see?"
    ),
    expectation=(
        "By the raters' score it does: α rises with size and data, β falls. The gap between raters "
        "and truth does not close: a better model of raters is a better model of their blind spots."
    ),
    falsified_if=(
        "a larger r̂ is no better by the raters' own score, or it brings the raters' score and the "
        "truth closer together"
    ),
    source="Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.2, §3.3, fig. 3-6 and footnote 8.",
    spec=SweepSpec(
        betas=(),
        best_of=DOUBLED,
        measure=MeasureSpec(prompts=64, pool=512, keep_prompts=6),
        preferences=SweepSpec().preferences.model_copy(update={"prompts": ALL_PROMPTS}),
    ),
    arms={
        **{body: _of(body, **_asking(ALL_PROMPTS)) for body in reversed(SIZES)},
        **{
            f"{body}-prompts-{prompts}": _of(body, **_asking(prompts))
            for body in ("width-64", "width-32")
            for prompts in PROMPTS
        },
        "few-often": _of("width-64", **_asking(112, epochs=4.0)),
        "many-once": _of("width-64", **_asking(448, epochs=1.0)),
        "random": {"reward.kind": "random"},
    },
    presets={
        "quick": Preset(
            seeds=4,
            settings={
                **kl_sweep.QUICK,
                "measure.pool": 128,
                "best_of": DOUBLED[:7],
            },
            arms=("width-64", "width-32", "width-8", "few-often", "many-once", "random"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 128, "measure.pool": 2048}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.pipeline:run_task",
    findings="looksgood.studies.laws.scaling_claims:scaling_findings",
    statistics="looksgood.studies.laws.scaling_claims:scaling_statistics",
    headline="gap-2-does-not-close",
    first_seed=900,
)
