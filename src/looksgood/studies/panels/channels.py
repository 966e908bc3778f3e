"""What the channels are called that tell what a panel of raters thinks of responses."""

GOOD = "good"
"""The channel that is 1 where a response is worth more than an empty page, else 0."""


def score_of(name: str) -> str:
    """Return the channel of a panel member's score, in their own base sd, base mean 0."""
    return f"{name}.score"


def approved_by(name: str) -> str:
    """Return the channel of the probability that a panel member approves."""
    return f"{name}.approved"


def wrongly_approved_by(name: str) -> str:
    """Return the channel of the probability of that where the response is not good, else 0."""
    return f"{name}.wrongly_approved"


def misjudged_by(name: str) -> str:
    """Return the channel that is 1 where a panel member's score is not gold, in points, else 0."""
    return f"{name}.misjudged"
