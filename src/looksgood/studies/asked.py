"""Claims about curves that are read in one piece, each with what the data must hold to say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

from looksgood.core.errors import TooFew
from looksgood.measures.resample import Resampled
from looksgood.runs import RunFolder
from looksgood.studies.findings import Claim, Finding, Statistic


@runtime_checkable
class Curves(Protocol):
    """What claims read: every curve of a run, resampled together."""

    @property
    def columns(self) -> Resampled:
        """The curves, as measured and under each resampling."""
        ...

    def lacks(self, need: Any) -> str:
        """Say what of `need` the run does not hold; "" where it is there."""
        ...


@dataclass(frozen=True)
class Asked:
    """A claim, what of a run it needs, and what is said beside it once that is there."""

    claim: Claim
    needs: Sequence[Any]
    beside: Callable[[Finding, Any], str] | None = None


def asked_by_interval(
    name: str,
    statement: str,
    statistic: Statistic,
    criterion: str,
    needs: Sequence[Any],
    beside: Callable[[Any], str] | None = None,
    **ends: Any,
) -> Asked:
    """Return a claim that asks for no column by name, its criterion met by its interval.

    `beside` says more of the curves; `ends` are those of the criterion, and its `controls`.
    """
    criterion = f"{criterion}, by the interval"
    claim = Claim(name, statement, statistic, criterion, needs=(), **ends)
    return Asked(claim, needs, beside and (lambda _, curves: beside(curves)))


def hold(
    study: str,
    read: Callable[[], Curves],
    claims: Callable[[Any], Iterable[Asked]],
) -> list[dict[str, Any]]:
    """Hold every claim against what `read` returns.

    `claims` makes them from the curves that their statistics read; where `read` raises TooFew it is
    given None, and no statistic is asked for.
    """
    curves, reason = None, ""
    try:
        curves = read()
    except TooFew as error:
        reason = str(error)
    return [_find(study, asked, curves, reason).as_row() for asked in claims(curves)]


@dataclass(frozen=True)
class ClaimsOfRows:
    """The claims of a study about rows of its tables: what `Study` names, in one piece."""

    read: Callable[[list[dict[str, Any]], Any], Curves]
    """Reads the curves from rows and the study's spec; raises TooFew where they cannot say."""
    claims: Callable[[Any, Any], Iterable[Asked]]
    """Makes the claims from the curves, or None, and the spec."""

    def of_run(self, study: str, run: RunFolder, spec: Any) -> list[dict[str, Any]]:
        """Hold every claim against the per-prompt rows of a run: a study's `findings`."""
        return self.of_rows(study, run.prompts().to_pylist(), spec)

    def of_rows(
        self, study: str, rows: Iterable[dict[str, Any]], spec: Any = None
    ) -> list[dict[str, Any]]:
        """Hold every claim against rows."""
        rows = list(rows)
        return hold(study, lambda: self.read(rows, spec), lambda curves: self.claims(curves, spec))

    def names(self, spec: Any, arms: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the findings, in their order: a study's `statistics`."""
        del arms
        return tuple(asked.claim.name for asked in self.claims(None, spec))


def _find(study: str, asked: Asked, curves: Curves | None, reason: str) -> Finding:
    if curves is None:
        return asked.claim.find(study, None, reason)
    missing = next(filter(None, map(curves.lacks, asked.needs)), "")
    if missing:
        return asked.claim.find(study, None, missing)
    try:
        finding = asked.claim.find(study, curves.columns)
    except TooFew as error:
        return asked.claim.find(study, None, str(error))
    if asked.beside is None:
        return finding
    said = [finding.controls, asked.beside(finding, curves)]
    return replace(finding, controls="; ".join(filter(None, said)))
