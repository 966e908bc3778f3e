"""The responses whose text is kept, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.rollouts import Rollouts, Texts
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed

FEWEST_PROMPTS = 10
MOST_TEXTS = 50_000
"""Counted, at most: more texts would show smaller effects, not other ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts of a run, where along it each was said, and what it scored (NaN: not known)."""

    texts: Sequence[str]
    row: Int[np.ndarray, " texts"]
    """Which row of the run each is of."""
    steps: Float[np.ndarray, " checkpoints"]
    place: Int[np.ndarray, " texts"]
    """Which checkpoint."""
    prompt: Int[np.ndarray, " texts"]
    length: Int[np.ndarray, " texts"]
    """In characters."""
    proxy: Float[np.ndarray, " texts"]
    rater: Float[np.ndarray, " texts"]
    gold: Float[np.ndarray, " texts"]

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.texts)

    @property
    def along(self) -> Float[np.ndarray, " texts"]:
        """How far along the run: 0 at the first checkpoint, 1 at the last.

        By rank, not by step: checkpoints at 1, 2, 4, … 1024 count alike.
        """
        return self.place / (len(self.steps) - 1)

    @classmethod
    def of(cls, subject: Subject) -> "Sample":
        """Return the sample of a run.

        Raises:
            TooFew: there are no texts, one checkpoint, or too few prompts to tell them apart.
        """
        rows, checkpoints = subject.rows()
        if not any(rows.texts.completions):
            raise TooFew("the data have no texts of responses")
        if len(checkpoints) < 2:
            raise TooFew("there is one checkpoint: nothing can have changed")
        rows = fewer_texts(rows)
        kept = rows.texts.row
        prompts = len(np.unique(rows.prompt[kept]))
        if prompts < FEWEST_PROMPTS:
            raise TooFew(f"{prompts} prompts: at least {FEWEST_PROMPTS} tell chance from change")
        scores = (rows.score(name)[kept] for name in ("proxy", "rater", "gold"))
        return cls(
            rows.texts.completions,
            kept,
            checkpoints.step,
            checkpoints.place[kept],
            rows.prompt[kept],
            rows.length[kept],
            *scores,
        )


def fewer_texts(rows: Rollouts) -> Rollouts:
    """Return the run with at most `MOST_TEXTS` of its texts.

    They are chosen at random; where labels are few, all texts that have one are among them.
    """
    texts = rows.texts
    rank = Seed(("traits", "texts")).numpy().random(len(texts))
    labelled = np.isfinite(rows.gold[texts.row])
    if labelled.sum() <= MOST_TEXTS // 2:
        rank[labelled] = 0
    chosen = np.sort(np.argsort(rank, kind="stable")[:MOST_TEXTS])
    prompts, completions = (
        [each[int(place)] for place in chosen] for each in (texts.prompts, texts.completions)
    )
    return replace(rows, texts=Texts(texts.row[chosen], prompts, completions))
