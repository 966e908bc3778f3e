"""The same output again: to one prompt after another, whatever was asked."""

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.oddities.oddity import ALL, Oddity, latest
from looksgood.audits.rollouts import Rollouts


def repeats(rollouts: Rollouts, place: Int[np.ndarray, " rows"]) -> list[Oddity]:
    """Count empty outputs, the most frequent output, and outputs that several prompts got."""
    kept = rollouts.texts.row
    empty = rollouts.length == 0
    several = given_to_several(rollouts, place) & ~empty
    found = [
        Oddity("empty", "no character, or none was logged", ALL, empty),
        Oddity(
            "one output for several prompts",
            "at the same checkpoint another prompt got exactly this output",
            ALL,
            several,
            latest(rollouts, several[kept]),
        ),
    ]
    last = np.flatnonzero(several & (place == place.max(initial=0)))
    if len(last):
        digests, counts = np.unique(rollouts.digest[last], return_counts=True)
        same = rollouts.digest == digests[counts.argmax()]
        shown = latest(rollouts, same[kept], most=1)
        means = "exactly the output that most prompts got at the last checkpoint"
        found.append(Oddity("the most frequent output", means, ALL, same, shown))
    return found


def given_to_several(
    rollouts: Rollouts, place: Int[np.ndarray, " rows"]
) -> Bool[np.ndarray, " rows"]:
    """Tell of each output whether another prompt got the same at the same checkpoint."""
    several = np.zeros(len(rollouts), bool)
    for checkpoint in np.unique(place):
        rows = np.flatnonzero(place == checkpoint)
        order = rows[np.argsort(rollouts.digest[rows])]
        digest, prompt = rollouts.digest[order], rollouts.prompt[order]
        begins = np.flatnonzero(np.diff(digest, prepend=digest[0] - 1))
        differ = np.minimum.reduceat(prompt, begins) < np.maximum.reduceat(prompt, begins)
        several[order] = np.repeat(differ, np.diff(np.append(begins, len(order))))
    return several
