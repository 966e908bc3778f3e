"""best-of-n-law: does the curve at small n foretell what selection does at large n?"""

from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.settings import MeasureSpec, SweepSpec
from looksgood.studies.study import Preset, Study

DOUBLED = tuple(2**i for i in range(11))

STUDY = Study(
    name="best-of-n-law",
    title="What best-of-n at small n foretells of large n",
    question=(
        "Fitted to n up to 64, does gold = d(α − βd), d = √KL, foretell gold at n up to 1,024?"
    ),
    expectation=(
        "It does, to a tenth of gold's peak, and better than a line or an isotonic curve; gold "
        "bends more under ordinary raters than under oracles."
    ),
    falsified_if=(
        "the error exceeds a tenth of gold's peak, or a line or an isotonic curve does as well; or "
        "gold bends as much where raters have no blind spots"
    ),
    source=(
        "Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.1, who fitted n up to 1,000 and "
        "foretold 60,000; estimator: Nakano et al. (2021), arXiv:2112.09332 App. I."
    ),
    spec=SweepSpec(
        betas=(), best_of=DOUBLED, measure=MeasureSpec(prompts=48, pool=2048, keep_prompts=12)
    ),
    arms={
        "ordinary": {},
        "oracle": {"rater.kind": "oracle"},
        "random": {"reward.kind": "random", "preferences.rounds": 1},
        "gold": {"reward.kind": "gold"},
    },
    presets={
        "quick": Preset(
            seeds=2,
            settings={
                **kl_sweep.QUICK,
                "measure.prompts": 16,
                "measure.pool": 512,
                "best_of": DOUBLED[:9],
            },
        ),
        "standard": Preset(seeds=5),
        "full": Preset(seeds=10, settings={"measure.prompts": 96, "measure.pool": 4096}),
    },
    tasks="looksgood.studies.pipeline:sweep_tasks",
    work="looksgood.studies.pipeline:run_task",
    findings="looksgood.studies.laws.law_claims:law_findings",
    statistics="looksgood.studies.laws.law_claims:law_statistics",
    first_seed=400,
)
