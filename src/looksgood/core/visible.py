"""Text of others as it may be shown: nothing in it acts on a terminal, turns or hides."""

from collections.abc import Sequence


def visible(text: str) -> str:
    r"""Return the text with each character that does not print written out, as \n or \u202e."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def shortened(text: str, most: int) -> str:
    """Return the text made visible, cut to about `most` characters with its end kept."""
    shown = visible(text)
    if len(shown) <= most:
        return shown
    tail = most // 3
    return f"{shown[: most - tail]}…{shown[-tail:]}"


def listed(names: Sequence[str], most: int = 20) -> str:
    """Return names side by side, each made visible and short; of many the first, and how many."""
    shown = [shortened(name, 60) for name in names[:most]]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(shown)}{more}" if shown else "none"
