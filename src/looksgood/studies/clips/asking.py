"""Who is asked about pairs of clips: a simulated rater, or people who are shown films."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from looksgood.core.control import Clips, ControlWorld, Eye
from looksgood.core.errors import ConfigError
from looksgood.core.protocols import Rater
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.preferences.labels import draw_labels
from looksgood.raters.people_spec import PeopleSpec
from looksgood.raters.picture_spec import PictureSpec
from looksgood.runs.worker import Emit
from looksgood.studies.clips.films import film_sides
from looksgood.studies.clips.settings import ClipSpec

QUESTION = "In which clip do better things happen?"
"""Where the world does not say what it is about; after Christiano et al. (2017), arXiv:1706.03741
appendix B."""


@dataclass(frozen=True, slots=True)
class Said:
    """Answers about pairs of clips, one entry each."""

    pair: Int[np.ndarray, " answers"]
    """Which of the pairs."""
    choice: Float[Tensor, " answers"]
    """1 the first, 0 the second, ½ a tie, NaN "can't tell"."""
    chance: Float[Tensor, " answers"]
    """With which the first was named; NaN unknown."""


@runtime_checkable
class ClipAsker(Protocol):
    """Whoever answers about clips."""

    def ask(self, first: Clips, second: Clips, name: str, seed: Seed) -> Said:
        """Return the answers about pairs of whole clips, every frame of them.

        `name` is what people who look at the campaign see of the batch.
        """
        ...


@dataclass(frozen=True, slots=True)
class TrueEye:
    """An oracle's eye: clips as they are."""

    world: ControlWorld

    def look(self, clips: Clips) -> Channels:
        """Return the true channels."""
        return self.world.channels(clips)


@dataclass(frozen=True, slots=True)
class SimulatedClipAsker:
    """Draws each answer from what a rater thinks of what its eye sees."""

    eye: Eye
    rater: Rater
    tie_logit: float
    every: int
    """Frames: it sees one in so many."""

    def ask(self, first: Clips, second: Clips, name: str, seed: Seed) -> Said:
        """Return one answer for each pair, in their order."""
        del name
        one, other = (self.eye.look(side.thinned(self.every)) for side in (first, second))
        chance = self.rater.prob_first(one, other)
        return Said(np.arange(len(first)), draw_labels(chance, seed, self.tie_logit), chance)


@dataclass(frozen=True, slots=True)
class PeopleClipAsker:
    """Shows people films, and waits until they have answered."""

    spec: PeopleSpec
    world: ControlWorld
    who: str
    """Whose clips they are, as an owner of the campaign reads it."""
    tell: Callable[[str], Any]

    def ask(self, first: Clips, second: Clips, name: str, seed: Seed) -> Said:
        """Return every vote, by pair."""
        from looksgood.rating.pairs import NewPair  # needs the extra rate

        del seed  # people decide

        def made(keep: Callable[[bytes], str]) -> list[NewPair]:
            films = film_sides(self.world, first, second, self.spec.cameras, keep, self.tell)
            extra = {"clips_of": self.who, "when": name}
            return [NewPair("", *pair, are_clips=True, extra=extra) for pair in films]

        content = hashlib.blake2b(first.states.tobytes() + second.states.tobytes(), digest_size=8)
        key = content_key(content.hexdigest(), self.spec.cameras, self.spec.shadow)
        people = self.spec.people(question_of(self.world), self.tell)
        votes = people.ask(f"{self.who}-{name}-{key}", made)
        choice = torch.tensor([vote.choice for vote in votes], dtype=torch.float32)
        pair = np.array([vote.pair for vote in votes], dtype=np.int64)
        return Said(pair, choice, torch.full_like(choice, float("nan")))


def question_of(world: ControlWorld) -> str:
    """Return what people are asked about two clips of a world."""
    return getattr(world, "question", QUESTION)


def eye_of(rater: Any, world: ControlWorld) -> Eye | None:
    """Return how a rater sees clips: through cameras, or (an oracle) as they are; None of people.

    People see films, but nobody can compute what they see in them.
    """
    if isinstance(rater, PeopleSpec):
        return None
    if isinstance(rater, PictureSpec):
        return rater.eye(world.pictures)
    return TrueEye(world)


def clip_asker_of(spec: ClipSpec, world: ControlWorld, who: str, emit: Emit) -> ClipAsker:
    """Return who is asked, by the settings; people's progress is told by `emit`."""
    eye = eye_of(spec.rater, world)
    if eye is None:
        return PeopleClipAsker(spec.rater, world, who, lambda waiting: emit(waiting=waiting))
    ties = spec.rater.tie_logit if isinstance(spec.rater, PictureSpec) else 0.0
    rater = spec.rater.build(world.weights)
    return SimulatedClipAsker(eye, rater, ties, spec.preferences.every)


def prepare_people(spec: ClipSpec, world: ControlWorld) -> None:
    """Begin the campaign of people who are to be asked, so that they can be invited by then.

    Raises:
        ConfigError: the world lacks a camera, the extra is missing, the database cannot be opened,
            or the campaign is one that asks otherwise.
    """
    if not isinstance(spec.rater, PeopleSpec):
        return
    missing = [camera for camera in spec.rater.cameras if camera not in world.cameras]
    if missing:
        known = ", ".join(world.cameras) or "none, as it cannot be pictured"
        raise ConfigError(f"rater.cameras: {world.name} has no {missing[0]!r}; known: {known}")
    spec.rater.people(question_of(world))
