"""Which rows of a run a label is of: by text, by our id, or by row number."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Int

from looksgood.audits.experts.labels import Labels
from looksgood.audits.experts.spreadsheet import unquoted
from looksgood.audits.fingerprints import of_completions, of_prompts
from looksgood.audits.rollouts import Rollouts

Rows = Int[np.ndarray, " _"]


def rows_of(rollouts: Rollouts, labels: Labels) -> list[Rows]:
    """Return the rows of each label; none where it finds none.

    A label is of every row with its completion, and with its prompt (white space aside), step and
    run where it says them. Where no completion is exactly equal, one that is equal but for white
    space is looked for among the texts that are kept. Without a completion the row number counts.
    """
    by_text = list(_by_text(rollouts, labels))
    missed = [i for i, rows in enumerate(by_text) if not len(rows)]
    if any(labels.completion[i] is not None for i in missed):
        spaced = _Spaced(rollouts)
        for i in missed:
            by_text[i] = spaced.rows_of(labels, i)
    for i in missed:
        row = labels.row[i]
        if labels.completion[i] is None and row is not None and 0 <= row < len(rollouts):
            by_text[i] = _agreeing(rollouts, np.array([row]), labels, i)
    return by_text


def _by_text(rollouts: Rollouts, labels: Labels) -> Iterator[Rows]:
    """Yield the rows whose completion is the label's, letter by letter."""
    digests, keys = fingerprints(labels)
    rows = np.flatnonzero(np.isin(rollouts.digest, digests[digests != 0]))
    rows = rows[np.argsort(rollouts.digest[rows], kind="stable")]
    ordered = rollouts.digest[rows]
    for i in range(len(labels)):
        ends = [
            (np.searchsorted(ordered, d), np.searchsorted(ordered, d, "right")) for d in digests[i]
        ]
        found = np.concatenate([rows[low:high] for low, high in dict.fromkeys(ends)])
        if keys[i].any() and rollouts.prompt_key is not None:
            found = found[np.isin(rollouts.prompt_key[rollouts.prompt[found]], keys[i])]
        yield _agreeing(rollouts, found, labels, i)


def fingerprints(
    labels: Labels,
) -> tuple[Int[np.ndarray, "labels forms"], Int[np.ndarray, "labels forms"]]:
    """Return those of each label's completion and prompt: as they stand, and unquoted.

    0 where the label has none.
    """
    completions = [form for text in labels.completion for form in _forms(text)]
    prompts = [form for text in labels.prompt for form in _forms(text)]
    digests, keys = _digests(completions).reshape(-1, 2), _prompt_keys(prompts).reshape(-1, 2)
    for i, named in enumerate(labels.id):
        if named is not None:
            digests[i], keys[i] = named
    return digests, keys


def _agreeing(rollouts: Rollouts, rows: Rows, labels: Labels, i: int) -> Rows:
    """Return those of the rows that are of the label's run and step, where it says them."""
    step, run = labels.step[i], labels.run[i]
    if step is not None:
        rows = rows[rollouts.step[rows] == step]
    if run is not None:
        places = [i for i, name in enumerate(rollouts.runs) if name in _forms(run)]
        rows = rows[np.isin(rollouts.run[rows], places)]
    return rows


class _Spaced:
    """Texts that are kept, by what is left of them without white space."""

    def __init__(self, rollouts: Rollouts) -> None:
        self._rollouts = rollouts
        self._places: dict[str, list[int]] = {}
        for place, text in enumerate(rollouts.texts.completions):
            self._places.setdefault(_bare(text), []).append(place)

    def rows_of(self, labels: Labels, i: int) -> Rows:
        """Return the rows whose texts are the label's, white space aside."""
        texts, prompt = self._rollouts.texts, labels.prompt[i]
        completion = labels.completion[i]
        if completion is None:
            return np.zeros(0, dtype=np.int64)
        asked = None if prompt is None else {_bare(form) for form in _forms(prompt)}
        places = [
            place
            for form in dict.fromkeys(map(_bare, _forms(completion)))
            for place in self._places.get(form, [])
            if asked is None or _bare(texts.prompts[place]) in asked
        ]
        return _agreeing(self._rollouts, texts.row[np.array(places, dtype=np.int64)], labels, i)


def _forms(text: str | None) -> tuple[str | None, str | None]:
    """Return the text as it stands, and without the apostrophe that keeps spreadsheets off it."""
    return text, None if text is None else unquoted(text)


def _bare(text: str | None) -> str:
    """Return what a spreadsheet leaves of a text: no white space to speak of, and no NUL."""
    return " ".join((text or "").replace("\0", "�").split())


def _digests(texts: Sequence[str | None]) -> Int[np.ndarray, " texts"]:
    import pyarrow as pa

    return of_completions(pa.array(list(map(_sound, texts)), pa.string()))


def _prompt_keys(texts: Sequence[str | None]) -> Int[np.ndarray, " texts"]:
    import pyarrow as pa

    return of_prompts(pa.array(list(map(_sound, texts)), pa.string()))


def _sound(text: str | None) -> str | None:
    """Return the text as batches hold it: half a surrogate pair is no character."""
    return None if text is None else text.encode(errors="replace").decode()
