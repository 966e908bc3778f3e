"""A whole sweep of KL penalties, against one TRL run for each penalty.

Measuring between steps is left out on both sides: TRL has none. Start-up is what building a
trainer takes (models loaded, reference copied); importing is measured in fresh interpreters, since
whoever runs TRL once per penalty pays it once per penalty.
"""

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from looksgood.bench.options import SweepOptions
from looksgood.bench.peer import DEFAULTS_ABOUT, MISSING, TUNED_ABOUT, Peer, installed
from looksgood.bench.report import Part, Ratio, Report, Row
from looksgood.bench.step import DEFAULTS, OURS, TUNED
from looksgood.bench.timing import Spread, cpu_seconds, one_thread
from looksgood.bench.workload import Stage, lengths_agree, set_stage
from looksgood.core.seeds import Seed

AIM = 4.0
NOTES = (
    "CPU-seconds of the whole sweep, penalties added up; contestants take turns at each penalty; "
    "measuring between steps is left out on both sides",
    "with start-up: building each trainer and its loop, models loaded from disk, is counted too; "
    "as scripts: so is importing, once for our sweep (one worker) and once for each TRL run",
    f"TRL tuned: {TUNED_ABOUT}; TRL defaults: {DEFAULTS_ABOUT}",
)
_IMPORTS = {
    OURS: "import looksgood.optimizers.rloo, looksgood.rewards.reward_model",
    TUNED: "import datasets; from trl import RLOOConfig, RLOOTrainer",
}


def run(options: SweepOptions) -> Report:
    """Measure one sweep of each contestant."""
    names = [OURS]
    if installed():
        names += [TUNED, DEFAULTS] if options.defaults else [TUNED]
    steps: dict[str, list[float]] = defaultdict(list)
    starts: dict[str, list[float]] = defaultdict(list)
    tokens: dict[str, list[float]] = defaultdict(list)
    with one_thread(), tempfile.TemporaryDirectory() as folder:
        stage = set_stage(options, Path(folder), Seed(("bench", "sweep", options.seed)))
        for name in names:  # one step that is not counted: libraries load lazily
            _race(name, stage, Path(folder), options.betas[0], 1)
        for beta in options.betas:
            for name in names:
                start, spent, length = _race(name, stage, Path(folder), beta, options.steps)
                starts[name].append(start)
                steps[name].append(spent)
                tokens[name].append(length)
    imports = {name: _import_seconds(name) for name in names}
    part = _part(options, names, steps, starts, imports, tokens)
    return Report("sweep", (part,), NOTES, missing=None if installed() else MISSING)


def _race(
    name: str, stage: Stage, folder: Path, beta: float, steps: int
) -> tuple[float, float, float]:
    """Return CPU-seconds of start-up and of the steps, and the mean length in tokens."""
    made = []
    if name == OURS:
        start = cpu_seconds(lambda: made.append(stage.ours(beta)))
        tokens: list[float] = []
        spent = cpu_seconds(lambda: [tokens.append(made[0].step()["tokens"]) for _ in range(steps)])
    else:
        start = cpu_seconds(
            lambda: made.append(
                Peer(stage, folder / "trl", beta=beta, tuned=name == TUNED, steps=steps)
            )
        )
        peer: Peer = made[0]
        start += cpu_seconds(peer.train) - sum(peer.step_seconds)
        spent, tokens = sum(peer.step_seconds), peer.tokens
    return start, spent, sum(tokens) / len(tokens)


def _import_seconds(name: str) -> float:
    """Return the CPU-seconds until a fresh interpreter has imported what a contestant needs."""
    code = f"import time; {_IMPORTS.get(name, _IMPORTS[TUNED])}; print(time.process_time())"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    env = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def _part(
    options: SweepOptions,
    names: Sequence[str],
    steps: dict[str, list[float]],
    starts: dict[str, list[float]],
    imports: dict[str, float],
    tokens: dict[str, list[float]],
) -> Part:
    runs = len(options.betas)
    completions = runs * options.steps * options.completions
    about = {OURS: "float32", TUNED: TUNED_ABOUT, DEFAULTS: DEFAULTS_ABOUT}
    totals = {
        "steps alone": {n: sum(steps[n]) for n in names},
        "with start-up": {n: sum(steps[n]) + sum(starts[n]) for n in names},
        "as scripts": {
            n: sum(steps[n]) + sum(starts[n]) + imports[n] * (1 if n == OURS else runs)
            for n in names
        },
    }
    lengths = {n: sum(tokens[n]) / len(tokens[n]) for n in names}
    rows, ratios = [], []
    for what, total in totals.items():
        for name in names:
            rate = completions / total[name]
            spread = Spread.of([total[name]])
            rows.append(Row(f"{name}, {what}", about[name], spread, rate, lengths[name]))
            if name != OURS:
                value = Spread.of([total[name] / total[OURS]])
                ratios.append(Ratio(f"{name} / our sweep, {what}", value, AIM))
    title = (
        f"{runs} penalties x {options.steps} steps of {options.prompts} x {options.k} completions; "
        f"width {options.width}, {options.layers} layers"
    )
    settings = {**options.model_dump(), "import_cpu_seconds": imports}
    return Part(title, settings, tuple(rows), tuple(ratios), lengths_agree(lengths))
