"""predictions.json: what was predicted of a run before it began, and the hash that proves it.

Written into a folder in which no work has begun; when work begins, run.json notes the hash of the
whole file (`predictions`), which a file written or edited later does not have. This protects an
honest reader from a mistake, and from an author's memory; not from somebody who rewrites run.json.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError, LooksgoodError
from looksgood.runs.atomic import write_atomically
from looksgood.runs.strict import dumps, read_json

PREDICTIONS = "predictions.json"


def content_sha256(value: Any) -> str:
    """Return the SHA-256 of `value` as canonical JSON: keys sorted, no spaces, no NaN.

    A whole number is the same with and without its ".0".
    """
    text = json.dumps(
        _numbers_alike(value),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(folder: Path) -> str | None:
    """Return the SHA-256 of a folder's predictions.json, None where there is none."""
    path = folder / PREDICTIONS
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def record_predictions(folder: Path, predictions: Sequence[Mapping[str, Any]], **more: Any) -> None:
    """Write predictions.json into the folder of a run that has not begun.

    `more` is what else has to be fixed beforehand.

    Raises:
        LooksgoodError: work has begun there, or the disk is full.
    """
    if (folder / "run.json").exists() and read_json(folder / "run.json").get("status") != "refused":
        raise LooksgoodError(f"{folder} has begun: nothing can be predicted of it any more")
    content = {
        "recorded": datetime.now(UTC).isoformat(timespec="seconds"),
        **more,
        "predictions": list(predictions),
    }
    write_atomically(folder / PREDICTIONS, (dumps(content, indent=1) + "\n").encode())


def read_predictions(folder: Path, sha256: str | None) -> dict[str, Any] | None:
    """Return what was recorded before the run; None if nothing was.

    `sha256` is what run.json noted when work began.

    Raises:
        DataError: the file is not the one that lay there then.
    """
    found = file_sha256(folder)
    if sha256 is None:
        return None
    if found != sha256:
        raise DataError(f"{folder / PREDICTIONS} is not what lay there when the run began")
    return read_json(folder / PREDICTIONS)


def _numbers_alike(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _numbers_alike(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers_alike(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
