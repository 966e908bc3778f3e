"""What are the raters' answers worth? Agreement, errors against the truth, and what sways them."""

from looksgood.audits.raters.agreement import agreement
from looksgood.audits.raters.effects import confidence, length
from looksgood.audits.raters.position import position
from looksgood.audits.raters.truth import against_truth
from looksgood.audits.raters.votes import Votes
from looksgood.core.audit_result import Section


def raters(votes: Votes, run: str = "") -> Section:
    """Return what several raters' votes say of the raters; it needs no run and never alarms.

    What experts or a check say comes first, where there is any: agreement is not accuracy.
    """
    parts = [against_truth(votes), agreement(votes)]
    if votes.kind == "choice":
        parts.append(position(votes))
    parts += [length(votes), confidence(votes)]
    return Section(
        name="raters",
        title="What are the raters' answers worth?",
        run=run,
        says=[line for part in parts for line in part.says],
        tests=[test for part in parts for test in part.tests],
        tables=[table for part in parts for table in part.tables],
        not_measured=[gap for part in parts for gap in part.not_measured],
    )
