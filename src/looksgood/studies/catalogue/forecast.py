"""forecast: can gold's peak be foretold before it is reached?"""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Study

STUDY = Study(
    name="forecast",
    title="Foretelling where gold will peak",
    question=(
        "From gold at the first checkpoints of training, can one foretell at which KL gold will "
        "peak, before it does?"
    ),
    expectation=(
        "Gao's form, a Gaussian process and the covariance of proxy and gold under the current "
        "policy each foretell the peak better than a wide guess and than stopping at once; the "
        "covariance changes its sign where gold peaks."
    ),
    falsified_if=(
        "a forecaster's CRPS, on seeds that fitted none of its hyper-parameters, is not below that "
        "of having no idea, or that of stopping now"
    ),
    source=(
        "Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.1 (the form, and forecasts from it); "
        "Rasmussen & Williams (2006) §2.2; dE[gold]/d(1/β) = Cov(gold, proxy) under the tilted "
        "policy; scores: Gneiting & Raftery (2007), JASA 102:359."
    ),
    spec=SweepSpec(
        betas=(0.0,),
        best_of=(1,),
        optimizer={"kind": "rloo", "learning_rate": 1e-3, "steps": 40},
        measure=MeasureSpec(prompts=64, pool=64, checkpoints=20),
    ),
    arms={"ordinary": {}, "gold": {"reward.kind": "gold"}},
    presets={
        "quick": Preset(
            seeds=3,
            settings={
                **kl_sweep.QUICK,
                "optimizer.steps": 24,
                "measure.prompts": 48,
                "measure.checkpoints": 12,
            },
        ),
        "standard": Preset(seeds=10),
        "full": Preset(seeds=20, settings={"measure.prompts": 256, "measure.checkpoints": 40}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.laws.forecast_pipeline:run_task",
    findings="looksgood.studies.laws.forecast_claims:forecast_findings",
    statistics="looksgood.studies.laws.forecast_claims:forecast_statistics",
    first_seed=803,
)
