"""kl-penalty: does a KL penalty buy anything that stopping early does not?"""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.laws.penalty_settings import (
    FIRST_PENALTY,
    PPO_PENALTY,
    TARGET_KL,
    PenaltySpec,
)
from looksgood.studies.settings import MeasureSpec
from looksgood.studies.study import Preset, Study

STUDY = Study(
    name="kl-penalty",
    title="What a KL penalty changes beside the KL",
    question=(
        "Compared where KL is the same, does a KL penalty make responses better, or does it only "
        "stop early; and how far from the KL-optimal frontier is training?"
    ),
    expectation=(
        "Gold depends on the KL that is reached alone (within a tenth of the base's sd), proxy is "
        "higher under a penalty; gold follows d(α − β log d). At equal proxy PPO and best-of-n are "
        "equally good, PPO further out. An adaptive penalty holds its target. Training spends more "
        "than twice the least KL."
    ),
    falsified_if=(
        "gold at matched KL differs between penalties by more than 0.1 base sd, or the interval is "
        "too wide to say; or proxy at matched KL is not higher under a penalty"
    ),
    source=(
        "Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.6 and fig. 9, who call it sensitive to "
        "hyper-parameters; Stiennon et al. (2020), arXiv:2009.01325 App. G.3; Ziegler et al. "
        "(2019), arXiv:1909.08593 §2.2; Korbak et al. (2022), arXiv:2205.11275 §2."
    ),
    spec=PenaltySpec(
        betas=(1.5, 0.4, 0.1, 0.025, 0.0),
        measure=MeasureSpec(prompts=64, pool=256, checkpoints=10),
        best_of=(1, 2, 4, 8, 16, 32, 64, 128),
    ),
    arms={
        "ordinary": {},
        "slow": {"optimizer.learning_rate": 2e-3},
        "ppo": {"optimizer.kind": "ppo", "betas": (PPO_PENALTY,)},
        "adaptive": {
            "optimizer.kind": "ppo",
            "optimizer.target_kl": TARGET_KL,
            "optimizer.horizon": 256,
            "optimizer.steps": 60,
            "measure.checkpoints": 20,
            "betas": (FIRST_PENALTY,),
        },
        "gold": {"reward.kind": "gold", "betas": (0.0,)},
        "random": {"reward.kind": "random", "preferences.rounds": 1, "betas": (0.0,)},
    },
    presets={
        "quick": Preset(
            seeds=3,
            settings={
                **kl_sweep.QUICK,
                "world.documents": 16000,
                "preferences.prompts": 800,
                "optimizer.steps": 24,
                "measure.prompts": 32,
                "measure.pool": 128,
                "measure.checkpoints": 4,
                "best_of": (1, 2, 4, 8, 16, 32, 64),
            },
            arms=("ordinary", "slow", "ppo"),
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 192, "measure.pool": 1024}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.laws.penalty_pipeline:run_task",
    findings="looksgood.studies.laws.penalty_claims:penalty_findings",
    statistics="looksgood.studies.laws.penalty_claims:penalty_statistics",
    headline="gold-matches",
    first_seed=702,
)
