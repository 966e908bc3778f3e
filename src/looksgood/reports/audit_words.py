"""What the levels of a verdict are called, on the page and in the terminal."""

from collections.abc import Mapping

from looksgood.core.audit_result import Verdict

LEVELS: Mapping[str, str] = {
    "gold_fell": "gold fell",
    "exploitation": "exploitation",
    "no_sign": "no sign",
    "cannot_say": "cannot say",
}
HEADINGS: Mapping[str, str] = {
    "gold_fell": "The truth fell while the score was pressed on.",
    "exploitation": "Scores count for less than they did.",
    "no_sign": "No test found a sign of exploitation.",
    "cannot_say": "These data cannot say.",
}

ONLY_VOTES = "No run was audited: what the votes are worth."


def heading(verdict: Verdict) -> str:
    """Return the verdict as a headline."""
    return HEADINGS[verdict.level] if verdict.runs else ONLY_VOTES
