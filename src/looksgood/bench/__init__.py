"""Benchmarks: our loop against TRL's, our simulation against gymnasium's, the page under load.

In: options. Out: a report with a table, a JSON and a `check()`. Nothing heavy is imported here.
"""

BENCHES: dict[str, str] = {
    "step": "looksgood.bench.step:run",
    "sweep": "looksgood.bench.sweep:run",
    "sim": "looksgood.bench.sim:run",
    "rate": "looksgood.bench.rate:run",
}
"""Name of each benchmark, and the function that takes its options and returns its report."""

OPTIONS: dict[str, str] = {
    "step": "looksgood.bench.options:StepOptions",
    "sweep": "looksgood.bench.options:SweepOptions",
    "sim": "looksgood.bench.options:SimOptions",
    "rate": "looksgood.bench.options:RateOptions",
}
"""The options (a Spec) that each benchmark takes."""

ABOUT: dict[str, str] = {
    "step": "one RLOO step against TRL's RLOOTrainer and against its own matrix products",
    "sweep": "a sweep over KL penalties against as many TRL runs, start-up included",
    "sim": "64 hands at once against gymnasium's vector environments, in physics steps a second",
    "rate": "50 people at the rating page at once: how long they wait, and that no vote is lost",
}
"""What each benchmark measures, in one line."""
