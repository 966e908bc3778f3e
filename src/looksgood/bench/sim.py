"""Physics of `grasp` at many hands: ours through mujoco.rollout, gymnasium's vector environments.

Every contestant plays the same actions from the same starts, in rounds: a slow moment of the
machine slows all of them. One thread meets SyncVectorEnv; two meet AsyncVectorEnv.
"""

import dataclasses
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from looksgood.bench.options import SimOptions
from looksgood.bench.timing import Spread, ratio
from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.seeds import Seed
from looksgood.runs.machine import machine, packages

AIM = 5.0
PHYSICS_STEPS = 5
OURS, SYNC, ASYNC = "looksgood", "SyncVectorEnv", "AsyncVectorEnv"
SAME = 0.01
"""How far the last observations may lie apart in the median, in their own units (about 1)."""

NOTES = (
    "the same scene, starts and actions for all; observations are made, rewards and pictures not; "
    "going back to the start is counted, making scenes and processes before is not; ratios are "
    "medians of ratios within a round",
    "gymnasium: a small environment around mj_step(nstep=5), autoreset off; AsyncVectorEnv has one "
    "process for each hand and shares memory, its CPU-seconds are those of all processes",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant: how long a round took, and physics steps of all hands per second."""

    name: str
    wall_seconds: Spread
    cpu_seconds: Spread
    steps_per_wall_second: float
    steps_per_cpu_second: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long the peer took."""

    name: str
    wall: Spread
    cpu: Spread
    aim: float = AIM

    @property
    def met(self) -> bool:
        """Whether the median of CPU times reaches the aim; a busy machine bends the other clock."""
        return self.cpu.median >= self.aim


@dataclass(frozen=True, slots=True)
class SimReport:
    """What was measured. `apart` says how far the last observations lie apart, in the median."""

    settings: dict[str, Any]
    rows: tuple[Row, ...]
    ratios: tuple[Ratio, ...]
    apart: float

    def check(self) -> None:
        """Refuse a comparison that is none.

        Raises:
            LooksgoodError: the contestants did not simulate the same.
        """
        if not self.apart <= SAME:
            raise LooksgoodError(f"observations end {self.apart:.3g} apart: no comparison")

    def as_json(self) -> str:
        """Return all of it, with machine and versions."""
        ratios = [{**dataclasses.asdict(ratio), "met": ratio.met} for ratio in self.ratios]
        return json.dumps(
            {
                "benchmark": "sim",
                "settings": self.settings,
                "rows": [dataclasses.asdict(row) for row in self.rows],
                "ratios": ratios,
                "apart": self.apart,
                "notes": list(NOTES),
                "machine": machine(),
                "packages": {**packages(), "mujoco": version("mujoco")},
            },
            indent=2,
        )

    def as_table(self) -> str:
        """Return the rows and ratios as text."""
        lines = [f"{self.settings['hands']} hands x {self.settings['actions']} actions"]
        head = ("", "steps/s", "steps/CPU-s", "seconds: median (range)", "CPU-seconds")
        table = [head] + [
            (
                row.name,
                f"{row.steps_per_wall_second:,.0f}",
                f"{row.steps_per_cpu_second:,.0f}",
                str(row.wall_seconds),
                str(row.cpu_seconds),
            )
            for row in self.rows
        ]
        widths = [max(len(line[i]) for line in table) for i in range(len(head))]
        for line in table:
            cells = (cell.ljust(w) for cell, w in zip(line, widths, strict=True))
            lines.append(("  " + "  ".join(cells)).rstrip())
        for found in self.ratios:
            verdict = "met" if found.met else "missed"
            lines.append(
                f"  {found.name}: CPU {found.cpu}; aim {found.aim:g}: {verdict}; "
                f"wall clock {found.wall}"
            )
        made = machine()
        lines += ["", *(f"- {note}" for note in NOTES)]
        lines += [
            f"- {made['processor']}, {made['cores']} cores; mujoco {version('mujoco')}, "
            f"gymnasium {version('gymnasium')}"
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Contestant:
    """Plays all actions from the start and returns the last observations."""

    play: Callable[[], np.ndarray]
    cpu_seconds: Callable[[], float] = time.process_time
    close: Callable[[], None] = lambda: None


def run(options: SimOptions) -> SimReport:
    """Measure.

    Raises:
        ConfigError: the extra `control` is missing.
    """
    if find_spec("mujoco") is None or find_spec("gymnasium") is None:
        raise ConfigError("bench sim needs the extra control: pip install 'looksgood[control]'")
    contestants = _contestants(options, Seed(("bench", "sim", options.seed)))
    wall: dict[str, list[float]] = {name: [] for name in contestants}
    cpu: dict[str, list[float]] = {name: [] for name in contestants}
    ends: dict[str, np.ndarray] = {}
    try:
        for number in range(1 + options.rounds):
            for name, one in contestants.items():
                before, start = one.cpu_seconds(), time.perf_counter()
                ends[name] = one.play()
                took, used = time.perf_counter() - start, one.cpu_seconds() - before
                if number:  # the first round warms up
                    wall[name].append(took)
                    cpu[name].append(used)
    finally:
        for one in contestants.values():
            one.close()
    return _report(options, wall, cpu, ends)


def _contestants(options: SimOptions, seed: Seed) -> dict[str, Contestant]:
    from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

    from looksgood.bench.sim_peer import GraspEnv
    from looksgood.worlds.grasp.spec import GraspSpec

    world = GraspSpec().build(seed)
    size = (options.actions, options.hands, world.motors)
    actions = seed.child("actions").numpy().uniform(-1, 1, size)
    starts = world.start(options.hands, seed.child("starts")).states

    def ours(threads: int) -> np.ndarray:
        simulation = world.start(options.hands, seed.child("starts"), threads)
        for action in actions:
            simulation.step(action)
        return simulation.observations

    def theirs(envs: Any) -> np.ndarray:
        seen, _ = envs.reset()
        for action in actions:
            seen, *_ = envs.step(action)
        return seen

    made = [partial(GraspEnv, state) for state in starts]
    one = SyncVectorEnv(made, autoreset_mode=AutoresetMode.DISABLED)
    found = {
        f"{OURS}, 1 thread": Contestant(partial(ours, 1)),
        f"{SYNC}, 1 thread": Contestant(partial(theirs, one), close=one.close),
    }
    if options.processes:
        many = AsyncVectorEnv(made, autoreset_mode=AutoresetMode.DISABLED)

        def all_processes() -> float:
            return time.process_time() + sum(many.call("cpu_seconds"))

        found[f"{OURS}, {options.threads} threads"] = Contestant(partial(ours, options.threads))
        found[f"{ASYNC}, {options.hands} processes"] = Contestant(
            partial(theirs, many), all_processes, many.close
        )
    return found


def _report(
    options: SimOptions,
    wall: dict[str, list[float]],
    cpu: dict[str, list[float]],
    ends: dict[str, np.ndarray],
) -> SimReport:
    steps = options.hands * options.actions * PHYSICS_STEPS
    rows = []
    for name in wall:
        seconds, used = Spread.of(wall[name]), Spread.of(cpu[name])
        rows.append(Row(name, seconds, used, steps / seconds.median, steps / used.median))
    names = list(wall)
    ratios = tuple(
        Ratio(f"{peer} / {ours}", ratio(wall[peer], wall[ours]), ratio(cpu[peer], cpu[ours]))
        for ours, peer in zip(names[::2], names[1::2], strict=True)
    )
    first = ends[names[0]]
    apart = max(float(np.median(abs(end - first).max(1))) for end in ends.values())
    return SimReport(options.model_dump(), tuple(rows), ratios, apart)
