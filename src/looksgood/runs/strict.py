"""JSON as the standard has it: no NaN and no infinity. What is not a number is missing: null."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError


def plain(value: Any) -> Any:
    """Return `value` as JSON-like data; numbers that are not finite become None, never 0.

    Scalars of NumPy and torch become Python numbers, tuples become lists, paths become text.

    Raises:
        TypeError: something in it has no JSON form.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # arrays, tensors and their scalars
        return plain(value.tolist())
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")


def dumps(value: Any, indent: int | None = None) -> str:
    """Return `value` as strict JSON text."""
    return json.dumps(plain(value), allow_nan=False, indent=indent)


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises:
        DataError: it is missing or is not JSON; names the file and the line.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not text ({error.reason})") from error
