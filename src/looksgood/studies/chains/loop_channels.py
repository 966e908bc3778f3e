"""What the columns are called that tell of design-loop's failures and audits."""

UNAUDITED = "channel.unaudited"
"""1 at prompts of the families at which no audit looks (but that of the control), else 0."""
LABELS = "channel.audit_labels"
"""Answers that audits have cost so far."""
ALL = "channel.failures"
"""The points that a response costs the asker: what is good in it is not set against them."""


def legible_to(name: str) -> str:
    """Return the column of what failures cost that a rater of the panel sees, in points."""
    return f"channel.{name}.legible_failures"


def illegible_to(name: str) -> str:
    """Return the column of what they cost that the rater does not see, in points."""
    return f"channel.{name}.illegible_failures"
