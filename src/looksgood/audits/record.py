"""One record for every trainer: a response, what it was a response to, and what it scored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where used: pyarrow takes 0.2 s
    import pyarrow as pa

COLUMNS: Mapping[str, str] = {
    "run": "string",
    "step": "int64",
    "prompt": "string",
    "completion": "string",
    "proxy": "float64",
    "rater": "float64",
    "gold": "float64",
    "kl": "float64",
    "logp": "float64",
    "logp_base": "float64",
    "advantage": "float64",
    "group": "string",
}
"""The record's columns and their types. What a trainer did not write is null, never zero.

run         which run; "" where a file does not say, then the file's own name is taken
step        optimizer steps (or rounds) taken when the response was drawn; `BASELINE` where its
            file has a name for it
prompt      as text; a chat becomes "role: content" lines
completion  the response, as text
proxy       what was optimised: the reward without its KL term
rater       what a rater says who was not optimised against: votes, marks, a judge
gold        the truth
kl          KL from the base of this response, as its log states it; what it means is said beside
logp        log π(completion | prompt), nats, summed over the response's tokens
logp_base   the same under the base policy
advantage   as the trainer computed it
group       names responses that share a prompt, where the prompt itself is not written
"""

BASELINE = -(2**63)
"""The step of a response from before training, where a file has a name for that: "base"."""

K1_FROM_LOGP = "k1: logp − logp_base of each response, summed over its tokens"
"""What `kl` is where it was computed here: nothing is left to recognise."""

LARGEST = 1e60
"""Scores beyond it, which no reward has, are taken as missing: their powers would overflow."""

SCORES = ("proxy", "rater", "gold")
"""In the order of the two gaps: r̂, its raters, the truth."""


def record_schema() -> "pa.Schema":
    """Return the schema of a batch of records; any other column is an extra."""
    import pyarrow as pa

    return pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS.items()])


def column_of(batch: "pa.RecordBatch", name: str) -> "pa.Array":
    """Return a column of a batch in the record's type; nulls where the batch lacks it."""
    import pyarrow as pa

    kind = getattr(pa, COLUMNS[name])()
    place = batch.schema.get_field_index(name)
    return pa.nulls(batch.num_rows, kind) if place < 0 else batch.column(place).cast(kind)
