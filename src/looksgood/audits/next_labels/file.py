"""next_labels.csv: the responses to label, for a spreadsheet, and for `--expert` once it is filled.

Who labels should see prompt and response alone: proxy and step tell what one might expect. Rows are
in random order, so that a part of them, from the top, is a random part.
"""

import csv
import io
from pathlib import Path

import numpy as np

from looksgood.audits.experts.response_id import response_id
from looksgood.audits.experts.spreadsheet import quoted
from looksgood.audits.next_labels.choose import Chosen
from looksgood.audits.rollouts import Rollouts
from looksgood.runs.atomic import write_atomically

COLUMNS = (
    "prompt",
    "completion",
    "gold",
    "id",
    "run",
    "step",
    "proxy",
    "inclusion_probability",
)
"""`gold` is empty: a number, yes or no goes there. `id` finds the response again."""


def next_labels_csv(rollouts: Rollouts, chosen: Chosen) -> str:
    """Return the table; cells that a spreadsheet would run are `quoted`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    rows = zip(chosen.row.tolist(), chosen.text.tolist(), chosen.probability.tolist(), strict=True)
    for row, place, probability in rows:
        proxy = float(rollouts.proxy[row])
        writer.writerow(
            (
                quoted(rollouts.texts.prompts[int(place)]),
                quoted(rollouts.texts.completions[int(place)]),
                "",
                response_id(rollouts, row),
                quoted(rollouts.runs[rollouts.run[row]]),
                int(rollouts.step[row]),
                "" if np.isnan(proxy) else repr(proxy),
                repr(probability),
            )
        )
    return text.getvalue()


def write_next_labels(path: Path, rollouts: Rollouts, chosen: Chosen) -> None:
    """Write the table, whole or not at all."""
    write_atomically(path, next_labels_csv(rollouts, chosen).encode())
