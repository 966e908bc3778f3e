"""What an audit holds in memory of its rows: numbers for all, texts for a sample of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, slots=True)
class Texts:
    """A sample of the responses as text, drawn while they streamed by.

    Of rows without a label it is uniform; of those with one it has all, where they are few.
    """

    row: Int[np.ndarray, " kept"]
    """Which row each is of, ascending."""
    prompts: Sequence[str]
    completions: Sequence[str]

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Rollouts:
    """Responses as columns: 70 bytes a row, so that ten million fit in a gigabyte.

    A score that is missing, or not finite in the file, is NaN.
    """

    runs: tuple[str, ...]
    run: Int[np.ndarray, " rows"]
    """Its place in `runs`."""
    step: Int[np.ndarray, " rows"]
    prompt: Int[np.ndarray, " rows"]
    """Equal numbers, equal prompts (but for white space), from 0."""
    proxy: Float[np.ndarray, " rows"]
    rater: Float[np.ndarray, " rows"]
    gold: Float[np.ndarray, " rows"]
    kl: Float[np.ndarray, " rows"]
    """logp − logp_base where both are there (k1, nats per sequence); else as the log states it."""
    length: Int[np.ndarray, " rows"]
    """Of the completion, in characters; 0 where none was written."""
    digest: Int[np.ndarray, " rows"]
    """Equal completions have equal digests (64 bits)."""
    texts: Texts
    prompt_key: Int[np.ndarray, " prompts"] | None = None
    """Of each prompt, by its number in `prompt`: what its text comes to in `fingerprints`."""
    label_probability: Float[np.ndarray, " rows"] | None = None
    """With which the row was chosen for the label that is its gold; NaN: as likely as any other."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.run)

    def score(self, name: str) -> Float[np.ndarray, " rows"]:
        """Return the column `name`: proxy, rater, gold or kl."""
        return getattr(self, name)

    def has(self, name: str) -> bool:
        """Tell whether any row has the score."""
        return bool(np.isfinite(self.score(name)).any())

    def where(self, chosen: Bool[np.ndarray, " rows"]) -> "Rollouts":
        """Return the rows chosen, with the texts that are theirs."""
        columns = ("run", "step", "prompt", "proxy", "rater", "gold", "kl", "length", "digest")
        places = np.cumsum(chosen) - 1
        kept = np.flatnonzero(chosen[self.texts.row])
        texts = Texts(
            places[self.texts.row[kept]],
            [self.texts.prompts[i] for i in kept.tolist()],
            [self.texts.completions[i] for i in kept.tolist()],
        )
        if self.label_probability is not None:
            columns += ("label_probability",)
        parts = {name: getattr(self, name)[chosen] for name in columns}
        return replace(self, **parts, texts=texts)
