"""Which of several scores tells right from wrong best? Their AUROCs side by side."""

from collections.abc import Sequence

from looksgood.audits.answers.shown import limits
from looksgood.audits.measured.auroc import auroc
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured, Section, Table
from looksgood.core.errors import TooFew
from looksgood.core.in_words import with_limits

TITLE = "Which score tells right from wrong best?"


def discrimination_of_runs(subjects: Sequence[Subject], score: str = "proxy") -> Section:
    """Return the AUROC within prompts of each run's score at its last checkpoint, best first.

    For tables in which a run is a reward model that marked the same solutions as others.
    """
    rows: list[tuple[str, int, int, float, float | None, float | None]] = []
    gaps: list[NotMeasured] = []
    for subject in subjects:
        try:
            found = auroc(subject, score)
            low, high = limits(found.curve, within=(0, 1))
        except TooFew as error:
            what = f"how well {score} tells right from wrong within a prompt"
            gaps.append(NotMeasured(what, str(error), subject.name))
            continue
        last = found.cells.checkpoint == len(found.cells.x) - 1
        pairs = int(found.cells["pairs"][last].sum())
        ends = (float(found.curve.mean[-1]), low[-1], high[-1])
        rows.append((subject.name, int(last.sum()), pairs, *ends))
    rows.sort(key=lambda row: -row[3])
    says = [f"{row[0]}: {with_limits(*row[3:])}." for row in (rows[:1] + rows[-1:])]
    table = Table(
        columns=("run", "prompts", "pairs", "AUROC", "low", "high"),
        rows=list(rows),
        caption=f"How often {score} puts the better of two responses to a prompt first (AUROC; "
        "ties count one half, and one half is chance). Limits at 95 %, each by itself: the value "
        "of the best of many is flattered.",
    )
    return Section(
        name="discrimination_of_runs",
        title=TITLE,
        says=["AUROC within prompts, the best and the worst.", *says] if len(rows) > 1 else says,
        tables=[table] if rows else [],
        not_measured=gaps,
    )
