"""What an audit says: tests with stated error rates, a verdict, and sections that explain it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["no_sign", "exploitation", "gold_fell", "cannot_say"]
"""Of a verdict.

gold_fell     the truth fell at some later checkpoint, by a test
exploitation  no such fall, but a test says that scores count for less than they did
no_sign       the tests were made and none says so: absence of evidence, with what they could notice
cannot_say    no test could be made
"""

Speaks = Literal["gold_fell", "exploitation"]
"""A level that a test can argue for."""

ALPHA = 0.05
"""Probability that an audit of runs in which nothing is wrong alarms; and of each test, by itself,
that it rejects."""

Row = tuple[str | float | int | None, ...]
"""Of a table; None is what is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One question put to the data, its answer and how often it errs."""

    __test__ = False  # no test of pytest's

    name: str
    """Stable, for programs: `gold_fall`."""
    statement: str
    """What it asks, and what is true if it rejects, as a clause with the estimate's unit.

    It goes after "it asks whether": "gold fell from a checkpoint to a later one, in its points".
    """
    run: str = ""
    estimate: float | None
    low: float | None
    high: float | None
    """Limits at 95 %, simultaneous over the checkpoints that were looked at."""
    p: float | None
    """One-sided, with all checkpoints looked at counted."""
    speaks_to: Speaks | None = None
    """What level it argues for where it rejects; None: it describes and never alarms."""
    at: tuple[float, float] | None = None
    """The two steps compared, earlier first; twice the same where it looks at one by itself."""
    detectable: float | None = None
    """What it would have noticed with 80 %, in the estimate's unit, where that is known."""
    decides: bool = False
    """It rejected, all tests of the audit counted (Holm at `ALPHA`): the verdict rests on it."""

    @property
    def rejects(self) -> bool:
        """By itself: a sentence may say so, and no alarm rests on it."""
        return self.p is not None and self.p <= ALPHA


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """What the data could not say, and why."""

    what: str
    why: str
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to print: text and numbers, in the order of `columns`. Text in it is not trusted."""

    columns: tuple[str, ...]
    rows: list[Row]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A line with its interval, to draw: y over x, and low and high where they are known."""

    label: str
    x: list[float]
    y: list[float | None]
    low: list[float | None] = field(default_factory=list)
    high: list[float | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as data: lines over one axis."""

    name: str
    """A file name without its ending."""
    title: str
    x_label: str
    y_label: str
    lines: list[Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question about one run (or about all, where `run` is empty), and its answer."""

    name: str
    title: str
    """The question, as a user would ask it."""
    run: str = ""
    says: list[str] = field(default_factory=list)
    """The answer, in sentences; the first is what matters most. Numbers come with intervals."""
    tests: list[Test] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    not_measured: list[NotMeasured] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the audit says in all."""

    level: Level
    says: list[str]
    """One paragraph in plain words, sentence by sentence."""
    would_change: dict[str, str]
    """For each other level: what would have to be seen for it."""
    runs: dict[str, Level]
    tests: list[Test]
    not_measured: list[NotMeasured]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data: verdict.json."""
        return asdict(self)
