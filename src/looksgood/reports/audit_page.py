"""The page of an audit: the verdict first, then each question with its answer.

It shows what a model wrote and what a stranger's files hold, so nothing in it is trusted: see
`page`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.core.audit_result import Section, Test, Verdict
from looksgood.core.gaps import by_reason
from looksgood.core.in_words import interval, number, p_value
from looksgood.reports.audit_cut import MOST_GAPS, by_gravity, of_runs, runs_in_full, tests_shown
from looksgood.reports.audit_figures import draw_audit
from looksgood.reports.audit_words import LEVELS, heading
from looksgood.reports.page import inline_svg, rendered
from looksgood.reports.wording import flat
from looksgood.runs import write_atomically

Row = Mapping[str, Any]


def render_audit(
    folder: Path, verdict: Verdict, sections: Sequence[Section], made_with: Mapping[str, Any]
) -> Path:
    """Write figures/ and report.html into `folder`; return the page.

    Raises:
        LooksgoodError: the disk is full; a former page stays.
    """
    runs = runs_in_full(verdict)
    sections = of_runs(sections, runs)
    figures = draw_audit(folder / "figures", sections)
    asked = [test for test in verdict.tests if test.speaks_to]
    described = [
        test for test in verdict.tests if not test.speaks_to and (not test.run or test.run in runs)
    ]
    gaps = by_reason(verdict.not_measured)
    page = folder / "report.html"
    values = {
        "level": verdict.level,
        "heading": heading(verdict),
        "says": verdict.says,
        "would_change": [(LEVELS[name], why) for name, why in verdict.would_change.items()],
        "runs": [(name, LEVELS[verdict.runs[name]]) for name in _listed(verdict, runs)],
        "in_full": len(runs),
        "tests": [_test(test) for test in tests_shown(asked)],
        "tests_in_all": len(asked),
        "described": [_test(test) for test in described],
        "not_measured": [
            {"what": "; ".join(whats), "why": why, "runs": of}
            for whats, why, of in gaps[:MOST_GAPS]
        ],
        "gaps_in_all": len(gaps),
        "groups": _groups(sections, figures),
        "notes": made_with.get("notes", []),
        "made_with": flat({k: v for k, v in made_with.items() if k not in ("notes", "study")}),
    }
    text = rendered("audit.html", values, scripts=())
    write_atomically(page, text.encode("utf-8", "replace"))
    return page


def _test(test: Test) -> dict[str, str]:
    return {
        "name": test.name,
        "statement": test.statement,
        "run": test.run,
        "estimate": number(test.estimate),
        "interval": interval(test.low, test.high),
        "p": p_value(test.p),
        "at": _at(test.at),
        "noticed": "" if test.detectable is None else number(test.detectable),
        "speaks_to": LEVELS[test.speaks_to] if test.speaks_to else "nothing: it describes",
        "decides": "yes" if test.decides else "no",
    }


def _at(steps: tuple[float, float] | None) -> str:
    """Return the steps compared; one alone where a test looks at one."""
    return "" if steps is None else " → ".join(dict.fromkeys(map(number, steps)))


def _listed(verdict: Verdict, in_full: Sequence[str]) -> Sequence[str]:
    """Return the runs in their order; of more than are shown in full the gravest first."""
    return in_full if len(in_full) == len(verdict.runs) else by_gravity(verdict)


def _groups(
    sections: Sequence[Section], figures: Mapping[tuple[int, str], Path]
) -> list[dict[str, Any]]:
    """Return the sections that answer anything by run, in the order they came."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for place, section in enumerate(sections):
        if not (section.says or section.tables or section.figures):
            continue  # what it could not measure stands with the rest
        shown = {
            "title": section.title,
            "says": section.says,
            "tables": [
                {
                    "caption": table.caption,
                    "columns": table.columns,
                    "rows": [[_cell(value) for value in row] for row in table.rows],
                }
                for table in section.tables
            ],
            "figures": [
                {"svg": inline_svg(path), "file": path.stem}
                for figure in section.figures
                if (path := figures.get((place, figure.name))) is not None
            ],
        }
        groups.setdefault(section.run, []).append(shown)
    return [{"run": run, "sections": found} for run, found in groups.items()]


def _cell(value: Any) -> str:
    return "–" if value is None else number(value)
