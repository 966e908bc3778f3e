"""Attention checks: pairs that anybody who looks gets right, by construction or from a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import Role
from looksgood.rating.pairs import NewPair, Truth

FEWEST_WORDS = 5
"""Of a text that is recognised when its words are out of order."""


def made_checks(pairs: Sequence[NewPair], count: int, seed: Seed) -> list[NewPair]:
    """Return up to `count` checks: a response of these pairs, and what is plainly worse.

    By turns its own words out of order, and a response to another prompt. The response is the
    better one of its pair, as far as that is known. Of films there are none.
    """
    answers = [(pair.prompt, _better(pair)) for pair in pairs if not pair.are_clips]
    answers = [(prompt, text) for prompt, text in answers if len(text.split()) >= FEWEST_WORDS]
    found: dict[str, NewPair] = {}
    for place in seed.child("which").numpy().permutation(len(answers)):
        (prompt, good), number = answers[place], len(found)
        if number == count:
            break
        draw = seed.child("check", number)
        others = [text for other, text in answers if other != prompt]
        if number % 2 == 0:
            words = good.split()
            worse = " ".join(words[i] for i in draw.numpy().permutation(len(words)))
        elif others:
            worse = others[draw.number % len(others)]
        else:
            continue
        if worse != good:
            check = _check(prompt, good, worse)
            found[check.key] = check
    return list(found.values())


def checks_in(path: str, role: Role, told_by: str) -> list[NewPair]:
    """Return the pairs of a preference file as checks, each with its choice as the right answer.

    Raises:
        ConfigError: the file is missing or malformed, or a row has no right answer.
    """
    from looksgood.campaigns.sources.drawn import Wish
    from looksgood.campaigns.sources.preference_file import preference_pairs

    if not Path(path).is_file():
        raise ConfigError(f"{path}: no such file; give prompt, chosen and rejected in each row")
    drawn = preference_pairs(path, Wish(pairs=10**9, expert=True)).pairs
    open_ones = sum(pair.truth is None or pair.truth.choice == "tie" for pair in drawn)
    if open_ones:
        raise ConfigError(f"{path}: {open_ones} rows have no right answer: checks need one")
    return [
        replace(pair, role=role, truth=replace(pair.truth, told_by=told_by))
        for pair in drawn
        if pair.truth is not None
    ]


def _check(prompt: str, good: str, worse: str) -> NewPair:
    truth = Truth("first", "construction", first_is_good=True, second_is_good=False)
    return NewPair(prompt, good, worse, role="attention", truth=truth)


def _better(pair: NewPair) -> str:
    is_second = pair.truth is not None and pair.truth.choice == "second"
    return pair.second if is_second else pair.first
