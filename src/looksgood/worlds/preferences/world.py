"""Comparisons as a World: prompts and both sides' responses, and no gold."""

from collections.abc import Mapping, Sequence

import torch

from looksgood.core.errors import DataError
from looksgood.core.records import Channels, Comparisons, Document, Prompt
from looksgood.core.seeds import Seed
from looksgood.worlds.preferences.spec import PreferencesWorldSpec
from looksgood.worlds.surface import cut, repetition

CHANNELS = ("words", "repetition")


class PreferencesWorld:
    """A world whose truth nobody knows: `weights` is empty and gold is null, never zero."""

    name = "preferences"
    has_gold = False

    def __init__(self, spec: PreferencesWorldSpec, comparisons: Comparisons) -> None:
        """Hold the comparisons.

        Raises:
            DataError: there are none.
        """
        if not len(comparisons):
            raise DataError(f"{spec.path}: holds no comparisons")
        self.spec = spec
        self.weights: Mapping[str, float] = {}
        self.response_tokens = spec.response_tokens
        self._comparisons = comparisons
        self._prompts = tuple({p.id: p for p in comparisons.pairs.prompts}.values())

    def comparisons(self) -> Comparisons:
        """Return the file's comparisons, unshortened, in its order."""
        return self._comparisons

    def corpus(self, seed: Seed) -> list[Document]:
        """Return both sides of every comparison once, in an order drawn from the seed.

        Responses are cut to `response_tokens` − 1 words; a policy's tokenizer may cut further.
        """
        pairs = self._comparisons.pairs
        documents = [
            Document(prompt.text, cut(response, self.response_tokens - 1))
            for side in (pairs.first, pairs.second)
            for prompt, response in zip(pairs.prompts, side, strict=True)
        ]
        return [documents[i] for i in seed.numpy().permutation(len(documents))]

    def prompts(self, count: int, seed: Seed) -> list[Prompt]:
        """Draw the file's prompts, each equally likely, with replacement."""
        drawn = seed.numpy().integers(len(self._prompts), size=count)
        return [self._prompts[i] for i in drawn]

    def channels(self, prompts: Sequence[Prompt], responses: Sequence[str]) -> Channels:
        """Return what shows on the surface: words and repetition. What is true is not known."""
        rows = [
            (float(len(response.split())), repetition(response.split()))
            for _, response in zip(prompts, responses, strict=True)
        ]
        return Channels(CHANNELS, torch.tensor(rows).reshape(-1, len(CHANNELS)))
