"""What are the raters' answers worth? Errors against the truth, agreement, and what sways them."""

from looksgood.audits.raters.agreement import agreement
from looksgood.audits.raters.effects import confidence, length
from looksgood.audits.raters.position import position
from looksgood.audits.raters.truth import against_truth
from looksgood.audits.raters.votes import Votes
from looksgood.core.audit_result import Section


def raters(votes: Votes) -> list[Section]:
    """Return what several raters' votes say of the raters; it needs no run and never alarms.

    What experts or a check say comes first: agreement is not accuracy.
    """
    parts = [against_truth(votes), agreement(votes)]
    if votes.kind == "choice":
        parts.append(position(votes))
    return [*parts, length(votes), confidence(votes)]
