"""What are the raters' answers worth? Agreement, errors against the truth, and what sways them."""

from looksgood.audits.experts.votes import Votes
from looksgood.audits.sections.rater_agreement import agreement
from looksgood.audits.sections.rater_effects import confidence, length
from looksgood.audits.sections.rater_position import position
from looksgood.audits.sections.rater_truth import against_truth
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
