"""Side-by-side benchmarks: our loop against TRL's, in one process, on one thread.

In: options. Out: a report with a table, a JSON and a `check()`. Nothing heavy is imported here.
"""

BENCHES: dict[str, str] = {
    "step": "looksgood.bench.step:run",
    "sweep": "looksgood.bench.sweep:run",
}
"""Name of each benchmark, and the function that takes its options and returns its report."""

OPTIONS: dict[str, str] = {
    "step": "looksgood.bench.options:StepOptions",
    "sweep": "looksgood.bench.options:SweepOptions",
}
"""The options (a Spec) that each benchmark takes."""

ABOUT: dict[str, str] = {
    "step": "one RLOO step against TRL's RLOOTrainer and against its own matrix products",
    "sweep": "a sweep over KL penalties against as many TRL runs, start-up included",
}
"""What each benchmark measures, in one line."""
