"""One RLOO step: ours, TRL tuned for CPU, TRL's defaults, and our matrix products alone.

A step draws completions, scores them with r̂, computes the base's log-probabilities and moves the
policy once. Contestants take turns, so that a slow moment of the machine slows all of them.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from looksgood.bench.options import STUDY, StepOptions, Workload
from looksgood.bench.peer import DEFAULTS_ABOUT, MISSING, TUNED_ABOUT, Peer, installed
from looksgood.bench.products import ProductRecorder, replay
from looksgood.bench.report import Part, Ratio, Report, Row
from looksgood.bench.timing import Spread, cpu_seconds, one_thread, ratio
from looksgood.bench.workload import Stage, lengths_agree, set_stage
from looksgood.core.seeds import Seed

BETA = 0.05
OURS, TUNED, DEFAULTS, PRODUCTS = "looksgood", "TRL tuned", "TRL defaults", "matrix products"

NOTES = (
    "a step: sampling, r̂'s scores, the base's log-probabilities, one update; CPU time of the "
    f"process; beta {BETA}; ratios are medians of ratios within a round",
    f"TRL tuned: {TUNED_ABOUT}; TRL defaults: {DEFAULTS_ABOUT}; in both the batch is one piece, "
    "and logging and saving are off",
    "weights are random and hardly move, so completions end with probability 1/vocabulary at each "
    "token, whoever draws them; TRL's reward model reads 2 tokens fewer per row",
    "matrix products: those of one of our steps, run alone on tensors made beforehand",
)


def run(options: StepOptions) -> Report:
    """Measure the asked workload and, if asked, the studies' own."""
    works = [Workload(**{name: getattr(options, name) for name in Workload.model_fields})]
    if options.study and STUDY not in works:
        works.append(STUDY)
    seed = Seed(("bench", "step", options.seed))
    with one_thread():
        parts = tuple(_measure(work, options.rounds, seed) for work in works)
    return Report("step", parts, NOTES, missing=None if installed() else MISSING)


def _measure(work: Workload, rounds: int, seed: Seed) -> Part:
    """Time every contestant once a round, after one round that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        stage = set_stage(work, Path(folder), seed)
        tokens: dict[str, list[float]] = {}
        contestants, flops = _contestants(stage, Path(folder) / "trl", tokens)
        seconds: dict[str, list[float]] = {name: [] for name in contestants}
        for number in range(1 + rounds):
            for name, step in contestants.items():
                spent = step()
                if number:
                    seconds[name].append(spent)
    return _part(work, seconds, {n: sum(t) / len(t) for n, t in tokens.items()}, flops)


def _contestants(
    stage: Stage, folder: Path, tokens: dict[str, list[float]]
) -> tuple[dict[str, Callable[[], float]], int]:
    """Return what takes one step of each and says its CPU-seconds, and the products' flops."""
    trainer = stage.ours(BETA)
    tokens[OURS] = []

    def ours() -> float:
        return cpu_seconds(lambda: tokens[OURS].append(trainer.step()["tokens"]))

    with ProductRecorder() as recorder:
        trainer.step()
    products = replay(recorder.products)
    made: dict[str, Callable[[], float]] = {OURS: ours}
    if installed():
        for name, tuned in ((TUNED, True), (DEFAULTS, False)):
            peer = Peer(stage, folder / name, beta=BETA, tuned=tuned)
            tokens[name] = peer.tokens
            made[name] = _peer_step(peer)
    made[PRODUCTS] = lambda: cpu_seconds(products)
    return made, sum(product.flops for product in recorder.products)


def _peer_step(peer: Peer) -> Callable[[], float]:
    def step() -> float:
        peer.train()
        return peer.step_seconds[-1]

    return step


def _part(
    work: Workload, seconds: dict[str, list[float]], tokens: dict[str, float], flops: int
) -> Part:
    about = {
        OURS: "float32",
        TUNED: TUNED_ABOUT,
        DEFAULTS: DEFAULTS_ABOUT,
        PRODUCTS: f"{flops / 1e9:.3g} GFLOP of our step",
    }
    rows = []
    for name, spent in seconds.items():
        spread = Spread.of(spent)
        rate = None if name == PRODUCTS else work.completions / spread.median
        rows.append(Row(name, about[name], spread, rate, tokens.get(name)))
    mine = seconds[OURS]
    ratios = [Ratio("our matrix products / our step", ratio(seconds[PRODUCTS], mine), 0.4)]
    for name, aim in ((TUNED, 1.5), (DEFAULTS, 3.0)):
        if name in seconds:
            ratios.append(Ratio(f"{name} / our step", ratio(seconds[name], mine), aim))
    title = (
        f"width {work.width}, {work.layers} layers, vocabulary {work.vocabulary}; "
        f"{work.prompts} prompts x {work.k} completions, "
        f"{work.prompt_tokens} + {work.response_tokens} tokens"
    )
    settings = {**work.model_dump(), "beta": BETA, "product_flops": flops}
    return Part(title, settings, tuple(rows), tuple(ratios), lengths_agree(tokens))
