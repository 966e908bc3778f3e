"""The records that stages hand to each other: prompts, channels, samples, pairs, scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as text; `id` finds its meaning in the world it came from."""

    id: str
    text: str
    family: str


@dataclass(frozen=True, slots=True)
class Document:
    """One prompt with the response some writer gave: what the base is pretrained on."""

    prompt: str
    response: str
    reply: str = ""
    """What a reader wrote under the response, after its end; empty: nobody replied."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Measured traits of responses: one row per response, one named column per trait.

    A trait that a world does not know is 0 everywhere, so a rater built for one world can look
    at another.
    """

    names: tuple[str, ...]
    values: Float[Tensor, "responses channels"]

    def __len__(self) -> int:
        """Count the responses."""
        return len(self.values)

    def __getitem__(self, name: str) -> Float[Tensor, " responses"]:
        """Return one trait's column."""
        if name in self.names:
            return self.values[:, self.names.index(name)]
        return self.values.new_zeros(len(self.values))

    def seen_as(self, **columns: Float[Tensor, " responses"]) -> "Channels":
        """Return the same responses with `columns` replaced (or added): what a rater perceives."""
        values = self.values.clone()
        names = list(self.names)
        for name, column in columns.items():
            if name in names:
                values[:, names.index(name)] = column
            else:
                names.append(name)
                values = torch.cat([values, column[:, None]], dim=1)
        return Channels(tuple(names), values)

    def rows(self, index: Int[Tensor, " rows"]) -> "Channels":
        """Return the chosen responses."""
        return Channels(self.names, self.values[index])

    def weighed(self, weights: Mapping[str, float]) -> Float[Tensor, " responses"]:
        """Return the weighted sum of traits, in points."""
        total = self.values.new_zeros(len(self.values))
        for name, weight in weights.items():
            total = total + weight * self[name]
        return total


@dataclass(frozen=True, slots=True)
class Samples:
    """Responses drawn from a policy: `k` for each prompt, those of one prompt next to each other.

    Prompts are padded on the left, responses on the right; response positions include the
    end-of-text token where one was drawn. `logp` is the log-probability of each drawn token under
    the policy that drew it, in nats (0 at padding).
    """

    prompts: tuple[Prompt, ...]
    texts: tuple[str, ...]
    prompt_ids: Int[Tensor, "prompts prompt_tokens"]
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"]
    ids: Int[Tensor, "responses tokens"]
    mask: Bool[Tensor, "responses tokens"]
    logp: Float[Tensor, "responses tokens"]

    def __len__(self) -> int:
        """Count the responses."""
        return len(self.texts)

    @property
    def k(self) -> int:
        """Responses per prompt."""
        return len(self.texts) // len(self.prompts)

    @property
    def prompt_of(self) -> list[Prompt]:
        """The prompt of each response."""
        return [prompt for prompt in self.prompts for _ in range(self.k)]

    def split(self, prompts: int) -> Iterator["Samples"]:
        """Yield pieces of at most `prompts` prompts each, in order, trimmed to their length."""
        for start in range(0, len(self.prompts), prompts):
            yield self.of_prompts(range(start, min(start + prompts, len(self.prompts))))

    def of_prompts(self, chosen: Sequence[int]) -> "Samples":
        """Return the responses to the chosen prompts."""
        index = torch.tensor([p * self.k + j for p in chosen for j in range(self.k)])
        which = torch.tensor(list(chosen))
        longest = int(self.mask[index].sum(1).max())
        widest = int(self.prompt_mask[which].sum(1).max())
        return replace(
            self,
            prompts=tuple(self.prompts[p] for p in chosen),
            texts=tuple(self.texts[int(i)] for i in index),
            prompt_ids=self.prompt_ids[which, -widest:],
            prompt_mask=self.prompt_mask[which, -widest:],
            ids=self.ids[index, :longest],
            mask=self.mask[index, :longest],
            logp=self.logp[index, :longest],
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two responses to one prompt each, as shown: the order is part of the record."""

    prompts: tuple[Prompt, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.prompts)

    def take(self, index: Sequence[int]) -> "Pairs":
        """Return the chosen pairs."""
        return Pairs(
            tuple(self.prompts[i] for i in index),
            tuple(self.first[i] for i in index),
            tuple(self.second[i] for i in index),
        )


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Pairs with the answers raters gave.

    `choice` is 1 where the first response was chosen, 0 where the second was, ½ for a tie and
    NaN for "can't tell". Ties train a reward model; "can't tell" is kept on disk but never trains.
    """

    pairs: Pairs
    choice: Float[Tensor, " pairs"]

    def __len__(self) -> int:
        """Count the comparisons."""
        return len(self.pairs)

    def take(self, index: Sequence[int]) -> "Comparisons":
        """Return the chosen comparisons."""
        return Comparisons(self.pairs.take(index), self.choice[torch.tensor(list(index)).long()])

    def and_then(self, later: "Comparisons") -> "Comparisons":
        """Return these comparisons followed by `later` ones."""
        one, other = self.pairs, later.pairs
        pairs = Pairs(
            one.prompts + other.prompts, one.first + other.first, one.second + other.second
        )
        return Comparisons(pairs, torch.cat([self.choice, later.choice]))
