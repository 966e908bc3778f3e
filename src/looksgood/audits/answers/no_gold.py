"""Why a run has no curve of gold, and what would give it one."""

from looksgood.audits.subjects.subject import Subject


def why_no_gold(subject: Subject) -> str:
    """Return the reason, in words that name the option which helps."""
    rows = subject.rollouts
    if rows is None:
        return "the log has no gold: --map gold=COLUMN says which of its columns is the truth"
    if rows.has("gold"):
        return "no checkpoint has gold for two prompts, and how prompts differ is unknown from one"
    return (
        "no response has gold: name its column (--map gold=COLUMN), give experts' labels of a few "
        "hundred (--expert), or an exact checker (--checker)"
    )
