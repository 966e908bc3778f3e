"""reward-fit: how well does a reward model predict comparisons that people made?"""

from looksgood.studies.fit_settings import FitSpec
from looksgood.studies.study import Preset, Study

STUDY = Study(
    name="reward-fit",
    title="A reward model on somebody's comparisons",
    question=(
        "Does a Bradley-Terry reward model fitted to these comparisons predict the answers to "
        "prompts it has not seen, and are its probabilities honest?"
    ),
    expectation="Held-out accuracy above one half; with shuffled answers it is one half.",
    falsified_if="held-out accuracy is not above one half, or it is with shuffled answers",
    source="Bradley & Terry (1952); Stiennon et al. (2020), arXiv:2009.01325 §3.4.",
    spec=FitSpec(),
    arms={"answers": {}, "shuffled": {"shuffle": True}},
    presets={
        "quick": Preset(seeds=2, settings={"policy.epochs": 0.5, "comparisons": 1000}),
        "standard": Preset(seeds=3),
        "full": Preset(seeds=5, settings={"policy.width": 256, "policy.layers": 4}),
    },
    tasks="looksgood.studies.fit_pipeline:fit_tasks",
    work="looksgood.studies.fit_pipeline:run_task",
    findings="looksgood.studies.fit_pipeline:fit_findings",
    statistics="looksgood.studies.fit_settings:fit_statistics",
)
