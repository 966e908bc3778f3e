"""Checkpoints: named tensors and their meta data in one safetensors file.

One file, so that one rename replaces everything: a kill leaves the old or the new, and the old
is there until the new is complete. The meta data (JSON) lies in the file's own header.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.core.errors import DataError
from looksgood.runs.atomic import atomic_file
from looksgood.runs.strict import dumps

if TYPE_CHECKING:  # torch takes seconds to import: only who saves or loads pays
    from torch import Tensor

NAME = "checkpoint.safetensors"


def save_checkpoint(folder: Path, tensors: "Mapping[str, Tensor]", meta: Mapping[str, Any]) -> None:
    """Replace the checkpoint in `folder`; any shape and dtype, tensors on any device.

    Raises:
        LooksgoodError: the disk is full; the former checkpoint is as it was.
    """
    from safetensors.torch import save_file

    with atomic_file(Path(folder) / NAME) as temporary:
        save_file(_separate(tensors), temporary, metadata={"meta": dumps(dict(meta))})


def load_checkpoint(folder: Path) -> "tuple[dict[str, Tensor], dict[str, Any]] | None":
    """Return the tensors (on the CPU) and meta data last saved in `folder`, or None.

    Raises:
        DataError: the file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(folder) / NAME
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, json.loads((file.metadata() or {})["meta"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise DataError(
            f"{path} is not a checkpoint of ours or is damaged ({error}); "
            "remove it and run the same command again: its cell starts anew."
        ) from error


def _separate(tensors: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """Return contiguous CPU tensors of which no two share memory (tied weights do)."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in tensors.items():
        whole = tensor.detach().cpu().contiguous()
        place = whole.untyped_storage().data_ptr()
        apart[name] = whole.clone() if place in seen else whole
        seen.add(place)
    return apart
