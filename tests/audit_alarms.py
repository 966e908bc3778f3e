"""How often an audit alarms: over planted runs, for any sections, all of their tests counted."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from looksgood.audits.answers.fall import fall_test
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.subjects.build import subjects
from looksgood.audits.subjects.subject import Subject
from looksgood.audits.verdict import verdict
from looksgood.core.audit_result import NotMeasured, Section
from looksgood.core.seeds import Seed
from tests.planted_runs import Planted

Draw = Callable[[Seed], Rollouts | ScalarLog]
Asked = Callable[[Subject], Section]


def alarm_rate(sections: Sequence[Asked], draw: Draw, runs: int) -> float:
    """Return the share of `runs` drawn for which the sections' tests, by Holm, raise any alarm."""
    alarms = 0
    for place in range(runs):
        asked = [ask(subject) for subject in subjects(draw(Seed((place,)))) for ask in sections]
        alarms += verdict(asked).level in ("gold_fell", "exploitation")
    return alarms / runs


def only_gold_fall(subject: Subject) -> Section:
    """Return the test of a fall of gold, alone."""
    found = fall_test(subject.curves["gold"], subject.name)
    tests = [] if isinstance(found, NotMeasured) else [found]
    return Section(name="fall", title="Did gold fall?", run=subject.name, tests=tests)


def rows_of(planted: Planted) -> Draw:
    """Return draws of a planted run."""
    return lambda seed: planted.rollouts(seed.child(repr(planted)))


def log_of(
    course: np.ndarray, points_each: int = 1, follows: float = 0.0, errors: bool = False
) -> Draw:
    """Return draws of a log of gold: its course, each point so many times, and noise of sd 1.

    Noise follows its predecessor with correlation `follows`.
    """
    course = np.repeat(course, points_each)

    def draw(seed: Seed) -> ScalarLog:
        noise = seed.child("log", len(course), str(follows)).numpy().standard_normal(len(course))
        for place in range(1, len(noise)):
            own = math.sqrt(1 - follows**2) * noise[place]
            noise[place] = follows * noise[place - 1] + own
        return ScalarLog(
            runs=("log",),
            run=np.zeros(len(course), dtype=int),
            step=np.arange(len(course), dtype=float),
            kl=np.full(len(course), np.nan),
            scores={"gold": course + noise},
            errors={"gold": np.ones(len(course))} if errors else {},
        )

    return draw


def at_most(rate: float, runs: int) -> float:
    """Return the largest share that a true `rate` explains: three standard errors above it."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / runs)
