"""One line of NeMo-RL's data as the record's columns: prompt and response out of its messages."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Any

from looksgood.audits.formats.chat import split_chat
from looksgood.audits.formats.numbers import number, whole
from looksgood.audits.notes import Notes

PER_TOKEN = frozenset(
    ("token_ids", "token_loss_mask", "generation_logprobs", "prev_logprobs", "advantages")
)


class Sampled:
    """Reads lines in turn; learns from them how many messages a prompt has: roles are not said.

    The environment's answer follows the response as a message of its own ("Environment: correct"):
    it is the reward's explanation, not part of the response.
    """

    def __init__(self) -> None:
        self._prompt_messages: int | None = None
        self._filtered = 0
        self._guessed = 0

    def rows(self, line: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the line's samples, by the record's names; other keys as they are."""
        rewards = line.get("filtered_rewards", line.get("rewards"))
        count = len(rewards) if isinstance(rewards, list) else None
        self._filtered += "filtered_rewards" in line
        for i in range(1 if count is None else count):
            yield self._row(
                {
                    key: value[i] if isinstance(value, list) and len(value) == count else value
                    for key, value in line.items()
                }
            )

    def tell(self, notes: Notes) -> None:
        """Say what was inferred of the lines read."""
        if self._filtered:
            notes.lines.append(
                f"{self._filtered} samples are of dynamic sampling, which keeps groups whose "
                "rewards differ: their mean is of what was trained on, not of what was drawn."
            )
        if self._guessed:
            notes.lines.append(
                f"{self._guessed} samples have no token_loss_mask: their first message is taken "
                "as the prompt, the second as the response."
            )

    def _row(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """Return one sample as a row."""
        content = sample.get("content")
        mask = _mask(sample)
        row = {key: value for key, value in sample.items() if key not in PER_TOKEN | {"content"}}
        if isinstance(content, list) and all(isinstance(said, Mapping) for said in content):
            row["prompt"], row["completion"] = split_chat(content)
        elif isinstance(content, list):
            row["prompt"], row["completion"] = self._split(list(map(str, content)), mask)
        else:
            row["completion"] = content
            row["group"] = _prompt_digest(sample.get("token_ids"), mask)
        row["proxy"] = sample.get("filtered_rewards", sample.get("rewards"))
        row["logp"] = _logp(sample.get("generation_logprobs"), mask)
        row["advantage"] = _at_first(sample.get("advantages"), mask)
        return row

    def _split(self, texts: Sequence[str], mask: Sequence[bool]) -> tuple[str | None, str | None]:
        """Return prompt and response of messages without roles: assistant's tokens are masked in.

        Turns of prompt, assistant and environment alternate, so their number says how many of the
        last messages are not the prompt; an answer of the environment that was cut to no token
        leaves no turn, and then the prompts of other samples say it.
        """
        turns = [trained for trained, _ in groupby(mask)]
        answers = sum(turns)
        if not mask:
            self._guessed += 1
            answers, after = 1, len(texts) - 1
        elif turns[-1]:
            after = 2 * answers - 1
            after += self._prompt_messages == len(texts) - after - 1
        else:
            after = 2 * answers
            self._prompt_messages = len(texts) - after if answers else self._prompt_messages
        start = max(0, len(texts) - after)
        answer = texts[start : start + 2 * answers - 1] if answers else ()
        return "\n".join(texts[:start]), "\n".join(answer) if answer else None


def _mask(sample: Mapping[str, Any]) -> list[bool]:
    """Return which tokens the policy wrote, without the padding; empty where it is not said."""
    mask = sample.get("token_loss_mask")
    length = whole(sample.get("input_lengths"))
    return list(map(bool, mask[:length])) if isinstance(mask, list) else []


def _logp(per_token: Any, mask: Sequence[bool]) -> float | None:
    """Return the log-probability of the response, in nats: the sum over the policy's tokens."""
    if not mask or not isinstance(per_token, list):
        return None
    kept = [number(x) for x, trained in zip(per_token, mask, strict=False) if trained]
    return None if None in kept else sum(x for x in kept if x is not None)


def _at_first(per_token: Any, mask: Sequence[bool]) -> Any:
    """Return the advantage at the policy's first token: in GRPO it is the same at all of them."""
    if not isinstance(per_token, list):
        return per_token
    return next((x for x, trained in zip(per_token, mask, strict=False) if trained), None)


def _prompt_digest(tokens: Any, mask: Sequence[bool]) -> str | None:
    """Name a prompt by its tokens, where its text is not written."""
    if not mask or not isinstance(tokens, list):
        return None
    prompt = tokens[: mask.index(True) if True in mask else len(mask)]
    return blake2b(repr(prompt).encode(), digest_size=8).hexdigest()
