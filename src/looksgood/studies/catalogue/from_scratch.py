"""from-scratch: does pretraining make raters easier to exploit, or harder?"""

from looksgood.studies.panels.settings import FIRST_SEED_AGAIN, QUICK, PanelSpec
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Settings, Study

PENALTY = 0.15
UNTRAINED: Settings = {"policy.from_scratch": True}
"""Random weights; its words are those of the same corpus."""
OWN: Settings = {
    "compared": None,
    "preferences.rounds": 4,
    "preferences.prompts": 400,
    "preferences.round_beta": 0.0,
    "measure.checkpoints": 6,
}
"""As many comparisons, of the policy's own responses: a quarter before training, and a quarter each
of what r̂ of the rounds before has taught."""
FEW = {"measure.checkpoints": 4}

STUDY = Study(
    name="from-scratch",
    title="What pretraining does to the rater's errors",
    question=(
        "With the same rater, comparisons and optimiser, does pretraining make the rater's errors "
        "easier or harder to exploit?"
    ),
    expectation=(
        "Simplicia: harder. Pretraining and a KL penalty keep the policy near what is known to be "
        "safe, so that false approval rises least with both. Doomimir: easier. A pretrained policy "
        "has learnt from the web what fools people, and finds it in few steps; without "
        "pretraining r̂ is fooled by what every rater sees to be garbage."
    ),
    falsified_if=(
        "at equal proxy false approval does not rise more with pretraining than without, or raters "
        "find what was learnt without pretraining better than the pretrained base"
    ),
    source=(
        "Christiano et al. (2017), arXiv:1706.03741, train from scratch, with comparisons of the "
        "policy's own behaviour; Ziegler et al. (2019), arXiv:1909.08593 §2, pretrain and keep to "
        "it by a KL penalty. False approval: Wen et al. (2024), arXiv:2409.12822 §3."
    ),
    spec=PanelSpec(
        betas=(0.0,),
        compared={"kind": "small"},
        reward_body={"kind": "small"},
        optimizer={"kind": "rloo", "learning_rate": 2e-3, "steps": 60},
        measure=MeasureSpec(prompts=256, pool=32, checkpoints=15),
        best_of=(1,),
    ),
    arms={
        "pretrained": {},
        "scratch": UNTRAINED,
        "kl": {"betas": (PENALTY,)},
        "little": {"policy.epochs": 0.1},
        "own-pretrained": OWN,
        "own-scratch": {**UNTRAINED, **OWN},
        "oracle": {"rater.kind": "oracle"},
        "gold": {"reward.kind": "gold", **FEW},
        "gold-scratch": {**UNTRAINED, "reward.kind": "gold", **FEW},
        "random": {"reward.kind": "random", **FEW},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **QUICK,
                "compared.epochs": 1.0,
                "reward_body.epochs": 1.0,
                "optimizer.steps": 30,
                "measure.checkpoints": 10,
            },
            arms=("pretrained", "scratch", "kl", "oracle"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 512, "measure.pool": 64}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.panels.pipeline:run_task",
    findings="looksgood.studies.panels.scratch_claims:scratch_findings",
    statistics="looksgood.studies.panels.scratch_claims:scratch_statistics",
    headline="easier-with-pretraining",
    first_seed=FIRST_SEED_AGAIN,
)
