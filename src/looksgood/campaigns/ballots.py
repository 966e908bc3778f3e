"""Votes of a campaign as arrays: what the statistics of `ops` and of audits are computed from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.core.choices import DECIDED
from looksgood.rating.pairs import Truth
from looksgood.rating.standing import StandingVote


@dataclass(frozen=True, slots=True)
class Ballots:
    """Votes that chose or called a tie, row by row; "can't tell" is counted elsewhere.

    NaN where nothing is known.
    """

    votes: tuple[StandingVote, ...]
    truths: Mapping[int, Truth]
    first: Float[np.ndarray, " votes"]
    """1 for the pair's first response, 0 for its second, ½ for a tie."""
    truth: Float[np.ndarray, " votes"]
    """The same as experts or a check say it; NaN where nobody does, or they call it a tie."""
    left: Float[np.ndarray, " votes"]
    """1 where the first response was shown on the left, 0 where on the right."""
    prompt: Int[np.ndarray, " votes"]
    """Votes of one prompt share a number: their errors are not independent."""

    def __len__(self) -> int:
        """Count the votes."""
        return len(self.votes)

    @property
    def right(self) -> Float[np.ndarray, " votes"]:
        """1 where the vote says what the truth says, ½ for a tie, NaN where nobody knows."""
        return 1 - np.abs(self.first - self.truth)

    def where(self, chosen: Bool[np.ndarray, " votes"]) -> "Ballots":
        """Return the votes chosen; prompts keep their numbers."""
        kept = tuple(vote for vote, one in zip(self.votes, chosen, strict=True) if one)
        columns = (self.first, self.truth, self.left, self.prompt)
        return Ballots(kept, self.truths, *(column[chosen] for column in columns))

    def that(self, test: Callable[[StandingVote], bool]) -> Bool[np.ndarray, " votes"]:
        """Return for each vote whether it passes the test."""
        return np.array([test(vote) for vote in self.votes], dtype=bool)

    def bad_chosen(self) -> Float[np.ndarray, " votes"]:
        """Return, where one response is good and the other is not, whether the bad one was chosen.

        A tie counts half; NaN at other pairs.
        """
        bad = np.full(len(self), np.nan)
        for i, vote in enumerate(self.votes):
            truth = self.truths.get(vote.pair_id)
            if truth is None or None in (truth.first_is_good, truth.second_is_good):
                continue
            if truth.first_is_good != truth.second_is_good:
                bad[i] = 1 - self.first[i] if truth.first_is_good else self.first[i]
        return bad


def ballots(standing: Sequence[StandingVote], truths: Mapping[int, Truth]) -> Ballots:
    """Return the votes that chose or called a tie, in the order they were given."""
    votes = tuple(vote for vote in standing if vote.choice in DECIDED)
    number_of = {text: i for i, text in enumerate(dict.fromkeys(vote.prompt for vote in votes))}
    told = [truths.get(vote.pair_id) for vote in votes]
    truth = np.array([np.nan if t is None else DECIDED[t.choice] for t in told], dtype=np.float64)
    return Ballots(
        votes,
        truths,
        first=np.array([DECIDED[vote.choice] for vote in votes], dtype=np.float64),
        truth=np.where(truth == DECIDED["tie"], np.nan, truth),
        left=np.array([vote.first_is_left for vote in votes], dtype=np.float64),
        prompt=np.array([number_of[vote.prompt] for vote in votes], dtype=np.int64),
    )
