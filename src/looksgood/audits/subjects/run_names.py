"""What runs are called where they are shown: their names come from files, and may be anything."""

from collections import Counter
from collections.abc import Sequence

from looksgood.core.visible import shortened

LONGEST = 120
"""Characters."""


def run_names(runs: Sequence[str]) -> list[str]:
    """Return a name for each run that prints, is short, and is no other run's."""
    shown = [shortened(name, LONGEST) for name in runs]
    alike = {name for name, count in Counter(shown).items() if count > 1}
    return [f"{name} (run {i + 1})" if name in alike else name for i, name in enumerate(shown)]
