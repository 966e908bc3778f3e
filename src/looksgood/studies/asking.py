"""Who is asked about pairs of texts: a simulated rater, or people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Int
from torch import Tensor

from looksgood.core.protocols import Rater, World
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.preferences.labels import draw_labels
from looksgood.preferences.spec import PreferencesSpec
from looksgood.raters.people_spec import PeopleSpec
from looksgood.rating.campaign import CampaignSpec
from looksgood.runs.worker import Emit

QUESTION = CampaignSpec.model_fields["question"].default


@runtime_checkable
class Asker(Protocol):
    """Whoever answers: pairs in, comparisons out, one for each answer that was given."""

    def ask(self, pairs: Pairs, name: str, seed: Seed) -> Comparisons:
        """Return the answers; `name` is what people who look at the campaign see of the batch."""
        ...


@dataclass(frozen=True, slots=True)
class SimulatedAsker:
    """Draws each answer from a rater's probabilities, with ties and now and then no answer."""

    rater: Rater
    world: World
    spec: PreferencesSpec

    def ask(self, pairs: Pairs, name: str, seed: Seed) -> Comparisons:
        """Return one answer for each pair, in their order."""
        del name
        rows = _Rows()
        first = rows.of(pairs.prompts, pairs.first)
        second = rows.of(pairs.prompts, pairs.second)
        channels = self.world.channels(*rows.prompts_and_texts())
        answers = self.rater.prob_first(channels.rows(first), channels.rows(second))
        return Comparisons(
            pairs, draw_labels(answers, seed, self.spec.tie_logit, self.spec.cant_tell)
        )


class _Rows:
    """Every response once, however many pairs it is in."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Prompt, str], int] = {}

    def of(self, prompts: Sequence[Prompt], texts: Sequence[str]) -> Int[Tensor, " pairs"]:
        rows = self._rows
        keys = zip(prompts, texts, strict=True)
        return torch.tensor([rows.setdefault(key, len(rows)) for key in keys], dtype=torch.long)

    def prompts_and_texts(self) -> tuple[list[Prompt], list[str]]:
        return [prompt for prompt, _ in self._rows], [text for _, text in self._rows]


@dataclass(frozen=True, slots=True)
class PeopleAsker:
    """Asks people, and waits until they have answered."""

    spec: PeopleSpec
    tell: Callable[[str], Any]

    def ask(self, pairs: Pairs, name: str, seed: Seed) -> Comparisons:
        """Return every vote, each with its pair in the order in which the person was shown it."""
        from looksgood.rating.pairs import NewPair  # needs the extra rate

        del seed  # people decide

        def made(_: object) -> list[NewPair]:
            return [
                NewPair(p.text, first, second, extra={"prompt_id": p.id, "family": p.family})
                for p, first, second in zip(pairs.prompts, pairs.first, pairs.second, strict=True)
            ]

        content = [[p.id, p.text] for p in pairs.prompts], pairs.first, pairs.second
        people = self.spec.people(QUESTION, self.tell)
        votes = people.ask(f"{name}-{content_key(content)}", made)
        of = pairs.take([vote.pair for vote in votes])
        left = [vote.first_was_left for vote in votes]
        shown = Pairs(
            of.prompts,
            tuple(f if as_is else s for f, s, as_is in zip(of.first, of.second, left, strict=True)),
            tuple(s if as_is else f for f, s, as_is in zip(of.first, of.second, left, strict=True)),
        )
        choice = [v.choice if v.first_was_left else 1 - v.choice for v in votes]
        return Comparisons(shown, torch.tensor(choice, dtype=torch.float32))


def asker_of(rater: Any, world: World, spec: PreferencesSpec, emit: Emit) -> Asker:
    """Return who is asked, by the settings of the rater; people's progress is told by `emit`."""
    if isinstance(rater, PeopleSpec):
        return PeopleAsker(rater, lambda waiting: emit(waiting=waiting))
    return SimulatedAsker(rater.build(world.weights), world, spec)


def prepare_people(rater: Any, question: str) -> None:
    """Begin the campaign of people who are to be asked, so that they can be invited by then.

    Raises:
        ConfigError: the extra is missing, the database cannot be opened, or the campaign is one
            that asks otherwise.
    """
    if isinstance(rater, PeopleSpec):
        rater.people(question)
